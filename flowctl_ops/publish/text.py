"""Logs as lines for people, laid out as `ops logs` lays them out.

Source: `queries/log_lines.sql` and `queries/line.sql`, which do the same in the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import compact
from flowctl_ops.terminal import visible, without_colors
from flowctl_ops.vocabulary import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ODD_WORD = re.compile(r"""[\t\n\f\r "'=\\]""")  # the engine's blanks are those of ASCII
LEVELS = tuple(map(str, Level))
_WHOLE_SECONDS, _MILLISECONDS = 20, 23  # signs of a time, and of one up to them
_SHORT = 64  # signs of a text that may well come again, as names do
_SHOWN_AS_JSON = frozenset({int, float})
_VALUE_ROOM, _ERROR_ROOM = 400, 2000  # signs of a value, and of an error on lines of its own
_INLINE_ERROR = 60  # signs of an error that stands in its line
_ESCAPED = re.compile(r'[\n"\\]')


class Styles(Frozen):
    """The signs that begin each part of a line, and end any; all empty without colour.

    `levels` are given by level, and kept as the words that show it.
    """

    __slots__ = ("fields", "levels", "plain", "time")
    time: str
    levels: Mapping[str, str]
    fields: str
    plain: str

    def __init__(
        self,
        time: str = "",
        levels: Mapping[str, str] | None = None,
        fields: str = "",
        plain: str = "",
    ) -> None:
        shown = {level: (levels or {}).get(level, "") + level.ljust(5) + plain for level in LEVELS}
        self._set(time=time, levels=shown, fields=fields, plain=plain)


PLAIN = Styles()


def line(log: Line, styles: Styles = PLAIN) -> str:
    """Lay out a log: time, level, message, cause, fields.

    Further lines of a message stand below, indented, and so does a long cause.
    """
    ts, message, end, more = log.ts or "", log.message, "", ""
    at = f"{ts[:-1]}.000Z" if len(ts) == _WHOLE_SECONDS else f"{ts[:_MILLISECONDS]}Z"
    if not (message.isascii() and message.isprintable()):
        message, end, more = _shown(without_colors(message)).partition("\n")
    text = f"{styles.time}{at}{styles.plain} {styles.levels[log.level]}"
    if message.strip(" ") or more.strip(" \n"):
        text = f"{text} {message}" if message else text
    else:
        text = f"{text} (no message)"
    error = _error(log) if '"error"' in log.fields else ""
    below = len(error) > _INLINE_ERROR or _ESCAPED.search(error) is not None
    if error and not below:
        text = f"{text} error={_key(error)}"
    if log.fields and (words := _fields(log)):
        text = f"{text} {styles.fields}{words}{styles.plain}"
    if end:
        text += (end + more).replace("\n", "\n    ")
    return text + _lines_below(error) if below else text


def _shown(text: str) -> str:
    """Show what a terminal would obey as codes, line by line; a tab as spaces."""
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join(map(visible, lines))


def _error(log: Line) -> str:
    """Give the cause that the fields hold; empty where there is none."""
    if log.texts is not None:
        value = json.loads(log.texts.get("error", "null"))
    else:
        value = (log.values or {}).get("error")
    if value is None:
        return ""
    return _shown(without_colors(value if type(value) is str else _value(value)))


def _lines_below(error: str) -> str:
    """Lay out a cause on lines of its own: of many or long ones the first."""
    lines = [text for text in _elided(error, _ERROR_ROOM).split("\n") if text.strip(" ")]
    most = _ERROR_ROOM // 150
    if len(lines) > most:
        lines[most:] = [f"… {len(lines) - most} more lines, --wide has them"]
    return "".join(f"\n    {text}" for text in lines)


def _fields(log: Line) -> str:
    if log.texts is not None:
        pairs = [
            f"{_key(key)}={_value_text(text)}"
            for key, text in log.texts.items()
            if key != "error" or text in ('""', "null")
        ]
    else:
        pairs = [
            f"{_key(key)}={_string(value) if type(value) is str else _elided(_value(value))}"
            for key, value in (log.values or {}).items()
            if key != "error" or value is None or value == ""
        ]
    words = " ".join(pairs)
    return words if words.isascii() and words.isprintable() else visible(words)


def _string(text: str) -> str:
    text = without_colors(text)
    return _key(text) if len(text) < _SHORT else _elided(_word(text))


def _word(text: str) -> str:
    if text.isalnum():
        return text
    return compact(text) if not text or _ODD_WORD.search(text) else text


_key = lru_cache(maxsize=4096)(_word)


def _value(value: Any) -> str:
    return repr(value) if type(value) in _SHOWN_AS_JSON else compact(value)


def _value_text(text: str) -> str:
    return _string(json.loads(text)) if text.startswith('"') else _elided(text)


def _elided(text: str, most: int = _VALUE_ROOM) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
