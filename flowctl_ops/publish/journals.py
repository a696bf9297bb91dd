"""The collection writer: appends whole batches of lines to a journal on disk.

What `append` returned from is in the file: it outlives the process, and with `fsync="always"` a
power cut. Several processes may append to one journal. Its lock is the hidden file `.publish` in
its folder, which also tells at which offset the open fragment begins; whoever reaches a fragment's
limits opens the next one there, and closes the full one meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path

from flowctl_ops.publish import fragments
from flowctl_ops.publish.fragments import OpenFragment
from flowctl_ops.publish.frozen import Frozen

LOCK = ".publish"
_DIGITS = 16
_BLOCK = 1 << 16
_LINGER_S = 60  # how long readers may take from finding an open file to opening it

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Fsync = Literal["never", "always"]


class Limits(Frozen):
    """When a fragment is full: at `size` bytes, or when a multiple of `age` seconds passes.

    Multiples are counted from the Unix epoch, as Flow's flush interval: 24 h end at midnight, UTC.
    """

    __slots__ = ("age", "size")
    size: int
    age: int

    def __init__(self, size: int = 64 << 20, age: int = 86_400) -> None:
        self._set(size=size, age=age)


class Journal:
    """One journal of a data folder, to append to; from several threads, too.

    Raises:
        OSError: if its folder cannot be made or written.
    """

    def __init__(self, folder: Path, limits: Limits, fsync: Fsync) -> None:
        self.folder = folder
        self._limits = limits
        self._always = fsync == "always"
        self._mutex = threading.RLock()
        self._held = False
        self._process = 0
        self._lock = self._file = -1
        self._begin = b""
        self._size = 0
        self._full_at = 0.0
        self._closing: threading.Thread | None = None
        folder.mkdir(parents=True, exist_ok=True)
        try:
            self._enter()
        except BaseException:
            self._leave()
            raise
        self._tidy()

    def append(self, batch: bytes) -> None:
        """Append whole lines, all of them or none.

        Raises:
            OSError: if they cannot be written; nothing of them is then in the file.
        """
        if self._process != os.getpid():
            self._leave_fork()
        with self._mutex:
            if not self._process:
                self._enter()
            within, self._held = self._held, True
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            try:
                self._find_end()
                self._write(batch)
                full = self._next() if self._is_full() and not within else None
            finally:
                self._held = within
                if not within:  # a signal's handler may publish amid a publishing
                    fcntl.flock(self._lock, fcntl.LOCK_UN)
        if full is not None:
            self._shut_meanwhile(full)

    def close(self) -> None:
        """Let go of the files; the open fragment stays open for the next publisher."""
        with self._mutex:
            self._leave()
        self._wait()
        self._tidy()

    def _wait(self) -> None:
        """Wait until the fragment that was full last is closed."""
        if self._closing is not None:
            self._closing.join()

    def _leave_fork(self) -> None:
        """Share nothing with the other side of a fork: it would share the lock, too."""
        self._mutex = threading.RLock()
        self._held = False
        self._closing = None
        self._leave()

    def _enter(self) -> None:
        """Open the lock and the open fragment, in this process for the first time."""
        self._leave()
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        self._lock = os.open(self.folder / LOCK, flags, 0o666)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        try:
            self._point(self._best_begin())
            self._find_end()
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)
        self._process = os.getpid()

    def _leave(self) -> None:
        for descriptor in (self._file, self._lock):
            if descriptor >= 0:
                os.close(descriptor)
        self._file = self._lock = -1
        self._begin = b""
        self._process = 0

    def _best_begin(self) -> int:
        """Tell where the open fragment begins; more than the lock says if a power cut undid it."""
        said = os.pread(self._lock, _DIGITS, 0)
        begin = int(said, 16) if len(said) == _DIGITS else 0
        opened = fragments.open_fragments(self.folder)
        begin = max([begin, *(fragment.begin for fragment in opened)])
        if any(fragment.begin == begin for fragment in opened):
            return begin
        return max([begin, *(_end(name) for _, name in fragments.closed_names(self.folder))])

    def _point(self, begin: int) -> None:
        """Make the lock tell where the open fragment begins."""
        text = f"{begin:016x}".encode()
        if os.pread(self._lock, _DIGITS, 0) != text:
            os.pwrite(self._lock, text, 0)
            os.fsync(self._lock)

    def _find_end(self) -> None:
        """Go to the open fragment, which another process may have opened, and mend its end."""
        begin = os.pread(self._lock, _DIGITS, 0)
        if begin != self._begin:
            self._open(begin)
        size = os.fstat(self._file).st_size
        if size != self._size:
            self._size = self._mended(size)
        if not self._full_at and self._size:
            self._full_at = self._end_of_interval(fragments.first_append(self._path))

    def _open(self, begin: bytes) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._path = fragments.open_path(self.folder, int(begin, 16))
        new = not self._path.exists()
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self._file = os.open(self._path, flags, 0o666)
        if new and self._always:
            fragments.sync_folder(self.folder)
        self._begin, self._size, self._full_at = begin, 0, 0.0

    def _mended(self, size: int) -> int:
        """Cut off what a killed writer left of a line; give the size that remains."""
        if size and os.pread(self._file, 1, size - 1) == b"\n":
            return size
        end = size
        while end:
            start = max(0, end - _BLOCK)
            whole = os.pread(self._file, end - start, start).rfind(b"\n")
            if whole >= 0:
                end = start + whole + 1
                break
            end = start
        if end < size:
            os.ftruncate(self._file, end)
        return end

    def _write(self, batch: bytes) -> None:
        rest = memoryview(batch)
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
            if self._always:
                os.fdatasync(self._file) if hasattr(os, "fdatasync") else os.fsync(self._file)
        except BaseException:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(batch)
        if not self._full_at:
            self._full_at = self._end_of_interval(time.time())

    def _end_of_interval(self, at: float) -> float:
        return (at // self._limits.age + 1) * self._limits.age

    def _is_full(self) -> bool:
        return self._size >= self._limits.size or time.time() >= self._full_at

    def _next(self) -> OpenFragment | None:
        """Open the fragment behind this one, for all publishers; give the one that is full."""
        full = OpenFragment(self._path, int(self._begin, 16))
        try:
            self._point(full.begin + self._size)
        except OSError:  # it grows on beyond its limits: what was appended stays appended
            return None
        return full

    def _shut_meanwhile(self, full: OpenFragment) -> None:
        """Close a full fragment beside what goes on: that takes a second for 64 MiB."""
        self._wait()
        self._closing = threading.Thread(target=self._shut, args=(full,))
        try:
            self._closing.start()
        except RuntimeError:  # the interpreter ends, and starts no thread any more
            self._closing = None
            self._shut(full)

    def _shut(self, full: OpenFragment) -> None:
        """Close a full fragment; where that fails, the next publisher will do it."""
        with suppress(OSError):
            fragments.close(full)
        self._tidy()

    def _tidy(self) -> None:
        """Close fragments whose writers could not, and remove open files that closed ones hold."""
        with suppress(OSError):
            for fragment in fragments.open_fragments(self.folder)[:-1]:
                fragments.close_or_remove(fragment, time.time() - _LINGER_S)


def _end(name: str) -> int:
    return int(name.split("-")[1], 16)
