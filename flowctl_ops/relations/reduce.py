"""Reducing what several documents say of a task into one, as the annotations of Flow's schema ask.

The engine does this for documents whose members it knows; here it is done for any others.
Source: estuary/flow ops-catalog/stats.schema.yaml, `reduce`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

_MAPS = frozenset({"capture", "materialize", "transforms"})
_MERGED = _MAPS | {"left", "right", "out", "input", "published", "derive", "interval"}
_SUMMED = frozenset({"docsTotal", "bytesTotal", "uptimeSeconds"})
_NUMBER = re.compile(r'"\\u0000number:([-+.0-9eE]+)"')

Members = dict[str, Any]


def details(texts: Iterable[str]) -> str:
    """Reduce the `taskStats` of documents, JSON objects in the order of their commits."""
    total: Members = {}
    for text in texts:
        _reduce(total, json.loads(text, parse_float=_kept))
    dumped = json.dumps(total, ensure_ascii=False, separators=(",", ":"))
    return _NUMBER.sub(r"\1", dumped)


def _reduce(total: Members, part: Members, *, names: bool = False) -> None:
    """Add a part to a total; `names` tells a map, whose every member is an object of the schema."""
    for member, value in part.items():
        before = total.get(member)
        if isinstance(value, dict) and (names or member in _MERGED):
            inner = total[member] = before if isinstance(before, dict) else {}
            _reduce(inner, value, names=member in _MAPS and not names)
        elif isinstance(before, dict) and (names or member in _MERGED):
            continue  # what is no object cannot be merged into one
        elif member in _SUMMED and not names:
            total[member] = _count(before) + _count(value)
        elif member == "bytesBehind":
            total[member] = _count(value)
        elif member.startswith("last") and member.endswith("At"):
            total[member] = value if _is_newer(value, before) else before
        else:
            total[member] = value


def _count(value: Any) -> int:
    """Read a counter: a number, a number as text, or what is none, which is zero."""
    text = str(value).removeprefix("\0number:")
    try:
        return int(text) if text.lstrip("-").isdecimal() else round(float(text))
    except (ValueError, OverflowError):
        return 0


def _is_newer(value: Any, before: Any) -> bool:
    if before is None:
        return True
    try:
        return datetime.fromisoformat(str(value)) >= datetime.fromisoformat(str(before))
    except (ValueError, TypeError):
        return True


def _kept(number: str) -> str:
    """Keep a number's own digits, of which Python's floats would lose some."""
    return f"\0number:{number}"
