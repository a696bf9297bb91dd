"""A pipe whose writer goes on: what it has given so far, as pieces."""

from __future__ import annotations

import os
import select
from dataclasses import replace
from pathlib import Path

from flowctl_ops.sources import cut
from flowctl_ops.sources.describe import describe
from flowctl_ops.sources.files import FileFormat, SourceFile
from flowctl_ops.sources.growth import piece_of
from flowctl_ops.sources.resting import PLAIN

_CHUNK = 1 << 20
_TELLING = 1 << 16  # bytes that tell how documents lie in a text, without a line end among them
_MOST = 32 << 20  # bytes of one arrival


class Pipe:
    """Reads what there is, without waiting for more; it is `ended` once its writer is gone.

    What is compressed, or a table, is kept in a file until then. `shown` names the pipe.
    """

    def __init__(self, descriptor: int, shown: str, folder: Path) -> None:
        self.descriptor = descriptor
        self.ended = False
        self._shown = shown
        self._folder = folder
        self._number = 0
        self._lines = 0
        self._begun = b""
        self._file: SourceFile | None = None
        self._kept: Path | None = None
        self._cutter = cut.Lines()

    def arrival(self) -> list[SourceFile]:
        """Give what came since, as far as its last line has ended; at the end all of it."""
        text, size = b"", 0
        while not self.ended and size < _MOST and self._is_ready():
            chunk = os.read(self.descriptor, _CHUNK)
            self.ended = not chunk
            size += len(chunk)
            text += self._whole(chunk)
        if self.ended:
            text += self._rest()
        elif size:
            text += self._cutter.settle()
        return self._pieces(text)

    def close(self) -> None:
        """Let go of the pipe."""
        if self.descriptor > 0:
            os.close(self.descriptor)

    def _is_ready(self) -> bool:
        return bool(select.select([self.descriptor], [], [], 0)[0])

    def _whole(self, chunk: bytes) -> bytes:
        """Give what is whole by now, once it is known how documents lie in it."""
        if self._kept is not None:
            with self._kept.open("ab") as kept:
                kept.write(chunk)
            return b""
        if self._file is None:
            self._begun += chunk
            if b"\n" not in self._begun and len(self._begun) < _TELLING:
                return b""
            chunk = self._begin()
        return self._cutter.feed(chunk)

    def _begin(self) -> bytes:
        """Learn by its beginning how documents lie in it; give what can be cut of that."""
        path = self._new_path()
        path.write_bytes(self._begun)
        file = describe(str(path), self._shown, (), len(self._begun), named_by_user=True)
        if file.codec not in PLAIN or file.format is not FileFormat.JSON:
            self._kept, self._begun = path, b""
            return b""
        path.unlink()
        self._file, self._cutter = file, cut.cutter(file)
        begun, self._begun = self._begun, b""
        return begun

    def _rest(self) -> bytes:
        """Give what is held at the end."""
        begun = self._begin() if self._begun else b""
        return self._cutter.feed(begun) + self._cutter.end()

    def _pieces(self, text: bytes) -> list[SourceFile]:
        if self._file is not None and text:
            path = self._new_path()
            path.write_bytes(text)
            piece = piece_of(self._file, path, len(text), self._lines)
            self._lines += text.count(b"\n")
            return [piece]
        if self.ended and self._kept is not None:
            kept, self._kept = str(self._kept), None
            size = os.stat(kept).st_size
            file = describe(kept, self._shown, (), size, named_by_user=True)
            return [replace(file, piped=True)]
        return []

    def _new_path(self) -> Path:
        self._number += 1
        return self._folder / f"pipe-{self.descriptor}-{self._number:08d}"
