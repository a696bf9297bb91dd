"""What there is of tasks before a window: who they are, and where their newest documents lie.

Both cost little: few files are looked at, or few columns, and what is large is left alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from flowctl_ops.filters import NameFilter
from flowctl_ops.relations.source import Source
from flowctl_ops.sources import SourceFile
from flowctl_ops.sources.files import FileFormat

_LITTLE = 8 << 20  # bytes of files whose path tells no task, as they lie, compressed or not


def learn_names(source: Source) -> None:
    """Learn which tasks there are in little files of lines whose path tells none, of any time."""
    loose = [file for file in source.found.files if file.task is None]
    lines = [file for file in loose if file.format is FileFormat.JSON]
    if lines and _are_little(lines):
        for task in source.names_in(lines):
            source.found.add_task(task, None)


def newest(source: Source, names: NameFilter) -> Source:
    """Give a source of the newest documents of tasks: the last fragment of each of their journals.

    Of other files all, where they are little.
    """
    files = [file for file in source.found.files if file.task is None or names.matches(file.task)]
    files.sort(key=lambda file: file.fragment.end if file.fragment else 0)
    last = {file.journal.name: file for file in files if file.journal and file.fragment}
    loose = [file for file in files if file.fragment is None]
    chosen = [*last.values(), *(loose if _are_little(loose) else ())]
    found = replace(source.found, files=chosen)
    return Source(source.engine, source.data, names, found=found)


def _are_little(files: Collection[SourceFile]) -> bool:
    return sum(file.size for file in files) <= _LITTLE
