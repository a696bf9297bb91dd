"""The manifest of materialized data: written, and read from a folder that anybody may have made."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from typing import Any

from flowctl_ops.sources.files import Problem
from flowctl_ops.sources.stored import COLLECTIONS, Part, Store, Stream, made_stream

MANIFEST = "_manifest.json"
_VERSION = 1


def has_manifest(names: Iterable[str]) -> bool:
    """Tell a folder of materialized data by the names in it."""
    return MANIFEST in names


def read(folder: str, shown: str) -> Store:
    """Read the manifest of a folder.

    Raises:
        ValueError: if it is none that this version can read.
        OSError: if it cannot be opened.
    """
    with open(os.path.join(folder, MANIFEST), encoding="utf-8") as file:
        told = json.load(file)
    if not isinstance(told, dict) or told.get("version") != _VERSION:
        raise ValueError("was written by another version of ops")
    try:
        return Store(
            folder,
            shown,
            _a(dict, told["asked"]),
            _a(int, told["generation"]),
            tuple(_part(part) for part in _a(list, told["parts"])),
            tuple(_stream(*stream) for stream in _a(list, told["streams"])),
            {_a(str, task): _a(str | None, kind) for task, kind in _a(dict, told["tasks"]).items()},
            {
                documents: {
                    task: (_a(int, oldest), _a(int, newest))
                    for task, (oldest, newest) in _a(dict, reach).items()
                }
                for documents, reach in _a(dict, told["reach"]).items()
            },
            tuple(_problem(*problem) for problem in _a(list, told["problems"])),
            tuple(_a(str, late) for late in _a(list, told.get("late", []))),
            tuple(_a(str, doubt) for doubt in _a(list, told.get("doubts", []))),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"is no manifest of ops ({error})") from error


def _a(wanted: Any, value: Any) -> Any:
    """Give a value of a type that it has to be of."""
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise TypeError(f"{value!r:.40} is no {getattr(wanted, '__name__', wanted)}")
    return value


def _problem(where: Any, reason: Any, hint: Any) -> Problem:
    return Problem(_a(str, where), _a(str, reason), _a(str | None, hint))


def holds(store: Store) -> dict[str, list[int]]:
    """Give the files of which all that counts is in a store, with size and time of change in ns.

    None are, where it holds some tasks or times alone. The third number tells of a fragment that
    its documents are not all settled.
    """
    if any(store.asked.values()):
        return {}
    try:
        with open(files_path(store.folder, store.generation), encoding="utf-8") as file:
            known = json.load(file)["files"]
        return {path: [size, changed, is_open] for path, (size, changed, is_open) in known.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def files_path(folder: str, generation: int) -> str:
    """Name the file that says of which files a store was made."""
    return os.path.join(folder, f"_files-{generation}.json")


def _part(told: Any) -> Part:
    """Read what a manifest says of a part; it lies in the folder, and nowhere else."""
    part = Part(**_a(dict, told))
    if _a(str, part.documents) not in COLLECTIONS:
        raise TypeError(f"{part.documents} is no collection")
    if ".." in _a(str, part.path).split("/") or part.path.startswith("/"):
        raise TypeError(f"{part.path} is no part")
    for number in (part.rows, part.size):
        _a(int, number)
    for ns in (part.oldest, part.newest):
        _a(int | None, ns)
    for task in (part.first_task, part.last_task):
        _a(str | None, task)
    for flag in (part.nameless, part.notable, part.odd, part.open):
        _a(bool, flag)
    return part


def told(store: Store) -> dict[str, Any]:
    """Give what a manifest says of a store."""
    return {
        "version": _VERSION,
        "generation": store.generation,
        "asked": store.asked,
        "parts": [
            {name: value for name, value in vars(part).items() if value is not None}
            for part in store.parts
        ],
        "streams": [
            (each.path, each.said_task, each.said_kind, each.said_level, each.rank)
            for each in store.streams
        ],
        "tasks": store.tasks,
        "reach": store.reach,
        "problems": [(each.where, each.reason, each.hint) for each in store.problems],
        "late": store.late,
        "doubts": store.doubts,
    }


def _stream(label: Any, task: Any, kind: Any, level: Any, rank: Any) -> Stream:
    first, name, begin, last = rank
    order = (_a(str, first), _a(str, name), _a(int, begin), _a(str, last))
    task, kind, level = (_a(str | None, each) for each in (task, kind, level))
    return made_stream(_a(str, label), task, kind, level, order)
