"""Naming the lines that are no ops documents: which line of which file, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowctl_ops.sources import Problem, SourceFile, content
from flowctl_ops.sources.files import Codec

_SHOWN = 60


def named_lines(file: SourceFile, classes: Mapping[int, str]) -> Iterator[tuple[Problem, bool]]:
    """Give a Problem for each line, keyed by number among the lines that are not blank.

    Beside it stands whether the line is merely being written: the last of a plain file, without
    its end. Fragments are whole when they appear, and compressed files are not written by line.
    """
    live = file.fragment is None and file.codec is Codec.NONE
    number = 0
    for physical, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        number += 1
        if number in classes:
            unfinished = live and not line.endswith(b"\n") and classes[number] == "unreadable"
            where = f"{file.shown}:{physical}"
            yield Problem(where, _reason(line, classes[number])), unfinished


def _lines(file: SourceFile) -> Iterator[bytes]:
    try:
        yield from content.lines(file)
    except content.Unreadable:
        return


def _reason(line: bytes, line_class: str) -> str:
    text = line.decode(errors="replace").strip()
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"{_what(text, line_class)}: {shown}"


def _what(text: str, line_class: str) -> str:
    if line_class == "foreign":
        if text.startswith("{"):
            return "is no document of an ops collection"
        return f"is {_json_type(text)}, no JSON object"
    import json  # noqa: PLC0415 - few files have bad lines

    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":
            return "has something behind its JSON document"
        return "is JSON cut off" if text.startswith("{") else "is no JSON"
    except RecursionError:
        return "is nested too deeply"
    return "is no JSON that can be read"


def _json_type(text: str) -> str:
    return {"[": "an array", '"': "a string"}.get(text[:1], "a bare value")
