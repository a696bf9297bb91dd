"""JSON: one object a line, never coloured, never cut."""

from __future__ import annotations

import math
from typing import Any, BinaryIO

from flowctl_ops.render import text
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result
from flowctl_ops.vocabulary import Unit


def write(result: Result, stream: BinaryIO, _style: Style = PLAIN, /) -> int:
    """Pass documents on as they are; make an object of any other row."""
    if [column.unit for column in result.columns] == [Unit.DOCUMENT]:
        return text.write_lines(result, stream)
    import json  # noqa: PLC0415 - documents do without

    result = result.data()
    names = [column.name for column in result.columns]
    count = 0
    for row in result.rows():
        count += 1
        line = json.dumps(dict(zip(names, map(_finite, row), strict=True)), ensure_ascii=False)
        stream.write(line.encode() + b"\n")
    return count


def _finite(value: Any) -> Any:
    """JSON has no word for what is no number."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
