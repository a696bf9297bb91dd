"""What can go wrong for a user, and the exit code of each.

OpsError
├── UsageError          exit 2: the command line asks for something that cannot be
│   ├── UnknownTask     a NAME that the data does not hold
│   ├── UnknownName     the same, where collections and prefixes are asked for
│   ├── NotATask        a NAME that is a collection's
│   ├── StatementRefused    SQL that does more than read
│   └── StatementFailed     SQL that cannot be run
├── DataError           exit 3: data missing or unreadable
│   ├── NothingFound
│   ├── CannotWrite
│   └── DemoFolderNotEmpty
├── QueryFailed         exit 3: the engine gave up on a query
│   └── OutOfRoom       for want of memory
└── Interrupted         exit 130: Ctrl-C
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts may rely on."""

    ANSWERED = 0
    FINDING = 1
    USAGE = 2
    DATA = 3
    INTERRUPTED = 130


class OpsError(Exception):
    """An error that is the user's to mend: a sentence, and a hint on what to try."""

    exit_code = ExitCode.DATA
    more: Sequence[str] = ()  # lines that show what the sentence says

    def __init__(self, sentence: str, hint: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(OpsError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class UnknownTask(UsageError):
    """A NAME that matches no task of the data."""

    def __init__(self, name: str, nearest: list[str], known: set[str]) -> None:
        self.name = name
        if nearest:
            hint = f"nearest names: {', '.join(nearest)}"
        elif known:
            more = f" and {len(known) - 1} more" if len(known) > 1 else ""
            hint = f"no name is like it; the data holds {min(known)}{more}"
        else:
            hint = "the data names no task at all"
        super().__init__(f"no task in the data is called {name}", hint)


class UnknownName(UsageError):
    """A NAME that neither a task of the data has nor a collection that one names."""

    def __init__(self, name: str, nearest: list[str]) -> None:
        hint = f"nearest names: {', '.join(nearest)}" if nearest else "no name is like it"
        super().__init__(f"no task or collection in the data is called {name}", hint)


class NotATask(UsageError):
    """A NAME that only a collection has, where tasks are asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is a collection and no task",
            f"what tasks read and write of it: ops stats {name} --names collections",
        )


class StatementRefused(UsageError):
    """SQL that does more than read the views, or more than one statement."""

    def __init__(self, hint: str = "ops sql --schema lists the views that it reads") -> None:
        super().__init__(
            "ops sql runs one SELECT, and nothing that writes, attaches, installs or sets", hint
        )


class StatementFailed(UsageError):
    """SQL that the engine cannot run; the sentence is the first line of its reason."""

    def __init__(self, sentence: str, hint: str, more: list[str]) -> None:
        super().__init__(sentence, hint)
        self.more = more


class DataError(OpsError):
    """Data is missing or cannot be read."""


class NothingFound(DataError):
    """No readable file lies where the data was looked for."""


class CannotWrite(DataError):
    """A file or folder cannot be made."""

    def __init__(self, path: str, error: OSError) -> None:
        reason = (error.strerror or str(error)).lower()
        super().__init__(f"{path} cannot be written: {reason}", "name another folder")


class DemoFolderNotEmpty(DataError):
    """The demo would write among files that are not its own."""

    def __init__(self, directory: str) -> None:
        super().__init__(
            f"{directory} holds files that ops demo did not make",
            "give an empty or a new folder: ops demo NEW-FOLDER",
        )


class QueryFailed(OpsError):
    """The engine gave up on a query; the sentence is the engine's first line."""

    def __init__(self, sentence: str, hint: str = "ops doctor tells what the data holds") -> None:
        super().__init__(sentence, hint)


class OutOfRoom(QueryFailed):
    """A query wants more memory than it may have, and cannot spill."""

    def __init__(self, megabytes: int) -> None:
        super().__init__(
            f"the question wants more than {megabytes} MB of memory",
            "ask for less at a time: a NAME, --since and --until",
        )


class Interrupted(OpsError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("interrupted", "")
