"""Naming the lines that are no ops documents: which line of which file, and what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from flowctl_ops.engine import Engine
from flowctl_ops.relations.account import Account
from flowctl_ops.sources import Problem, Reading, SourceFile, content
from flowctl_ops.sources.files import Codec, FileFormat

_LINES_NAMED = 10
_SHOWN = 60
_MOST_LOOKED_AT = 1 << 20
_LAYOUTS = (
    (
        re.compile(r"\[\s*(?:\{|$)"),
        "holds arrays where a document a line is expected",
        "make a line of each document: jq -c '.[]'",
    ),
    (
        re.compile(r'[{}\],][\s,]*$|"(?:[^"\\]|\\.)*"\s*:'),
        "holds documents over several lines where each is expected on one",
        "make a line of each document: jq -c .",
    ),
    (
        re.compile(r"(?:\[pod/|[\w.-]+ +\| |\d{4}-\d\d-\d\dT[\d:.]+\S* )[^{]*\{.*\}$", re.DOTALL),
        "holds lines with something before their documents",
        "take it off: sed 's/^[^{]*//'",
    ),
    (
        re.compile(r"\ufeff"),
        "holds byte order marks between its lines",
        r"take them out: sed 's/\xEF\xBB\xBF//g'",
    ),
)
_CUT_OFF = "is JSON cut off"
_PLAIN = (Codec.NONE, Codec.MARKED)


def name_lines(
    account: Account,
    engine: Engine,
    reading: Reading,
    place: int,
    count: int,
    *,
    with_bindings: bool,
) -> None:
    """Name the first bad lines of a file in an account, as long as there is room for more of them.

    There are `count` of them in the file at a place.
    """
    room = max(_LINES_NAMED - len(account.problems), 1)
    classes: dict[int, str] = dict(
        engine.rows(
            "relations/bad_lines.sql",
            paths=reading.paths([place]),
            most=max(room, 2),
            with_bindings=with_bindings,
        )
    )
    named = 0
    for problem, unfinished in named_lines(reading.files[place], classes):
        named += 1
        if unfinished:
            account.unfinished_lines += 1
        elif named <= room:
            account.add([problem])
        else:
            account.more_bad_lines += 1
    account.more_bad_lines += max(count - named, 0)


def named_lines(file: SourceFile, classes: Mapping[int, str]) -> Iterator[tuple[Problem, bool]]:
    """Give a Problem for each line, keyed by number among the lines that are not blank.

    Beside it stands whether the line is merely being written: a document cut off at the end of a
    plain file. Closed fragments are whole when they appear, compressed files not written by line.
    One Problem stands for all rows of a table, and for all lines of a layout that has a way out.
    """
    if file.format is not FileFormat.JSON:
        first = min(classes, default=1)
        yield Problem(file.shown, f"row {first} is no document of an ops collection"), False
        return
    grows = file.fragment is None or file.fragment.growing
    live = grows and file.codec in _PLAIN and not file.piped
    number = 0
    last = max(classes, default=0)
    for physical, line in enumerate(_lines(file), 1 + file.lines_before):
        if not line.strip() or len(line) > content.LONGEST_LINE:  # left out of a mended copy
            continue
        number += 1
        if number in classes:
            text = line[:_MOST_LOOKED_AT].decode(errors="replace").strip()
            is_cut = live and not line.endswith(b"\n")
            if not is_cut and (layout := _layout(text)) is not None:
                yield Problem(file.shown, *layout), False
                return
            is_whole = len(line) <= _MOST_LOOKED_AT
            what = _what(text, classes[number]) if is_whole else "is no JSON that can be read"
            shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
            unfinished = is_cut and what == _CUT_OFF
            yield Problem(f"{file.shown}:{physical}", f"{what}: {shown}"), unfinished
        if number >= last:
            return


def _layout(text: str) -> tuple[str, str] | None:
    """Tell a line of a layout that is no document a line, and the way out."""
    for pattern, reason, hint in _LAYOUTS:
        if pattern.match(text):
            return reason, hint
    return None


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
