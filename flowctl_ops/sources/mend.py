"""Paths that the engine can open: the file's own, another name for it, or a mended copy.

A mended copy is plain text in the engine's folder: the rest of a fragment of which an earlier one
holds the beginning, text from codecs and encodings that the engine does not know, or what could be
saved of a damaged file.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from flowctl_ops.sources import content, members
from flowctl_ops.sources.files import Codec, FileFormat, Problem, SourceFile, file_problem
from flowctl_ops.sources.shapes import Shape, is_raw, without_prefix

_SUFFIXES = {Codec.GZIP: ".gz", Codec.ZSTD: ".zst"}
_NO_DOCUMENT = b"{}\n"
_ODD = {Codec.SNAPPY, Codec.MARKED, Codec.BZIP2, Codec.XZ}
_NUMBERS = itertools.count()  # of all workshops: they share the engine's folder


@dataclass
class Workshop:
    """Makes files readable, one after the other, and remembers what was amiss with them."""

    folder: Path
    problems: list[Problem] = field(default_factory=list)

    def path(self, file: SourceFile, *, damaged: bool = False) -> str | None:
        """Give a path for the engine; None if nothing of the file can be read."""
        if file.format is FileFormat.JSON and (damaged or file.skip or file.take is not None):
            return self._copy(file)
        if damaged:
            return self._copy_rows(file) if file.format is FileFormat.CSV else None
        if (
            file.codec in _ODD
            or file.shape is not Shape.LINES
            or (file.codec is Codec.GZIP and members.is_odd(file.path))
        ):
            return self._copy(file)
        return self._alias(file) if _needs_alias(file) else file.path

    def _alias(self, file: SourceFile) -> str:
        alias = self.new_path(_SUFFIXES.get(file.codec, _plain_suffix(file)))
        alias.symlink_to(file.path)
        return str(alias)

    def new_path(self, suffix: str) -> Path:
        """Give a path that no file has yet."""
        return self.folder / f"{next(_NUMBERS):06d}{suffix}"

    def _copy(self, file: SourceFile) -> str | None:
        """Write the lines of a file from where it is wanted, as far as it can be read."""
        copy = self.new_path(_plain_suffix(file))
        kept = 0
        with copy.open("wb") as stream:
            try:
                for number, line in enumerate(self._wanted_lines(file), 1):
                    if file.shape is Shape.RAW and is_raw(line):
                        line = _NO_DOCUMENT  # noqa: PLW2901 - named by its number as other lines
                    if len(line) > content.LONGEST_LINE:
                        self.note(file, f"line {number} is longer than 16 MB and left out")
                        continue
                    kept += stream.write(line)
            except content.Unreadable as error:
                self.note(file, error.sentence + (", read as far as it goes" if kept else ""))
        return str(copy) if kept else None

    def _copy_rows(self, file: SourceFile) -> str | None:
        """Write the rows of a CSV file that have a cell for each column of its header."""
        copy = self.new_path(".csv")
        kept = 0
        with copy.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            try:
                for row in self._whole_rows(file):
                    kept += writer.writerow(row)
            except content.Unreadable as error:
                self.note(file, error.sentence + (", read as far as it goes" if kept else ""))
            except csv.Error as error:
                self.note(file, f"is damaged CSV ({error}), read as far as it goes")
        return str(copy) if kept else None

    def _whole_rows(self, file: SourceFile) -> Iterator[list[str]]:
        reader = content.cells(file)
        cells = ragged = 0
        first = ""
        for number, row in enumerate(reader, 1):
            cells = cells or len(row)
            if len(row) == cells:
                yield row
            elif row:
                first = first or f"row {number} has {len(row)} cells instead of {cells}"
                ragged += 1
        if ragged:
            self.note(file, first + (f", as {ragged - 1} more" if ragged > 1 else ""))

    def _wanted_lines(self, file: SourceFile) -> content.Lines:
        """Give a file's lines behind the bytes that an earlier fragment has read."""
        behind = file.skip
        end = None if file.take is None else -file.take
        for line, length in content.measured_lines(file):
            if behind <= 0:
                if end is not None and behind - length < end:
                    return
                yield without_prefix(line) if file.shape is Shape.PREFIXED else line
            elif behind < length:
                self.note(file, "overlaps another fragment in the middle of a line, left out here")
            behind -= length

    def note(self, file: SourceFile, reason: str) -> None:
        """Remember what is amiss with a file."""
        self.problems.append(file_problem(file, reason))


def _needs_alias(file: SourceFile) -> bool:
    """Tell whether the engine would misread the name: its extension, or signs that are no text."""
    suffix = _SUFFIXES.get(file.codec)
    if suffix is not None and not file.path.endswith(suffix):
        return True
    if suffix is None and file.path.endswith((".gz", ".zst")):
        return True
    return not file.path.isprintable() or any(sign in file.path for sign in "*?[]\\")


def _plain_suffix(file: SourceFile) -> str:
    return f".{file.format}" + ("" if file.format is not FileFormat.JSON else "l")
