"""Pumping a connector's output: from a descriptor through the decoder to where it goes."""

from __future__ import annotations

import os
import select
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Protocol, TypeVar

from flowctl_ops.publish import events
from flowctl_ops.publish.decode import Line
from flowctl_ops.publish.publishers import RANKS, at_or_worse
from flowctl_ops.vocabulary import Level

_CHUNK = 1 << 16  # what a pipe holds
_NEXT_LINE_MS = 5  # how long a raw line waits for the next line of its trace
_LONGEST_WAIT_S = 0.03
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
_MOST_LEFT = 1 << 20  # bytes that wait in the largest pipe

NO_OUTPUT = "connector exited with no log output"


Sink = Callable[[list[Line]], None]
"""Where decoded logs go."""


class Output:
    """Takes decoded logs in batches: sanitizes events, drops what is below the level, passes on.

    `observe` is called with each log that is for the operator, whatever its level.
    """

    def __init__(
        self, task: str, level: Level, sink: Sink, observe: Callable[[Line], None]
    ) -> None:
        self.last = ""
        """What the newest log that said anything said, at whatever level."""
        self._task = task
        self._most = RANKS[level]
        self._sink = sink
        self._observe = observe

    def take(self, lines: list[Line]) -> None:
        """Pass on logs at the level and worse."""
        for line in lines:
            if line.texts is not None:
                events.sanitize(line, self._task)
                if events.is_observable(line.texts):
                    self._observe(line)
        kept = at_or_worse(lines, self._most)
        if lines:
            self.last = next(filter(None, map(_said, reversed(lines))), self.last)
        if kept:
            self._sink(kept)


def _said(line: Line) -> str:
    return line.message or line.fields


class Signals:
    """Signals that came while it was in force; they wake whoever waits on `wakes`."""

    def __init__(self, react: Callable[[int], bool]) -> None:
        self.came: list[int] = []
        self._react = react
        """Is called with each signal, and tells whether to stop reading."""
        self.wakes, self._wake = os.pipe()
        os.set_blocking(self._wake, False)

    def _take(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number != signal.SIGCHLD:
            self.came.append(number)
        if self._react(number):
            self.wake()

    def wake(self) -> None:
        """Wake whoever waits."""
        with suppress(BlockingIOError):
            os.write(self._wake, b".")

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Catch signals meanwhile, so that none comes between reading and publishing."""
        before = {number: signal.signal(number, self._take) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


T = TypeVar("T")


class Reader(Protocol[T]):
    """Makes things of bytes as they come; see `LogReader`."""

    @property
    def waits(self) -> bool:
        """Tell whether something is held back."""

    @property
    def waits_for_more(self) -> bool:
        """Tell whether it is worth waiting for what comes next."""

    def feed(self, chunk: bytes, /) -> list[T]:
        """Take bytes; give what is complete."""

    def flush(self) -> list[T]:
        """Give what was held back."""

    def end(self) -> list[T]:
        """Give all that is left."""


def pump(descriptor: int, reader: Reader[T], take: Callable[[list[T]], None], wakes: int) -> None:
    """Read to the end, or until `wakes` can be read; what was written by then is taken, too."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    poll.register(wakes, select.POLLIN)
    held_since = 0.0
    while True:
        held = reader.waits
        ready = dict(poll.poll(_NEXT_LINE_MS if held else None))
        if held and (not ready or time.monotonic() - held_since > _LONGEST_WAIT_S):
            take(reader.flush())
            held_since = 0.0
        if wakes in ready:
            poll.unregister(wakes)
            _take_what_is_left(poll, descriptor, reader, take)
            break
        if not ready:
            continue
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            break
        take(reader.feed(chunk))
        if not reader.waits_for_more:
            take(reader.flush())
        elif not held_since:
            held_since = time.monotonic()
    take(reader.end())


def _take_what_is_left(
    poll: select.poll, descriptor: int, reader: Reader[T], take: Callable[[list[T]], None]
) -> None:
    """Take what waits to be read, without waiting for more."""
    left = _MOST_LEFT
    while left > 0 and poll.poll(0):
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            break
        take(reader.feed(chunk))
        left -= len(chunk)
