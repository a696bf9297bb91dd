"""Stats documents as lines of JSON: read, checked against Flow's schema, and passed on as they are.

Source: Flow `ops-catalog/stats.schema.yaml`, `shard.schema.yaml`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping

from flowctl_ops.publish import names, times
from flowctl_ops.publish.jsons import quoted
from flowctl_ops.publish.tokens import NoLog, members
from flowctl_ops.publish.uuids import CONTINUE_TXN, OUTSIDE_TXN
from flowctl_ops.publish.values import Shard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Check = Callable[[str, Any], None]

_SHOWN = 60
_MOST = 2**63 - 1


class Invalid(Exception):
    """A line is no stats document; the text ends the sentence `line N …`."""


def stats_line(line: bytes, shard: Shard) -> tuple[str, int]:
    """Check a line; give its members for a document of `shard`, and their flags.

    Values keep their text. A document without `shard` gets it; `_meta` is left out, as the document
    gets a new one.

    Raises:
        Invalid: if the line does not validate, or is of another shard.
    """
    text = _text(line)
    found = _parsed(text)
    if not isinstance(found, dict):
        raise Invalid(f"is no JSON object: {_short(text)}")
    if "shard" in found:
        _check_shard(found["shard"], shard)
    _check(found)
    kept = [f"{quoted(key)}:{value}" for key, value in _parts(text) if key not in _OURS]
    head = f'"shard":{shard.json()}' if "shard" not in found else f'"shard":{_raw(text, "shard")}'
    alone = "interval" in found and not _TRANSACTIONS & found.keys()
    return ",".join([head, *kept]), OUTSIDE_TXN if alone else CONTINUE_TXN


_OURS = {"_meta", "shard"}
_TRANSACTIONS = {"capture", "materialize", "derive"}


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise Invalid(f"holds bytes that are no UTF-8, at byte {error.start + 1}") from error


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no_json)
    except RecursionError as error:
        raise Invalid("is nested too deeply") from error
    except json.JSONDecodeError as error:
        raise Invalid(f"is no JSON, at sign {error.pos + 1}: {_short(text)}") from error
    except ValueError as error:
        raise Invalid(f"{error}") from error


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"has {twice} twice")
    return found


def _no_json(constant: str) -> Any:
    raise ValueError(f"holds {constant}, which is no JSON")


def _parts(text: str) -> list[tuple[str, str]]:
    try:
        return list(members(text))
    except NoLog as error:
        raise Invalid(f"is no JSON that Flow reads: {_short(text)}") from error


def _raw(text: str, key: str) -> str:
    return dict(_parts(text))[key]


def _check(found: Mapping[str, Any]) -> None:
    if (isinstance(found.get("_meta"), dict) and found["_meta"].get("ack")) or found.get("ack"):
        raise Invalid("is an acknowledgement, and no document")
    if "ts" not in found:
        raise Invalid("has no ts")
    for name, check in _MEMBERS.items():
        if name in found:
            check(name, found[name])


def _check_shard(found: Any, shard: Shard) -> None:
    wanted = json.loads(shard.json())
    _object("shard", found)
    for name in ("kind", "name", "keyBegin", "rClockBegin"):
        if name not in found:
            raise Invalid(f"has no shard.{name}")
        _string(f"shard.{name}", found[name])
    for name in ("kind", "name"):
        if found[name] != wanted[name]:
            raise Invalid(f"is of {_short(found[name])}, where {wanted[name]} is published")
    for name in ("keyBegin", "rClockBegin"):
        if not names.is_key(found[name]):
            raise Invalid(f"has a shard.{name} that is not 8 hex digits")
    if "build" in found:
        _string("shard.build", found["build"])


def _object(name: str, value: Any) -> None:
    if not isinstance(value, dict):
        raise Invalid(f"has {name} that is no object: {_short(value)}")


def _string(name: str, value: Any) -> None:
    if not isinstance(value, str):
        raise Invalid(f"has {name} that is no text: {_short(value)}")


def _time(name: str, value: Any) -> None:
    _string(name, value)
    if times.parse(value) is None:
        raise Invalid(f"has {name} that is no time with a zone: {_short(value)}")


def _whole(name: str, value: Any) -> None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # as JSON schema has it, 1.0 is an integer
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
        raise Invalid(f"has {name} that is no whole number from 0 on: {_short(value)}")


def _number(name: str, value: Any) -> None:
    good = isinstance(value, int | float) and not isinstance(value, bool)
    if not good or value < 0 or not math.isfinite(value):
        raise Invalid(f"has {name} that is no number from 0 on: {_short(value)}")


def _uptime(name: str, value: Any) -> None:
    _whole(name, value)
    if value < 1:
        raise Invalid(f"has {name} below 1")


def _of(checks: Mapping[str, Check], *required: str) -> Check:
    def check(name: str, value: Any) -> None:
        _object(name, value)
        for member in required:
            if member not in value:
                raise Invalid(f"has no {name}.{member}")
        for member, check_member in checks.items():
            if member in value:
                check_member(f"{name}.{member}", value[member])

    return check


def _each(check_item: Check) -> Check:
    def check(name: str, value: Any) -> None:
        _object(name, value)
        for key, item in value.items():
            check_item(f"{name}.{key}", item)

    return check


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


_COUNTS = {"docsTotal": _whole, "bytesTotal": _whole}
_BOTH = _of(_COUNTS)  # Flow's schema wants both, and its writers leave out zeros
_GAUGES: dict[str, Check] = {
    "lastSourcePublishedAt": _time,
    "lastPublishedAt": _time,
    "bytesBehind": _whole,
}
_BINDING = {"left": _BOTH, "right": _BOTH, **_GAUGES}
_MEMBERS: dict[str, Check] = {
    "ts": _time,
    "openSecondsTotal": _number,
    "txnCount": _whole,
    "capture": _each(_of({**_BINDING, "out": _BOTH})),
    "materialize": _each(_of({**_BINDING, "out": _BOTH})),
    "derive": _of(
        {
            "transforms": _each(_of({"source": _string, "input": _BOTH, **_GAUGES})),
            "published": _BOTH,
            "out": _BOTH,
            "lastPublishedAt": _time,
        }
    ),
    "interval": _of({"uptimeSeconds": _uptime, "usageRate": _number}, "uptimeSeconds"),
}
