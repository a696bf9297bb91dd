"""Ops documents as tables of tests write them: times in minutes before NOW, shards by letters."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

Document = dict[str, Any]

NOW = datetime(2026, 10, 12, 12, tzinfo=UTC)
NOW_TEXT = "2026-10-12T12:00:00Z"
TASK = "acmeCo/source"
HOUR, DAY = 60, 24 * 60


def before(minutes: float) -> str:
    """Write the time so many minutes before NOW."""
    return (NOW - timedelta(minutes=minutes)).isoformat().replace("+00:00", "Z")


def shard(task: str = TASK, kind: str = "capture", key: str = "00000000", build: str = "b1") -> Any:
    return {"kind": kind, "name": task, "keyBegin": key, "rClockBegin": "00000000", "build": build}


def log(minutes: float, level: str = "info", message: str = "hi", **more: Any) -> Document:
    """Make a log; what is not of its shard goes into its fields."""
    of_shard = {name: more.pop(name) for name in ("task", "kind", "key", "build") if name in more}
    fields = {"fields": more} if more else {}
    place = {"shard": shard(**of_shard), "ts": before(minutes)}
    return {**place, "level": level, "message": message, **fields}


def failed(
    minutes: float, error: Any = "connector failed: it broke for a reason", **more: Any
) -> Document:
    """Make the log of a shard's failure."""
    return log(minutes, "error", "shard failed", error=error, **more)


def up(minutes: float, **of_shard: Any) -> Document:
    """Make the stats document of a shard that was up."""
    interval = {"uptimeSeconds": 180, "usageRate": 1}
    return {"shard": shard(**of_shard), "ts": before(minutes), "interval": interval}


def wrote(minutes: float, size: int = 10, to: str = "acmeCo/it", **of_shard: Any) -> Document:
    """Make the stats document of a capture's transaction."""
    moved = {"out": {"docsTotal": 1 if size else 0, "bytesTotal": size}}
    return _transaction(minutes, {"capture": {to: moved}}, of_shard)


def read(minutes: float, size: int = 10, of: str = "acmeCo/it", **of_shard: Any) -> Document:
    """Make the stats document of a materialization's transaction."""
    moved = {"right": {"docsTotal": 1 if size else 0, "bytesTotal": size}}
    whose = {"task": "acmeCo/sink", "kind": "materialization", **of_shard}
    return _transaction(minutes, {"materialize": {of: moved}}, whose)


def _transaction(minutes: float, moved: Document, of_shard: Document) -> Document:
    place = {"shard": shard(**of_shard), "ts": before(minutes)}
    return {**place, "txnCount": 1, "openSecondsTotal": 1, **moved}


def save(path: Path, documents: Iterable[Document]) -> Path:
    """Write documents as JSON lines."""
    lines = [json.dumps(document, ensure_ascii=False) + "\n" for document in documents]
    path.write_text("".join(lines), "utf-8")
    return path
