"""The folder of materialized data: its lock, its manifest, and how a run takes effect at once.

A run writes into a hidden folder. Its files are moved into place, and then the manifest that names
them replaces the one before: whatever ends a run before that leaves all as it was.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flowctl_ops.errors import CannotWrite, DataError
from flowctl_ops.sources import manifest
from flowctl_ops.sources.stored import COLLECTIONS, Part, Store

_NEW = ".new"
_LOCK = ".lock"


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Make the folder if there is none, and hold it; another run waits meanwhile.

    Raises:
        DataError: if something else lies in it.
        CannotWrite: if nothing can be written there.
    """
    with _writing(path):
        path.mkdir(parents=True, exist_ok=True)
        others = {entry.name for entry in os.scandir(path)} - {_LOCK, _NEW}
        if others and manifest.MANIFEST not in others:
            raise DataError(
                f"{path} holds something else: {min(others)}", "name a new or an empty folder"
            )
        lock = (path / _LOCK).open("w")
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            shutil.rmtree(path / _NEW, ignore_errors=True)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CannotWrite(str(path), error) from error


def read(path: Path) -> tuple[Store, dict[str, Any]]:
    """Give what the folder holds, and what is known of the files that it was made of.

    Raises:
        DataError: if its manifest cannot be read.
    """
    if not (path / manifest.MANIFEST).exists():
        return Store(str(path)), {}
    try:
        store = manifest.read(str(path), str(path))
        known = json.loads(_files(path, store.generation).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"{path / manifest.MANIFEST} cannot be read: {error}", "materialize into a new folder"
        ) from error
    return store, known


def new_part(path: Path, name: str) -> Path:
    """Give the path at which a part is written before it takes its place."""
    new = path / _NEW / name
    new.parent.mkdir(parents=True, exist_ok=True)
    return new


def place_of(path: Path, part: Part) -> str:
    """Give the path at which a part lies by now, be it in its place or not."""
    new = path / _NEW / part.path
    return str(new if new.exists() else path / part.path)


def commit(path: Path, store: Store, known: dict[str, Any]) -> None:
    """Let what was written take effect, and remove what it replaces.

    Raises:
        CannotWrite: if there is no room, say; then all is as it was.
    """
    with _writing(path):
        for part in store.parts:
            new = path / _NEW / part.path
            if new.exists():
                place = path / part.path
                place.parent.mkdir(parents=True, exist_ok=True)
                _sync(new)
                new.replace(place)
        _replace(_files(path, store.generation), known)
        _replace(path / manifest.MANIFEST, manifest.told(store))
        clean(path, store)


def clean(path: Path, store: Store) -> None:
    """Remove what the manifest does not name: a run replaced it, or did not end."""
    for file in path.glob("_files-*"):
        if file != _files(path, store.generation):
            file.unlink()
    kept = {os.path.join(path, part.path) for part in store.parts}
    for documents in COLLECTIONS:
        for folder, _, names in os.walk(path / documents, topdown=False):
            for name in names:
                place = os.path.join(folder, name)
                if name.endswith(".parquet") and place not in kept:
                    os.unlink(place)
            if not os.listdir(folder):
                os.rmdir(folder)


def _files(path: Path, generation: int) -> Path:
    return Path(manifest.files_path(str(path), generation))


def _replace(place: Path, content: dict[str, Any]) -> None:
    new = place.with_name(f"{place.name}.new")
    with new.open("w", encoding="utf-8") as file:
        json.dump(content, file, ensure_ascii=False, separators=(",", ":"))
        file.flush()
        os.fsync(file.fileno())
    new.replace(place)
    _sync(place.parent)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
