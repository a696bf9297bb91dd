"""Results as bytes: one module per output format."""

from __future__ import annotations

from enum import StrEnum
from typing import BinaryIO, Protocol

from flowctl_ops.render import csv, json, markdown, text
from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result


class Output(StrEnum):
    """The formats that `--output` knows."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class Renderer(Protocol):
    """Writes a result batch by batch, never holding all of it."""

    def __call__(self, result: Result, stream: BinaryIO, style: Style = PLAIN, /) -> int:
        """Write a result; give the number of its rows."""
        ...


RENDERERS: dict[Output, Renderer] = {
    Output.TEXT: text.write,
    Output.JSON: json.write,
    Output.CSV: csv.write,
    Output.MARKDOWN: markdown.write,
}
