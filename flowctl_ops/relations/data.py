"""Where a question looks for documents, what reads them, and what may stand in for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from flowctl_ops.engine import Engine
from flowctl_ops.relations.account import Account, Reach
from flowctl_ops.sources import DEFAULT_SLACK_NS, Found, Reading
from flowctl_ops.sources.stored import Store
from flowctl_ops.vocabulary import Collection

MUCH = 64 << 20  # bytes of documents: less is read sooner than a cache is looked at


class Cache(Protocol):
    """What holds the documents of all files below the data paths, materialized.

    `why_not` says why the files were read.
    """

    why_not: str | None

    def store(self, found: Found | None) -> Store | None:
        """Give them as the files are by now; None where there is any doubt of it.

        `found` are all files, where they have been looked for.
        """
        ...

    def give_up(self) -> None:
        """Take what it gave for damaged: from here on, there is none."""
        ...


@dataclass(frozen=True)
class Data:
    """Where to look and how closely; `slack` is how late a document may be appended, in ns."""

    paths: tuple[str, ...]
    slack: int = DEFAULT_SLACK_NS
    verify: bool = False
    cache: Cache | None = None


class Load(Protocol):
    """What reads documents of one collection into the relations that a question is asked of."""

    documents: Collection
    is_idle: bool

    def load(self, engine: Engine, reading: Reading) -> None:
        """Read what is asked for; what was read before is forgotten."""
        ...

    def reach(self, engine: Engine, reading: Reading) -> Reach:
        """Give the oldest and the newest time that there is to be read, in ns."""
        ...

    def bad_lines(self) -> dict[int, int]:
        """Count the lines of each file, by its place, that are no ops documents."""
        ...

    def account(self, account: Account) -> None:
        """Add to an account which documents were left out."""
        ...
