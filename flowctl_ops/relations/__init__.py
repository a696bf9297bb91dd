"""The documents that a question is about, as the public views (docs/views.md)."""

from flowctl_ops.relations.account import Account
from flowctl_ops.relations.data import Data
from flowctl_ops.relations.logs import Logs, check_expression
from flowctl_ops.relations.source import Source
from flowctl_ops.relations.stats import Stats

__all__ = ["Account", "Data", "Logs", "Source", "Stats", "check_expression"]
