"""A connector's line as a log, by Flow's rules.

Source: Flow `crates/ops/src/decode.rs`; FORMATS §8. A line that Python's parser reads as serde does
is decoded here, any other in `strict`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from flowctl_ops.publish import strict
from flowctl_ops.publish.jsons import compact
from flowctl_ops.publish.strict import LEVELS, MEMBERS
from flowctl_ops.publish.times import canonical
from flowctl_ops.publish.tokens import BLANK, NoLog, object_text, one_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SPACE = "\t\n\v\f\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(
    map(chr, range(0x2000, 0x200B))
)
_LIKELY_ERRORS = ("error", "failed", "panic", "timeout", "unable", "unrecogni")
_UNRECOGNIZED = ("unrecognised", "unrecognized", "unrecogni\u017fed")  # a long s is an s to Flow
_NONE = object()
_MEMBERS = frozenset(MEMBERS)
_NESTED = 126  # more signs of arrays and objects than this may be too deep for Flow
_LONG = 19  # digits that surely fit what Flow takes for integers


class Line:
    """A decoded log: `ts` as text, None if it had none; `fields`, `shard` and `spans` as JSON.

    Of fields there are the `values`, too, or the `texts` by name, with which `fields` is yet to be
    written: where writing values would change them, and for events.
    """

    texts: dict[str, str] | None = None
    shard = ""
    spans = ""

    def __init__(
        self,
        ts: str | None,
        level: str,
        message: str,
        fields: str = "",
        values: dict[str, Any] | None = None,
    ) -> None:
        self.ts = ts
        self.level = level
        self.message = message
        self.fields = fields
        self.values = values

    def write_texts(self) -> None:
        """Write `fields` of `texts`."""
        self.fields = object_text(self.texts) if self.texts else ""


class _Odd(Exception):
    """Python's parser reads this otherwise than serde, or writes it otherwise than it stood."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Odd
    return found


def _whole(text: str) -> int:
    if len(text) > _LONG or text == "-0":
        raise _Odd
    return int(text)


def _real(text: str) -> float:
    value = float(text)
    if repr(value) != text:
        raise _Odd
    return value


def _no_json(constant: str) -> Any:
    raise ValueError(constant)


_SCAN: Any = json.JSONDecoder(  # type: ignore[attr-defined] # typeshed knows no scan_once
    object_pairs_hook=_unique, parse_int=_whole, parse_float=_real, parse_constant=_no_json
).scan_once


def decode(line: str) -> Line | None:
    """Read a line as a log of Flow's form; None if it is raw text."""
    text = line.strip(BLANK)
    if not text.startswith("{"):
        return None
    if ("\\u" in text and ("\\ud" in text or "\\uD" in text)) or (
        len(text) > 2 * _NESTED and text.count("[") + text.count("{") > _NESTED
    ):
        return decode_strictly(line)
    try:
        members, end = _SCAN(text, 0)
        return _log(members, text, line) if end == len(text) else None
    except (_Odd, RecursionError):
        return decode_strictly(line)
    except (ValueError, StopIteration):
        return None


def _log(  # noqa: C901, PLR0911, PLR0912 - each call of a part would cost a tenth of it
    top: dict[str, Any], text: str, line: str
) -> Line | None:
    fields_last = "fields" in top and next(reversed(top)) == "fields"
    pop = top.pop
    ts = pop("ts", _NONE)
    if ts is _NONE:
        ts = pop("time", _NONE)
        if ts is _NONE:
            ts = pop("timestamp", None)
    level = pop("level", _NONE)
    if level is _NONE:
        level = pop("lvl", None)
    message = pop("message", _NONE)
    if message is _NONE:
        message = pop("msg", "")
    values = pop("fields", top)
    if not _MEMBERS.isdisjoint(top) or type(level) is dict:
        return decode_strictly(line)
    if type(message) is not str or type(values) is not dict:
        return None
    if ts is not None:
        ts = canonical(ts) if type(ts) is str else None
        if ts is None:
            return None
    if level is None:
        level = guess(line)
    else:
        level = LEVELS.get(level) if type(level) is str else None
        if level is None:
            return None
    if not values and not top:
        return Line(ts, level, message)
    if values is not top and top:
        values |= top
    if "eventType" in values or "observable" in values:
        return decode_strictly(line)
    if not message:
        held = len(values)
        message = _lifted(values)
        fields_last = fields_last and len(values) == held
    if fields_last and not top:
        at = text.find('"fields":{') + 9
        fields = one_line(text[at:-1]) if at > 9 else compact(values)  # noqa: PLR2004 - found
        return Line(ts, level, message, fields, values)
    return Line(ts, level, message, compact(values) if values else "", values)


def _lifted(values: dict[str, Any]) -> str:
    """Take a message out of the fields, as Flow does: `msg` wins, and both are gone."""
    message = ""
    for key in ("message", "msg"):
        if type(values.get(key)) is str:
            message = values.pop(key)
    return message


def decode_strictly(line: str) -> Line | None:
    """Read a line as `decode` does, by the longer way."""
    try:
        parsed = strict.parse(line)
    except NoLog:
        return None
    log = Line(parsed.ts, parsed.level or guess(line), parsed.message)
    if not log.message:
        log.message = strict.lifted(parsed.fields)
    log.texts = parsed.fields
    log.shard, log.spans = parsed.shard, parsed.spans
    log.write_texts()
    return log


def raw(lines: Sequence[str]) -> Line:
    """Make one log of lines of raw text; what is blank at their end is left out."""
    message = "\n".join(lines).rstrip(_SPACE)
    return Line(None, guess(message), message)


def guess(text: str) -> str:
    """Guess the level of what names none: error if it looks like one, else warn."""
    small = text.lower()
    for word in _LIKELY_ERRORS:
        if word in small and (
            word != "unrecogni" or any(whole in small for whole in _UNRECOGNIZED)
        ):
            return "error"
    return "warn"
