"""Where a connector's decoded logs go: into the collection, to people, or to local stderr only."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flowctl_ops.publish import text, times
from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.jsons import compact, quoted
from flowctl_ops.publish.publishers import Logs
from flowctl_ops.publish.text import Styles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class Echo:
    """Shows logs as `ops logs` would; who cannot take them any more gets none."""

    def __init__(self, stream: BinaryIO, styles: Styles) -> None:
        self._stream = stream
        self._styles = styles

    def __call__(self, lines: list[Line]) -> None:
        """Show a batch."""
        line, styles = text.line, self._styles
        shown = "\n".join([line(log if log.ts else timed(log), styles) for log in lines])
        write(self._stream, shown + "\n")


class Local:
    """Prints logs with their task in the fields: as lines in `styles`, or else as Flow's JSON."""

    def __init__(self, stream: BinaryIO, task: str, styles: Styles | None) -> None:
        self._stream = stream
        self._task = task
        self._styles = styles

    def __call__(self, lines: list[Line]) -> None:
        """Print a batch."""
        shown = [self._shown(timed(line)) for line in lines]
        write(self._stream, "\n".join(shown) + "\n")

    def _shown(self, line: Line) -> str:
        self._name_task(line)
        if self._styles is not None:
            return text.line(line, self._styles)
        shard = f'"shard":{line.shard},' if line.shard else ""
        message = f'"message":{quoted(line.message)},' if line.message else ""
        spans = f',"spans":{line.spans}' if line.spans else ""
        return (
            f'{{{shard}"ts":"{line.ts}","level":"{line.level}",{message}'
            f'"fields":{line.fields}{spans}}}'
        )

    def _name_task(self, line: Line) -> None:
        if line.texts is not None:
            line.texts.setdefault("task", quoted(self._task))
            line.write_texts()
        else:
            line.values = {"task": self._task} | (line.values or {})
            line.fields = compact(line.values)


class Collected:
    """Publishes logs and echoes them; what cannot be published is echoed in any case.

    `open_logs` is tried again for each batch until it succeeds. `failed` is told the first error.
    """

    def __init__(
        self,
        open_logs: Callable[[], Logs],
        echo: Echo,
        failed: Callable[[OSError], None],
        *,
        quiet: bool,
    ) -> None:
        self.lost = 0
        """How many logs are not in the collection."""
        self._open = open_logs
        self._logs: Logs | None = None
        self._echo = echo
        self._failed = failed
        self._quiet = quiet

    def __call__(self, lines: list[Line]) -> None:
        """Publish a batch, then echo it."""
        try:
            if self._logs is None:
                self._logs = self._open()
            self._logs.publish(lines)
        except OSError as error:
            self._echo(lines)
            if not self.lost:
                self._failed(error)
            self.lost += len(lines)
        else:
            if not self._quiet:
                self._echo(lines)

    def close(self) -> None:
        """Let go of the journal."""
        if self._logs is not None:
            self._logs.close()


def timed(line: Line) -> Line:
    """Give a log that has no time the present one."""
    if line.ts is None:
        line.ts = times.write(times.now())
    return line


def write(stream: BinaryIO, shown: str) -> None:
    """Write text at once; a reader that is gone, or a full disk behind it, stops nothing."""
    with suppress(OSError, ValueError):
        stream.write(shown.encode("utf-8", "replace"))
        stream.flush()
