"""A module per command: options in, one query, one render, notes."""

from flowctl_ops.commands.demo import demo
from flowctl_ops.commands.lag import lag
from flowctl_ops.commands.logs import logs
from flowctl_ops.commands.sql import sql
from flowctl_ops.commands.stats import stats

__all__ = ["demo", "lag", "logs", "sql", "stats"]
