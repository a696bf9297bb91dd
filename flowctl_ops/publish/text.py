"""Logs as lines for people, laid out as `ops logs` lays them out.

Source: `queries/log_lines.sql` and `queries/text_macros.sql`, which do the same in the engine.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import compact
from flowctl_ops.terminal import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ODD_WORD = re.compile(r"""[\s"'=\\]""")
_MILLISECONDS = 23  # signs of a time up to them


class Styles(Frozen):
    """The signs that begin each part of a line, and end any; all empty without colour."""

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
        self._set(time=time, levels=levels or {}, fields=fields, plain=plain)


PLAIN = Styles()


def line(log: Line, styles: Styles = PLAIN) -> str:
    """Lay out a log: time, level, message, fields; further lines of a message below, indented."""
    first, _, more = _shown(log.message).partition("\n")
    level = styles.levels.get(log.level, "") + log.level.ljust(5) + styles.plain
    words = [styles.time + _to_milliseconds(log.ts or "") + styles.plain, level]
    if first:
        words.append(first)
    if fields := _fields(log):
        words.append(styles.fields + fields + styles.plain)
    text = " ".join(words)
    return text + ("\n" + more).replace("\n", "\n    ") if more else text


def _to_milliseconds(ts: str) -> str:
    seconds, _, fraction = ts[:-1].partition(".")
    return f"{seconds}.{fraction[:3].ljust(3, '0')}Z"


def _shown(text: str) -> str:
    """Show what a terminal would obey as codes, line by line; a tab as spaces."""
    if text.isascii() and text.isprintable():
        return text
    lines = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    return "\n".join(map(visible, lines))


def _fields(log: Line) -> str:
    if log.texts is not None:
        pairs = [f"{_word(key)}={_value_text(text)}" for key, text in log.texts.items()]
    else:
        pairs = [f"{_word(key)}={_value(value)}" for key, value in (log.values or {}).items()]
    words = " ".join(pairs)
    return words if words.isascii() and words.isprintable() else visible(words)


def _word(text: str) -> str:
    return compact(text) if not text or _ODD_WORD.search(text) else text


def _value(value: Any) -> str:
    return _word(value) if type(value) is str else compact(value)


def _value_text(text: str) -> str:
    return _word(json.loads(text)) if text.startswith('"') else text
