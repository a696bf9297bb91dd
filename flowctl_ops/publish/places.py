"""Where a task's journals lie in a data folder, and where they must not.

A journal that somebody copied from a bucket is left as it is: `ops publish` writes into journals
that it has made, which hold its lock. Beside a copy of the same name it makes a new generation of
the collection, as Flow does when a collection is reset.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from flowctl_ops.publish import names
from flowctl_ops.publish.journals import LOCK
from flowctl_ops.vocabulary import Collection, TaskKind

_MOST_FOLDERS = 5000  # looked into for copies below storage prefixes


def journal_folder(data: Path, task: str, kind: TaskKind, documents: Collection) -> Path:
    """Give the folder of a task's journal that is ours, or to be.

    Raises:
        OSError: if the data folder cannot be listed.
    """
    plain = data / names.journal(task, kind, documents)
    if _is_ours(plain) or not (_is_used(plain) or _has_copy(data, task, kind, documents)):
        return plain
    from hashlib import sha1  # noqa: PLC0415 - few have a copy of their own journals

    for number in count():
        seed = f"{task} {number}".encode()
        generation = sha1(seed, usedforsecurity=False).hexdigest()[:16]
        folder = data / names.journal(task, kind, documents, generation)
        if _is_ours(folder) or not _is_used(folder):
            return folder
    raise AssertionError


def _is_ours(journal: Path) -> bool:
    return (journal / LOCK).exists()


def _is_used(journal: Path) -> bool:
    try:
        return any(not name.startswith(".") for name in os.listdir(journal))
    except FileNotFoundError:
        return False


def _has_copy(data: Path, task: str, kind: TaskKind, documents: Collection) -> bool:
    """Tell whether a journal of the same name lies elsewhere, or is spelled otherwise."""
    partition = f"kind={kind}"
    for collection in _collections(data, ("ops", names.tenant(task), str(documents))):
        folder = collection / partition
        decoded = folder / f"name={task}"
        if decoded.is_dir() and any(entry.startswith("pivot=") for entry in os.listdir(decoded)):
            return True
        if any(_is_of(task, entry) and _is_used_by_others(entry) for entry in _entries(folder)):
            return True
    return False


def _entries(folder: Path) -> Iterator[Path]:
    return folder.iterdir() if folder.is_dir() else iter(())


def _is_of(task: str, partition: Path) -> bool:
    from urllib.parse import unquote  # noqa: PLC0415 - where there are other tasks

    return partition.name.startswith("name=") and unquote(partition.name[5:]) == task


def _is_used_by_others(partition: Path) -> bool:
    return any(_is_used(journal) and not _is_ours(journal) for journal in _entries(partition))


def _collections(data: Path, name: tuple[str, ...]) -> Iterator[Path]:
    """Find a collection's folders below any storage prefix; partitions are not entered."""
    for folder, below, _ in islice(os.walk(data), _MOST_FOLDERS):
        if tuple(Path(folder).parts[-len(name) :]) == name:
            yield Path(folder)
        below[:] = [part for part in below if "=" not in part and not part.startswith(".")]
