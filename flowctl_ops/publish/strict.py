"""Reading a connector's line exactly as serde reads it, every value as its own text.

`decode` is faster and comes here with lines that Python's parser would read otherwise: numbers that
change when they are written again, names that stand twice, lone surrogates, deep nesting.

Source: Flow `crates/ops/src/decode.rs`, `FlexLog`; serde_json for what is JSON at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from flowctl_ops.publish import times
from flowctl_ops.publish.jsons import quoted
from flowctl_ops.publish.tokens import (
    NoLog,
    checked,
    elements,
    members,
    object_text,
    readable,
    string,
)
from flowctl_ops.vocabulary import Level, TaskKind

LEVELS = {
    spelled: level.value
    for level, aliases in {
        Level.TRACE: ("trace",),
        Level.DEBUG: ("debug",),
        Level.INFO: ("info",),
        Level.WARN: ("warn", "warning"),
        Level.ERROR: ("error", "fatal", "panic"),
    }.items()
    for alias in aliases
    for spelled in (alias, alias.upper())
}
"""Each spelling of a level that Flow takes from a connector."""

MEMBERS = {
    "ts": "ts",
    "timestamp": "ts",
    "time": "ts",
    "level": "level",
    "lvl": "level",
    "message": "message",
    "msg": "message",
    "fields": "fields",
    "shard": "shard",
    "spans": "spans",
}
"""Each spelling of a log's members; what else stands in a line belongs to its fields."""

_HEX_U32 = re.compile(r"\+?0*([0-9a-fA-F]{1,8})")
_SHARD = {"kind", "name", "keyBegin", "rClockBegin", "build"}
_SPAN = {
    "_meta": "_meta",
    "meta": "_meta",
    "shard": "shard",
    "ts": "ts",
    "timestamp": "ts",
    "level": "level",
    "message": "message",
    "fields": "fields",
    "fields_json_map": "fields",
    "spans": "spans",
}


class Parsed:
    """A line's members as texts of JSON, `message` as plain text; None or '' where absent."""

    __slots__ = ("fields", "level", "message", "shard", "spans", "ts")

    def __init__(self) -> None:
        self.ts: str | None = None
        self.level: str | None = None
        self.message = ""
        self.fields: dict[str, str] = {}
        self.shard = ""
        self.spans = ""


def parse(line: str) -> Parsed:
    """Read a line as a log.

    Raises:
        NoLog: if it is raw text to Flow.
    """
    log = Parsed()
    seen: set[str] = set()
    extra: dict[str, str] = {}
    for key, value in members(line):
        member = MEMBERS.get(key)
        if member is None:
            extra[key] = _written(checked(value))
        elif member in seen:
            raise NoLog(key)
        else:
            seen.add(member)
            _READERS[member](log, value)
    log.fields |= extra
    return log


def _written(value: str) -> str:
    """Write an unknown member's text as Flow does, without escapes that need not be."""
    return quoted(string(value)) if value.startswith('"') else value


def _ts(log: Parsed, value: str) -> None:
    if value != "null":
        log.ts = times.canonical(string(value))
        if log.ts is None:
            raise NoLog(value)


def _level(log: Parsed, value: str) -> None:
    if value == "null":
        return
    if value.startswith("{"):  # how serde spells an enum's value in full
        [[value, nothing]] = _exactly_one(members(value))
        if nothing != "null":
            raise NoLog(value)
        log.level = LEVELS.get(value)
    else:
        log.level = LEVELS.get(string(value))
    if log.level is None:
        raise NoLog(value)


def _exactly_one(found: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    one = list(found)
    if len(one) != 1:
        raise NoLog
    return one


def _message(log: Parsed, value: str) -> None:
    log.message = string(value)


def _fields(log: Parsed, value: str) -> None:
    log.fields = {key: readable(text) for key, text in members(value)}


def _shard(log: Parsed, value: str) -> None:
    if value != "null":
        log.shard = _shard_text(value)


def _shard_text(value: str) -> str:
    """Check a shard as Flow does, and write it as Flow would."""
    found: dict[str, str] = {}
    for key, text in members(value):
        if key in _SHARD and key in found:
            raise NoLog(key)
        found[key] = text
    try:
        kind, name = TaskKind(string(found["kind"])), string(found["name"])
        begins = [_HEX_U32.fullmatch(string(found[key])) for key in ("keyBegin", "rClockBegin")]
    except (KeyError, ValueError) as error:
        raise NoLog(value) from error
    if None in begins:
        raise NoLog(value)
    key, clock = (begin[1].lower().zfill(8) for begin in begins if begin)
    build = string(found["build"]) if "build" in found else ""
    more = f',"build":{quoted(build)}' if build else ""
    range_text = f'"keyBegin":"{key}","rClockBegin":"{clock}"'
    return f'{{"kind":"{kind}","name":{quoted(name)},{range_text}{more}}}'


def _spans(log: Parsed, value: str) -> None:
    spans = [_span(text) for text in elements(value)]
    log.spans = f"[{','.join(spans)}]" if spans else ""


def _span(value: str) -> str:
    """Check a span, which has no aliases but those of protobuf, and write it as Flow would."""
    found: dict[str, str] = {}
    for key, text in members(value):
        member = _SPAN.get(key)
        if member is None or member in found:
            raise NoLog(key)
        found[member] = text
    return "{" + ",".join(_span_members(found)) + "}"


def _span_members(found: dict[str, str]) -> Iterator[str]:
    if found.get("_meta", "null") != "null":
        yield f'"_meta":{checked(found["_meta"])}'
    if found.get("shard", "null") != "null":
        yield f'"shard":{checked(found["shard"])}'
    if found.get("ts", "null") != "null":
        ts = times.canonical(string(found["ts"]))
        if ts is None:
            raise NoLog(found["ts"])
        yield f'"ts":"{ts}"'
    if "level" in found and (level := _span_level(found["level"])):
        yield f'"level":"{level}"'
    if "message" in found and (message := string(found["message"])):
        yield f'"message":{quoted(message)}'
    if "fields" in found:
        fields = {key: readable(text) for key, text in members(found["fields"])}
        if fields:
            yield f'"fields":{object_text(fields)}'
    if "spans" in found and (spans := [_span(text) for text in elements(found["spans"])]):
        yield f'"spans":[{",".join(spans)}]'


def _span_level(value: str) -> str | None:
    """Read a level as protobuf's JSON has it: a name, or a number up to five."""
    numbers = ["0", *("12345"[: len(Level)])]
    if value in numbers:
        return None if value == "0" else list(Level)[int(value) - 1].value
    name = string(value)
    if name == "undefined_level":
        return None
    if name not in set(Level):
        raise NoLog(value)
    return name


_READERS: dict[str, Callable[[Parsed, str], None]] = {
    "ts": _ts,
    "level": _level,
    "message": _message,
    "fields": _fields,
    "shard": _shard,
    "spans": _spans,
}


def lifted(fields: dict[str, str]) -> str:
    """Take a message out of the fields, as Flow does: `msg` wins, and both are gone."""
    message = ""
    for key in ("message", "msg"):
        if fields.get(key, "").startswith('"'):
            message = string(fields.pop(key))
    return message
