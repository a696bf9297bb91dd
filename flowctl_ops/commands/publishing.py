"""The three ways of `ops publish`: logs from stdin, logs of a command, stats from stdin."""

from __future__ import annotations

import gc
import signal
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TextIO

from flowctl_ops import notes
from flowctl_ops.errors import DataError, ExitCode
from flowctl_ops.publish import text
from flowctl_ops.publish.child import CannotStart, Child
from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.jsons import compact
from flowctl_ops.publish.lines import LineReader, LogReader
from flowctl_ops.publish.publishers import Logs, StatsPublisher
from flowctl_ops.publish.sinks import Collected, Echo, Local, timed, write
from flowctl_ops.publish.stats_lines import Invalid, stats_line
from flowctl_ops.publish.stream import NO_OUTPUT, Output, Signals, pump
from flowctl_ops.render import theme
from flowctl_ops.render.theme import Color
from flowctl_ops.vocabulary import Level

if TYPE_CHECKING:
    from flowctl_ops.publish.journals import Fsync
    from flowctl_ops.publish.values import Shard

_STDIN = 0


@dataclass(frozen=True)
class Asked:
    """What to publish where, and what to show of it."""

    shard: Shard
    data: str | None
    level: Level
    fsync: Fsync
    color: Color
    quiet: bool


class _Session:
    """One publishing: a reader, where its logs go, and what is to be said of them at the end."""

    def __init__(self, asked: Asked) -> None:
        self.reader = LogReader()
        self.sink = _sink(asked)
        task = asked.shard.name
        self.output = Output(
            task,
            asked.level,
            self.sink,
            lambda log: notes.observed(task, text.line(timed(log))),
        )

    def pump(self, descriptor: int, signals: Signals) -> None:
        gc.disable()  # logs hold nothing that goes round, and there may be millions of them
        pump(descriptor, self.reader, self.output.take, signals.wakes)

    def end(self) -> int:
        """Say what was lost or changed; give the exit code for it."""
        if self.reader.replaced:
            notes.replaced(self.reader.replaced)
        if not isinstance(self.sink, Collected):
            return ExitCode.ANSWERED
        self.sink.close()
        if self.sink.lost:
            notes.not_in_collection(self.sink.lost)
        return ExitCode.DATA if self.sink.lost else ExitCode.ANSWERED


def logs(asked: Asked) -> int:
    """Publish what comes on stdin as logs; give the exit code.

    Of a Ctrl-C, whoever writes to us knows, too: its last words are waited for, until the second.
    """
    patient = not _stdin().isatty()
    session = _Session(asked)

    def react(number: int) -> bool:
        waits = patient and number == signal.SIGINT and len(signals.came) == 1
        return number != signal.SIGCHLD and not waits

    signals = Signals(react)
    with signals.caught():
        session.pump(_STDIN, signals)
    code = session.end()
    return 128 + signals.came[-1] if signals.came else code


def run(asked: Asked, command: list[str]) -> int:
    """Run a command and publish its stderr as logs; give the command's exit code."""
    session = _Session(asked)
    try:
        code = _run(session, command, asked.level)
    except CannotStart as failure:
        session.output.last = str(failure)
        code = failure.exit_code
    if code:
        error = {"error": session.output.last or NO_OUTPUT}
        session.output.take([Line(None, "error", "shard failed", compact(error), error)])
    at_end = session.end()
    return code or at_end


def _run(session: _Session, command: list[str], level: Level) -> int:
    with ExitStack() as stack:
        early: list[int] = []
        child: Child | None = None

        def react(number: int) -> bool:
            if child is None:
                early.append(number)
                return False
            return child.pass_on(number)

        signals = Signals(react)
        stack.enter_context(signals.caught())
        child = Child(command, level)
        for number in early:
            if child.pass_on(number):
                signals.wake()
        session.pump(child.stderr, signals)
        return child.exit_code()


class _Stats:
    """One publishing of stats: what is good of each batch goes into one transaction."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._publisher: StatsPublisher | None = None
        self._line = 0
        self.bad = self.lost = 0

    def take(self, lines: list[bytes]) -> None:
        good = []
        for line in lines:
            self._line += 1
            try:
                if line.strip():
                    good.append(stats_line(line, self._asked.shard))
            except Invalid as error:
                self.bad += 1
                notes.bad_stats(self._line, str(error))
        if good:
            self._publish(good)

    def _publish(self, documents: list[tuple[str, int]]) -> None:
        asked = self._asked
        if asked.data is None:
            write(sys.stderr.buffer, "".join([f"{{{members}}}\n" for members, _ in documents]))
            return
        try:
            if self._publisher is None:
                self._publisher = StatsPublisher(asked.data, asked.shard, fsync=asked.fsync)
            self._publisher.publish(documents)
        except OSError as error:
            if not self.lost:
                notes.not_published(asked.data, error)
            self.lost += len(documents)


def stats(asked: Asked) -> int:
    """Publish what comes on stdin as stats documents; give the exit code.

    Those that do not validate are named, and the others published, each batch in a transaction.
    """
    _stdin()
    publishing = _Stats(asked)
    signals = Signals(lambda number: number != signal.SIGCHLD)
    with signals.caught():
        pump(_STDIN, LineReader(), publishing.take, signals.wakes)
    if publishing.lost:
        notes.not_in_collection(publishing.lost, "stats document")
    if signals.came:
        return 128 + signals.came[-1]
    return ExitCode.DATA if publishing.lost or publishing.bad else ExitCode.ANSWERED


def _stdin() -> TextIO:
    if sys.stdin is None:  # closed by whoever started us
        raise DataError("nothing is piped to stdin", "try: some-program 2>&1 | ops publish …")
    return sys.stdin


def _sink(asked: Asked) -> Collected | Local:
    stream: BinaryIO = sys.stderr.buffer
    styles = _styles(asked.color)
    if asked.data is None:
        return Local(stream, asked.shard.name, styles if sys.stderr.isatty() else None)
    data = asked.data
    return Collected(
        lambda: Logs(data, asked.shard, asked.level, fsync=asked.fsync),
        Echo(stream, styles),
        lambda error: notes.not_published(data, error),
        quiet=asked.quiet,
    )


def _styles(color: Color) -> text.Styles:
    """Give the styles of `ops logs` for stderr."""
    styles = theme.line_styles(colored=theme.wants_color(color, sys.stderr))
    levels = styles["levels"]
    return text.Styles(
        time=str(styles["time"]),
        levels=dict(zip(map(str, Level), levels, strict=True)) if isinstance(levels, list) else {},
        fields=str(styles["fields"]),
        plain=str(styles["plain"]),
    )
