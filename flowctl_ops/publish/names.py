"""Names as Flow spells them: catalog names, journals, and where they lie below a data folder.

Source: Flow `crates/models/src/references.rs`, `crates/labels/src/partition.rs`.
"""

from __future__ import annotations

import re

from flowctl_ops.errors import UsageError
from flowctl_ops.vocabulary import Collection, Level, TaskKind

_CATALOG_NAME = re.compile(r"[\w.-]+(?:/[\w.-]+)*")
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
_HEX = frozenset("0123456789abcdef")
_LONGEST_PART = 255  # bytes of a file's name


def check_task(name: str) -> str:
    """Give a task's name back.

    Raises:
        UsageError: with the rule, if it is no catalog name or too long for a folder's name.
    """
    if not _CATALOG_NAME.fullmatch(name) or {".", ".."} & set(name.split("/")):
        raise UsageError(
            f"{name!r} is no catalog name",
            "one is words of letters, digits, -, _ and . joined by /, such as acmeCo/my/capture",
        )
    if len(f"name={encoded(name)}") > _LONGEST_PART:
        raise UsageError(f"{name!r} is too long for a folder", "at most 250 bytes, / counts three")
    return name


def check_kind(kind: str) -> TaskKind:
    """Read a task's kind.

    Raises:
        UsageError: with the rule, if it is none of the three.
    """
    try:
        return TaskKind(kind)
    except ValueError as error:
        raise UsageError(
            f"{kind!r} is no kind of task", f"kinds are {', '.join(TaskKind)}"
        ) from error


def check_level(level: str) -> Level:
    """Read one of Flow's five levels.

    Raises:
        UsageError: with the rule, if it is none.
    """
    try:
        return Level(level)
    except ValueError as error:
        raise UsageError(f"{level!r} is no level", f"levels are {', '.join(Level)}") from error


def is_key(text: str) -> bool:
    """Tell whether a text is what `keyBegin` and `rClockBegin` are: eight lower-case hex digits."""
    return len(text) == 8 and _HEX.issuperset(text)  # noqa: PLR2004 - as the sentence says


def is_build(text: str) -> bool:
    """Tell whether a text is a build: sixteen lower-case hex digits, perhaps in pairs by colons."""
    return len(text) in {16, 23} and _HEX.issuperset(text.replace(":", ""))


def tenant(task: str) -> str:
    """Give the text before the first slash of a name."""
    return task.partition("/")[0]


def encoded(name: str) -> str:
    """Percent-encode a name as a partition's value; all but letters, digits and `-_.` of ASCII."""
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in name.encode())


def journal(task: str, kind: TaskKind, documents: Collection, generation: str = "") -> str:
    """Name the journal of a task's logs or stats, which is its path below a data folder."""
    collection = f"ops/{tenant(task)}/{documents}" + (f"/{generation}" if generation else "")
    return f"{collection}/kind={kind}/name={encoded(task)}/pivot=00"
