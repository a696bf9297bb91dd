"""Logs as lines for people, laid out as `ops logs` lays them out.

Source: `queries/log_lines.sql` and `queries/text_macros.sql`, which do the same in the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache

from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import compact
from flowctl_ops.terminal import visible
from flowctl_ops.vocabulary import Level

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ODD_WORD = re.compile(r"""[\t\n\f\r "'=\\]""")  # the engine's blanks are those of ASCII
LEVELS = tuple(map(str, Level))
_WHOLE_SECONDS, _MILLISECONDS = 20, 23  # signs of a time, and of one up to them
_SHORT = 64  # signs of a text that may well come again, as names do
_SHOWN_AS_JSON = frozenset({int, float})


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
    """Lay out a log: time, level, message, fields; further lines of a message below, indented."""
    ts, message, end, more = log.ts or "", log.message, "", ""
    at = f"{ts[:-1]}.000Z" if len(ts) == _WHOLE_SECONDS else f"{ts[:_MILLISECONDS]}Z"
    if not (message.isascii() and message.isprintable()):
        message, end, more = _shown(message).partition("\n")
    text = f"{styles.time}{at}{styles.plain} {styles.levels[log.level]}"
    if message:
        text = f"{text} {message}"
    if log.fields:
        text = f"{text} {styles.fields}{_fields(log)}{styles.plain}"
    return text + (end + more).replace("\n", "\n    ") if end else text


def _shown(text: str) -> str:
    """Show what a terminal would obey as codes, line by line; a tab as spaces."""
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join(map(visible, lines))


def _fields(log: Line) -> str:
    if log.texts is not None:
        pairs = [f"{_key(key)}={_value_text(text)}" for key, text in log.texts.items()]
    else:
        pairs = [
            f"{_key(key)}={(_key if len(value) < _SHORT else _word)(value)}"
            if type(value) is str
            else f"{_key(key)}={_value(value)}"
            for key, value in (log.values or {}).items()
        ]
    words = " ".join(pairs)
    return words if words.isascii() and words.isprintable() else visible(words)


def _word(text: str) -> str:
    if text.isalnum():
        return text
    return compact(text) if not text or _ODD_WORD.search(text) else text


_key = lru_cache(maxsize=4096)(_word)


def _value(value: Any) -> str:
    return repr(value) if type(value) in _SHOWN_AS_JSON else compact(value)


def _value_text(text: str) -> str:
    return _word(json.loads(text)) if text.startswith('"') else text
