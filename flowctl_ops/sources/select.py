"""From the files found to the files read: the right collection, each byte once, the right hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flowctl_ops.filters import HOUR_NS, Window
from flowctl_ops.sources import content, prune
from flowctl_ops.sources.cover import Hole, cover
from flowctl_ops.sources.files import FileFormat, Problem, SourceFile, file_problem
from flowctl_ops.vocabulary import Collection

OTHER_COLLECTION = "of another collection"
OUTSIDE = "outside the window"


@dataclass
class Selection:
    """The files to read in journal order, those left out with `why_not`, and what was noticed."""

    files: list[SourceFile] = field(default_factory=list)
    left_out: list[SourceFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    holes: list[Hole] = field(default_factory=list)
    conflicts: list[Problem] = field(default_factory=list)

    def leave_out(self, file: SourceFile, why_not: str) -> None:
        """Remember a file that is not read, and why."""
        self.left_out.append(replace(file, why_not=why_not))


def select(
    files: Sequence[SourceFile],
    documents: Collection,
    window: Window,
    *,
    slack: int = prune.DEFAULT_SLACK_NS,
    verify: bool = False,
    damaged: Mapping[str, str] | None = None,
) -> Selection:
    """Choose the files that a question about one collection's documents must read.

    With `verify`, fragments whose bytes disagree with their names are left out, as problems,
    before it is decided which fragments cover a journal. `damaged` says by path what is wrong
    with fragments: these are read for bytes alone that no sound one holds. A chosen fragment that
    is shorter or longer than its name says is one of them.
    """
    known = dict(damaged or {})
    good: dict[str, int] = {}
    lengths: dict[str, str] = {}
    looked_at: set[str] = set()
    while True:
        for file in files:
            if file.path in known and file.path not in good:
                good[file.path] = content.readable(file)
        chosen = _choose(
            files, documents, window, slack=slack, damaged=known, good=good, verify=verify
        )
        before = len(known)
        for file in chosen.files:
            if verify or file.path in looked_at:
                continue
            looked_at.add(file.path)
            reason, is_length = _amiss(file)
            if reason is not None:
                known[file.path] = reason
                if is_length:
                    lengths[file.path] = reason
        if len(known) == before:
            chosen.problems += [
                file_problem(file, known[file.path])
                for file in chosen.files
                if file.path in lengths or (file.path in known and file.take is not None)
            ]
            return chosen


def _amiss(file: SourceFile) -> tuple[str | None, bool]:
    """Say what is wrong with a fragment at a glance, and whether that is its length.

    What cannot be read is named by whoever reads it.
    """
    try:
        return content.damage(file), True
    except content.Unreadable as error:
        return error.sentence, False
    except OSError as error:  # gone since it was found
        return f"cannot be read: {(error.strerror or str(error)).lower()}", False


def _choose(
    files: Sequence[SourceFile],
    documents: Collection,
    window: Window,
    *,
    slack: int,
    damaged: Mapping[str, str],
    good: Mapping[str, int],
    verify: bool,
) -> Selection:
    chosen = Selection()
    wanted: list[SourceFile] = []
    for file in files:
        if file.journal is not None and file.journal.documents != documents:
            chosen.leave_out(file, OTHER_COLLECTION)
        elif file.size == 0 and content.length_by_name(file):  # a copy may have the bytes
            chosen.problems.append(file_problem(file, content.emptiness(file)))
            chosen.leave_out(file, "empty")
        elif not verify or file.format is not FileFormat.JSON or _is_sound(file, chosen):
            wanted.append(file)
    covered = cover((file for file in wanted if file.journal), good)
    for file in covered.unneeded:
        chosen.leave_out(file, "covered by another fragment")
        if file.path in damaged:
            beside = "; not read, as others hold what it can give" if good[file.path] else ""
            chosen.problems.append(file_problem(file, damaged[file.path] + beside))
    outside = prune.outside(covered.used, window, slack, next_too=documents is Collection.STATS)
    for file in covered.used:
        if file.path in outside:
            chosen.leave_out(file, OUTSIDE)
        else:
            chosen.files.append(file)
    chosen.files.extend(file for file in wanted if not file.journal)
    chosen.files.sort(key=lambda file: file.order)
    chosen.holes = [hole for hole in covered.holes if _touches(hole, window)]
    chosen.conflicts = covered.conflicts
    return chosen


def _is_sound(file: SourceFile, chosen: Selection) -> bool:
    reason = content.mismatch(file)
    if reason is not None:
        chosen.problems.append(file_problem(file, reason))
        chosen.leave_out(file, "failed to verify")
    return reason is None


def _touches(hole: Hole, window: Window) -> bool:
    """Tell whether the documents that a hole lost may have lain in the window."""
    before, after = hole.hour_before, hole.hour_after
    if before is not None and window.until is not None and before * HOUR_NS > window.until:
        return False
    return after is None or window.since is None or (after + 1) * HOUR_NS > window.since
