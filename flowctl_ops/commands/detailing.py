"""What `ops status TASK` says of the one task beside its state, in words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from flowctl_ops.render import cells
from flowctl_ops.render.cells import Style
from flowctl_ops.render.width import padded
from flowctl_ops.result import Row
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Unit

_MOST = 20  # bindings and shards that are listed
_NAME = 44


def lines(detail: Row, style: Style) -> tuple[str, ...]:
    """Give the lines below a task's row: its bindings, its shards, its newest lines of note."""
    bindings, shards, notable = (part or [] for part in detail)
    return (
        *_part("bindings", [_binding(item, style) for item in bindings]),
        *_part("shards", [_shard(item, style.zone) for item in shards]),
        *_part("lines", [_line(item, style.zone) for item in notable]),
    )


def _part(name: str, said: list[str]) -> list[str]:
    more = [f"  … and {len(said) - _MOST} more; --json has all"] if len(said) > _MOST else []
    return ["", f"{name.upper()}", *said[:_MOST], *more] if said else []


def _binding(item: dict[str, Any], style: Style) -> str:
    name = "its output" if item["output"] else item["transform"] or item["collection"] or "—"
    source = f" of {item['collection']}" if item["transform"] else ""
    moved = cells.text(item["bytes"], Unit.BYTES, style)
    age = "no data" if item["age_seconds"] is None else cells.text(item["age_seconds"], Unit.AGE)
    behind = item["bytes_behind"]
    late = f", {cells.text(behind, Unit.BYTES, style)} behind" if behind else ""
    shown = visible(name + source)
    docs = f"{item['docs']:,} doc{'' if item['docs'] == 1 else 's'}"
    return f"  {padded(shown, _NAME)} {moved:>8} in {docs}, {age}{late}"


def _shard(item: dict[str, Any], zone: tzinfo) -> str:
    failed = f", {item['failures']} failed" if item["failures"] else ""
    up = item["uptime_seconds"]
    shown = f", up {cells.text(up, Unit.SECONDS)}" if up else ""
    at = item["last_transaction_at"]
    last = f", last transaction {_time(at, zone)}" if at else ", no transaction"
    build = f", build {item['build']}" if item["build"] else ""
    restarts = "1 restart" if item["restarts"] == 1 else f"{item['restarts']} restarts"
    return visible(f"  {item['shard']}  {restarts}{failed}{shown}{last}{build}")


def _line(item: dict[str, Any], zone: tzinfo) -> str:
    return visible(f"  {_time(item['at'], zone)} {item['level'] or '-':<5} {item['text']}")


def _time(at: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%m-%d %H:%M:%S}"
