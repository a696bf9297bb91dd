"""From bytes as they come to lines, and from lines to logs.

Where Flow loses something it is kept: a line beyond 1 MiB in pieces of that size, bytes that are
no UTF-8 as replacement signs, and the last line without a line end as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from flowctl_ops.publish.decode import Line, decode, guess, raw

LONGEST = 1 << 20  # bytes of a line that Flow takes
_CONTINUED, _CONTINUES = 0xC0, 0x80  # the upper bits of bytes within a sign of UTF-8
_MOST_JOINED = 1 << 16  # signs of raw text after which no further lines are waited for


class LogReader:
    """Reads a stream of a connector's output piece by piece."""

    def __init__(self) -> None:
        self.replaced = 0
        """How many lines held bytes that are no UTF-8."""
        self._rest = b""
        self._raw: list[str] = []
        self._joined = 0
        self._in_pieces = False

    def feed(self, chunk: bytes) -> list[Line]:
        """Take bytes; give the logs that are complete.

        Raw lines at the end are held back, as more of them may follow: see `waits`.
        """
        whole, newline, self._rest = (self._rest + chunk).rpartition(b"\n")
        logs = list(self._logs(whole)) if newline else []
        while len(self._rest) > LONGEST:
            logs.extend(self.flush())
            piece, self._rest = _cut(self._rest)
            logs.append(self._piece(piece))
            self._in_pieces = True
        return logs

    @property
    def waits(self) -> bool:
        """Tell whether raw lines are held back, to which the next ones may belong."""
        return bool(self._raw)

    @property
    def waits_for_more(self) -> bool:
        """Tell whether so few raw lines are held back that it is worth waiting for the next."""
        return 0 < self._joined < _MOST_JOINED

    def flush(self) -> list[Line]:
        """Give what was held back as one log."""
        if not self._raw:
            return []
        log = raw(self._raw)
        self._raw, self._joined = [], 0
        return [log]

    def end(self) -> list[Line]:
        """Give all that is left; a last line without a line end is a log of its own."""
        logs = self.flush()
        if self._rest:
            text = self._text(self._rest)
            logs.append((None if self._in_pieces else decode(text)) or raw([text]))
        self._rest = b""
        return logs

    def _logs(self, data: bytes) -> Iterator[Line]:
        if self._in_pieces:  # its end comes first
            self._in_pieces = False
            last, newline, data = data.partition(b"\n")
            yield raw([self._text(last)])
            if not newline:
                return
        for text in self._texts(data):
            log = decode(text) if isinstance(text, str) else self._piece(text)
            if log is None:
                self._raw.append(str(text))
                self._joined += len(text) + 1
                if self._joined > LONGEST:
                    yield from self.flush()
            else:
                if self._raw:
                    yield from self.flush()
                yield log

    def _texts(self, data: bytes) -> Iterable[str | bytes]:
        """Give the lines as text; those that are too long in pieces, as bytes."""
        if len(data) <= LONGEST:
            try:
                return data.decode().split("\n")
            except UnicodeDecodeError:
                pass
        return self._some_long(data.split(b"\n"))

    def _some_long(self, lines: list[bytes]) -> Iterator[str | bytes]:
        for line in lines:
            if len(line) <= LONGEST:
                yield self._text(line)
                continue
            rest = line
            while len(rest) > LONGEST:
                piece, rest = _cut(rest)
                yield piece
            yield rest

    def _piece(self, piece: bytes) -> Line:
        """Make a log of a part of a line, nothing of it left out."""
        text = self._text(piece)
        return Line(None, guess(text), text)

    def _text(self, line: bytes) -> str:
        try:
            return line.decode()
        except UnicodeDecodeError:
            self.replaced += 1
            return line.decode(errors="replace")


class LineReader:
    """Reads a stream line by line, without their line ends."""

    waits = waits_for_more = False

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take bytes; give the lines that are complete."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        return lines

    def flush(self) -> list[bytes]:
        """Give nothing, as nothing is held back."""
        return []

    def end(self) -> list[bytes]:
        """Give the last line if it has no line end."""
        last, self._rest = self._rest, b""
        return [last] if last else []


def _cut(line: bytes) -> tuple[bytes, bytes]:
    """Cut a line where it is as long as may be, between two signs."""
    at = LONGEST
    while at > LONGEST - 4 and line[at] & _CONTINUED == _CONTINUES:
        at -= 1
    return line[:at], line[at:]
