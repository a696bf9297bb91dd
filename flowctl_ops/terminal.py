"""Text that a terminal shows and does not obey."""

from __future__ import annotations

import re

_SIGNS = (
    "[\x00-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_COLORS = r"\x1b\[[0-9;:]*m"
_NO_LAYOUT = rf"(?!\t|\r?\n){_SIGNS}"  # compiled when it is used: few texts need it


def without_colors(text: str) -> str:
    """Drop the codes that colour text; what else a terminal would obey stays, to be shown."""
    return re.sub(_COLORS, "", text) if "\x1b" in text else text


def visible(text: str) -> str:
    """Show what a terminal would obey, or hide, as its code; `queries/line.sql` does the same."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_SIGNS, _code, text)


def visible_lines(text: str) -> str:
    """Do the same for text that is laid out: ends of lines and tabs stay."""
    return re.sub(_NO_LAYOUT, _code, text)


def _code(sign: re.Match[str]) -> str:
    return f"\\u{ord(sign[0]):04x}"
