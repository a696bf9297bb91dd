"""Journal and fragment names: what the path of a file says about its content.

Source: Gazette `broker/protocol/fragment_extensions.go`, Flow `crates/labels/src/partition.rs`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import unquote

from flowctl_ops.vocabulary import TaskKind

FRAGMENT_NAME = re.compile(
    r"(?P<begin>[0-9a-f]{16})-(?P<end>[0-9a-f]{16})-(?P<sha1>[0-9a-f]{40})(?P<extension>(?:\.\w+)?)"
)
ANY_END = 0x7FFFFFFFFFFFFFFF
"""The end in the name of a fragment that is still appended to: it is where the file ends."""
_GENERATION = re.compile(r"[0-9a-f]{16}")
_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")
_POSTFIX = ("pivot=", "utc_date=", "utc_hour=")


@dataclass(frozen=True)
class Journal:
    """A journal as its path names it.

    `name` is the full name, generation included and task decoded, so that copies of one journal
    below different folders are one. `task` and `kind` are None for a collection that is not
    partitioned by task.
    """

    name: str
    collection: str
    task: str | None
    kind: str | None

    @property
    def documents(self) -> str:
        """What the collection holds: the last part of its name, such as `logs` or `stats`."""
        return self.collection.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Partition:
    """What the folders of a file that is no fragment say of all its documents."""

    task: str | None
    kind: str | None
    level: str | None


@dataclass(frozen=True)
class Fragment:
    """A fragment of a journal: bytes [begin, end) of its uncompressed content.

    `hour` is the UTC hour of the first append, counted from the Unix epoch; None where the path
    does not say. One that is `growing` ended there when it was found; its sum is not known.
    """

    begin: int
    end: int
    sha1: str
    hour: int | None
    growing: bool = False


def journal_of(parts: tuple[str, ...]) -> Journal | None:
    """Read a journal's name from the folders of an absolute path; None if they name none."""
    end = len(parts)
    while end and parts[end - 1].startswith("utc_"):
        end -= 1
    return _journal_of(parts[:end])


@lru_cache(maxsize=4096)  # as many files lie in the hours of one journal
def _journal_of(parts: tuple[str, ...]) -> Journal | None:
    partition = next(
        (i for i, part in enumerate(parts) if part.startswith("kind=") and _names_task(parts, i)),
        None,
    )
    pivot = next((i for i, part in enumerate(parts) if part.startswith("pivot=")), None)
    if partition is None:
        if pivot is None:
            return None
        collection = _collection(parts[:pivot])[0]
        return Journal("/".join((collection, parts[pivot])), collection, None, None)
    kind = parts[partition].removeprefix("kind=")
    task = _task(parts[partition + 1 :])
    collection, generation = _collection(parts[:partition])
    shown = parts[pivot] if pivot is not None else ""
    name = "/".join(filter(None, (collection, generation, f"kind={kind}", f"name={task}", shown)))
    return Journal(name, collection, task, kind)


def _names_task(parts: tuple[str, ...], kind: int) -> bool:
    return kind + 1 < len(parts) and parts[kind + 1].startswith("name=")


def _task(parts: tuple[str, ...]) -> str:
    """Join what a download tool may have split at a decoded `/`."""
    length = next(
        (i for i, part in enumerate(parts) if part.startswith(_POSTFIX)),
        len(parts),
    )
    return decoded("/".join(parts[:length]).removeprefix("name="))


def decoded(text: str) -> str:
    """Decode a name, and once more where a copy tool encoded it again: `%2F` where no `/` is."""
    text = unquote(text)
    return unquote(text) if "/" not in text and _ENCODED.search(text) else text


def partition_of(parts: tuple[str, ...]) -> Partition | None:
    """Read what hive-style folders say, in any order; None if they say nothing of a task or level.

    A name counts where a kind stands beside it: other tables have names, too.
    """
    values: dict[str, str] = {}
    key = ""
    for part in parts:
        name, sign, value = part.partition("=")
        if sign:
            key = name
            values[key] = value
        elif key == "name":  # what a download tool may have split
            values[key] += f"/{part}"
    values = {key: decoded(value) for key, value in values.items()}
    kind = values.get("kind")
    if kind not in set(TaskKind):
        kind = None
    task = values.get("name") if kind else None
    level = values.get("level")
    return Partition(task, kind, level) if task or kind or level else None


def _collection(parts: tuple[str, ...]) -> tuple[str, str]:
    """Split the storage prefix off; give the collection's name and its generation, or ''."""
    generation = parts[-1] if parts and _GENERATION.fullmatch(parts[-1]) else ""
    if generation:
        parts = parts[:-1]
    return "/".join(parts[_collection_start(parts) :]), generation


def _collection_start(parts: tuple[str, ...]) -> int:
    """Find where the collection's name begins behind a storage prefix of any depth."""
    for i in reversed(range(len(parts))):
        if parts[i] == "collection-data":
            return i + 1
    for i in range(len(parts) - 1):
        if parts[i] == "ops" and parts[i + 1] in {"tasks", "rollups"}:
            return i
    if parts[-2:-1] and parts[-2].startswith("ops."):
        return len(parts) - 2
    return len(parts) - 3 if parts[-3:-2] == ("ops",) else 0


def fragment_of(parts: tuple[str, ...], file_name: str) -> Fragment | None:
    """Read a fragment's range from its file name and its hour from the folders above it."""
    named = FRAGMENT_NAME.fullmatch(file_name)
    if named is None:
        return None
    return Fragment(
        int(named["begin"], 16), int(named["end"], 16), named["sha1"], _first_append(parts)
    )


def _first_append(parts: tuple[str, ...]) -> int | None:
    values = dict(
        part.split("=", 1) for part in parts if part.startswith(("utc_date=", "utc_hour="))
    )
    try:
        day = date.fromisoformat(values["utc_date"]).toordinal() - date(1970, 1, 1).toordinal()
        return day * 24 + int(values["utc_hour"])
    except (KeyError, ValueError):
        return None
