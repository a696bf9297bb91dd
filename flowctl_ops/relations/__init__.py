"""The documents that a question is about, as the views of DESIGN §3."""

from flowctl_ops.relations.logs import Logs
from flowctl_ops.relations.source import Account, Data, Source
from flowctl_ops.relations.stats import Stats
from flowctl_ops.relations.views import open_views

__all__ = ["Account", "Data", "Logs", "Source", "Stats", "open_views"]
