"""Naming the lines that are no ops documents: which line of which file, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowctl_ops.sources import Problem, SourceFile, content
from flowctl_ops.sources.files import Codec

_SHOWN = 60
_CUT_OFF = "is JSON cut off"
_PLAIN = (Codec.NONE, Codec.MARKED)


def named_lines(file: SourceFile, classes: Mapping[int, str]) -> Iterator[tuple[Problem, bool]]:
    """Give a Problem for each line, keyed by number among the lines that are not blank.

    Beside it stands whether the line is merely being written: a document cut off at the end of a
    plain file. Closed fragments are whole when they appear, compressed files not written by line.
    """
    grows = file.fragment is None or file.fragment.growing
    live = grows and file.codec in _PLAIN and not file.piped
    number = 0
    for physical, line in enumerate(_lines(file), 1):
        if not line.strip():
            continue
        number += 1
        if number in classes:
            text = line.decode(errors="replace").strip()
            what = _what(text, classes[number])
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            unfinished = live and what == _CUT_OFF and not line.endswith(b"\n")
            yield Problem(f"{file.shown}:{physical}", f"{what}: {shown}"), unfinished


def _lines(file: SourceFile) -> Iterator[bytes]:
    try:
        yield from content.lines(file)
    except content.Unreadable:
        return


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
        return _CUT_OFF if text.startswith("{") else "is no JSON"
    except RecursionError:
        return "is nested too deeply"
    return "is no JSON that can be read"


def _json_type(text: str) -> str:
    return {"[": "an array", '"': "a string"}.get(text[:1], "a bare value")
