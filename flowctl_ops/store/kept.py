"""The user's cache folder: one folder for each set of data paths, locked, private and bounded.

A folder holds `data`, which is materialized, `state.json`, which says of which data paths, and of
each file its size, time of change and inode, and `lock`, whose time of change is that of the last
use. What is not as the state says was changed by another hand, or its writer was killed: it is not
trusted, and made anew.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from flowctl_ops import __version__
from flowctl_ops.sources import Found

_PRIVATE = 0o700


class Untrusted(Exception):
    """The cache folder cannot be used; the reason is a sentence."""


@dataclass(frozen=True)
class Kept:
    """One folder: its data paths as they were typed, bytes and number of files, last use in ns."""

    path: Path
    data: tuple[str, ...]
    size: int
    files: int
    used: int


def root() -> Path | None:
    """Name the cache folder; None where there is no home."""
    said = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(said):
        return Path(said, "ops")
    home = os.environ.get("HOME", "")
    return Path(home, ".cache", "ops") if os.path.isabs(home) else None


def ready(paths: Sequence[str]) -> Path:
    """Make the folder of some data paths, for nobody else to read.

    How they were typed counts: documents tell the files that they are of.

    Raises:
        Untrusted: if there is something there that others may have made.
        OSError: if it cannot be made.
    """
    folder = root()
    if folder is None:
        raise Untrusted("there is no home folder")
    said = json.dumps([__version__, sorted((path, os.path.realpath(path)) for path in paths)])
    own = folder / hashlib.sha256(said.encode(errors="surrogateescape")).hexdigest()[:32]
    folder.parent.mkdir(parents=True, exist_ok=True)
    for each in (folder, own):
        each.mkdir(mode=_PRIVATE, exist_ok=True)
        if not _is_private(each):
            raise Untrusted(f"{each} is not a folder of the user's alone")
    return own


def _is_private(path: Path) -> bool:
    status = path.lstat()
    is_own = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return is_own and not status.st_mode & ~_PRIVATE & 0o777


def locked(path: Path, kind: int) -> int | None:
    """Take the lock of a folder, as LOCK_SH or LOCK_EX, and give it; None where others have it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        lock = os.open(path / "lock", flags, 0o600)
    except FileNotFoundError:  # its folder was removed
        return None
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
        if os.path.samestat(os.fstat(lock), os.stat(path / "lock")):
            os.utime(lock)
            return lock
    except OSError:  # it is held, or was removed
        pass
    os.close(lock)
    return None


@dataclass(frozen=True)
class State:
    """What is said of a folder: its data paths as they were typed, and each file that is in it.

    `listing` sums up the files that it was made of. `refused` says why it could not be made.
    """

    data: tuple[str, ...] = ()
    files: dict[str, list[int]] = field(default_factory=dict)
    listing: str = ""
    refused: str = ""


def write_state(path: Path, said: State) -> None:
    """Say of which data paths a folder is, and what each file in it is."""
    new = path / "state.json.new"
    new.write_text(json.dumps(vars(said)), "utf-8")
    new.replace(path / "state.json")


def state(path: Path) -> State:
    """Read what is said of a folder; nothing where that is not readable."""
    try:
        said = json.loads((path / "state.json").read_text("utf-8"))
        data = tuple(map(str, said["data"]))
        return State(data, dict(said["files"]), str(said["listing"]), str(said["refused"]))
    except (OSError, ValueError, TypeError, KeyError):
        return State()


def is_whole(path: Path) -> bool:
    """Tell whether each file is what it was when it was written."""
    said = state(path).files
    return bool(said) and said == files(path)


def listing(found: Found) -> str:
    """Sum up which files there are, of which size and time of change."""
    lines = [
        f"{file.path}\0{file.size}\0{file.identity and file.identity[1]}\0" for file in found.files
    ]
    return hashlib.sha256(os.fsencode("".join(sorted(lines)))).hexdigest()


def size(path: Path) -> int:
    """Give how many bytes a folder holds."""
    return sum(size for size, *_ in files(path).values())


def files(path: Path) -> dict[str, list[int]]:
    """Give of each materialized file its size, its time of change in ns, and its inode."""
    found, data = {}, path / "data"
    for folder, _, names in os.walk(data):
        for name in names:
            place = os.path.join(folder, name)
            with suppress(FileNotFoundError):  # another process removes it
                status = os.lstat(place)
                found[os.path.relpath(place, data)] = [
                    status.st_size,
                    status.st_mtime_ns,
                    status.st_ino,
                ]
    found.pop(".lock", None)
    return found


def every() -> list[Kept]:
    """Give the folders that there are, the last used first."""
    folder = root()
    if folder is None or not folder.is_dir() or not _is_private(folder):
        return []
    found = []
    for path in folder.iterdir():
        with suppress(FileNotFoundError, NotADirectoryError):  # it is removed, or is another's
            used = (path / "lock").stat().st_mtime_ns
            found.append(Kept(path, state(path).data, size(path), len(files(path)), used))
    return sorted(found, key=lambda kept: (-kept.used, str(kept.path)))


def forget(path: Path) -> bool:
    """Remove a folder, and tell whether that was possible: not while it is used."""
    lock = locked(path, fcntl.LOCK_EX)
    if lock is None:
        return False
    try:
        shutil.rmtree(path / "data", ignore_errors=True)
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(lock)
    return not path.exists()


def make_room(most: int, own: Path) -> None:
    """Remove what was not used for longest, until all that is kept is small enough.

    A folder of our own is left, and so is what another process uses.
    """
    kept = every()
    size = sum(each.size for each in kept)
    for each in reversed(kept):
        if size <= most:
            return
        if each.path != own and forget(each.path):
            size -= each.size


def age(path: Path) -> float:
    """Give how long ago, in seconds, the state of a folder was written."""
    return time.time() - (path / "state.json").stat().st_mtime
