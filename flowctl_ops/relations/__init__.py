"""The documents that a question is about, as the views of DESIGN §3."""

from flowctl_ops.relations.logs import Account, Data, Logs

__all__ = ["Account", "Data", "Logs"]
