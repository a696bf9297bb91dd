"""What can go wrong for a user, and the exit code of each.

OpsError
├── UsageError          exit 2: the command line asks for something that cannot be
│   └── UnknownTask     a NAME that the data does not hold
├── DataError           exit 3: data missing or unreadable
│   ├── NothingFound
│   └── DemoFolderNotEmpty
├── QueryFailed         exit 3: the engine gave up on a query
└── Interrupted         exit 130: Ctrl-C
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes that scripts may rely on."""

    ANSWERED = 0
    FINDING = 1
    USAGE = 2
    DATA = 3
    INTERRUPTED = 130


class OpsError(Exception):
    """An error that is the user's to mend: a sentence, and perhaps a hint on what to try."""

    exit_code = ExitCode.DATA

    def __init__(self, sentence: str, hint: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint


class UsageError(OpsError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE


class UnknownTask(UsageError):
    """A NAME that matches no task of the data."""

    def __init__(self, name: str, nearest: list[str]) -> None:
        near = ", ".join(nearest)
        super().__init__(
            f"no task in the data is called {name}",
            f"nearest names: {near}" if near else "the data holds no task by name",
        )


class DataError(OpsError):
    """Data is missing or cannot be read."""


class NothingFound(DataError):
    """No readable file lies where the data was looked for."""


class DemoFolderNotEmpty(DataError):
    """The demo would write among files that are not its own."""

    def __init__(self, directory: str) -> None:
        super().__init__(
            f"{directory} holds files that ops demo did not make",
            "give an empty or a new folder: ops demo NEW-FOLDER",
        )


class QueryFailed(OpsError):
    """The engine gave up on a query; the sentence is the engine's first line."""


class Interrupted(OpsError):
    """The user pressed Ctrl-C."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self) -> None:
        super().__init__("interrupted")
