"""What is said of materialized data and of the cache."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flowctl_ops.notes.saying import count, say

if TYPE_CHECKING:
    from flowctl_ops.store.write import Written


def cached(*, is_asked: bool, why_not: str | None) -> None:
    """Say whether the answer is from the cache, and why not."""
    reason = "there is little to read" if not is_asked else why_not
    say(f"not from the cache: {reason}" if reason else "answered from the cache")


def cleared(size: int, removed: int, kept: int) -> None:
    """Say what became of the cache."""
    used = f"; {count(kept - removed, 'folder')} in use left" if kept > removed else ""
    say(f"cleared {count(removed, 'folder')}, {_megabytes(size)}{used}")


def nothing_kept(folder: str | None) -> None:
    """Say of the cache that it is empty."""
    say(f"nothing is kept in {folder}" if folder else "nothing is kept: there is no home folder")
    say("hint: OPS_CACHE=on, or cache = true in the config file, keeps what much was read for")


def materialized(written: Written, folder: str) -> None:
    """Say what a run read, and what its folder holds now."""
    if not written.read:
        say(f"{folder} is up to date: {_holding(written)}")
        return
    anew = ", all anew" if written.anew else ""
    say(
        f"read {count(written.read, 'file')} ({_megabytes(written.bytes_read)}){anew}; "
        f"{folder} holds {_holding(written)}"
    )


def _holding(written: Written) -> str:
    return (
        f"{count(written.rows, 'document')} in {count(written.files, 'file')}, "
        f"{_megabytes(written.bytes)}"
    )


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
