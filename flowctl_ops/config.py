"""The config file: what it may say, and the line where it says something else."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from typing import Any

from flowctl_ops.errors import UsageError

_KEYS = ("data", "messages", "check")
_EXAMPLE = 'write a line such as data = ["/folder"]'
_MOST_BYTES = 1_000_000  # of a config file, which may be anything that a variable names


@dataclass(frozen=True)
class Config:
    """What the config file says: data paths, messages of the user's own, and rules to check."""

    path: str
    data: tuple[str, ...] = ()
    messages: tuple[dict[str, Any], ...] = ()
    check: tuple[dict[str, Any], ...] = ()
    text: str = field(default="", repr=False)

    def refuse(self, reason: str, word: str, hint: str = _EXAMPLE) -> UsageError:
        """Make the error of something in the file, with the line where its word stands first."""
        return refusal(self.path, self.text, reason, word, hint)


def read() -> Config:
    """Read the config file; where there is none, it says nothing.

    Raises:
        UsageError: naming the line, if it cannot be understood.
    """
    path = _path()
    text, said = load(path)
    for key in said:
        if key not in _KEYS:
            raise refusal(path, text, f"it has no key {key}", key, f"keys are {', '.join(_KEYS)}")
    config = Config(path, text=text)
    data = [said["data"]] if isinstance(said.get("data"), str) else said.get("data", [])
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise config.refuse("data is no list of paths", "data", 'write data = ["/folder"]')
    return Config(
        path,
        tuple(map(os.path.expanduser, data)),
        _tables(config, said, "messages"),
        _tables(config, said, "check"),
        text,
    )


def load(path: str) -> tuple[str, dict[str, Any]]:
    """Read a TOML file; give its text and what it says, nothing of a file that is not there.

    Raises:
        UsageError: if it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return "", {}
    except OSError as error:
        raise _unreadable(path, (error.strerror or str(error)).lower()) from error
    import tomllib  # noqa: PLC0415 - only where something is configured

    try:
        text = content.decode()
        return text, tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(path, str(error)) from error
    except RecursionError as error:
        raise _unreadable(path, "it is nested too deep") from error


def _unreadable(path: str, reason: str) -> UsageError:
    return UsageError(f"the config file {path} cannot be read: {reason}", _EXAMPLE)


def refusal(path: str, text: str, reason: str, word: str, hint: str) -> UsageError:
    """Make the error of something in a TOML file, with the line where its word stands first."""
    wanted = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(word)}[\"']?\s*[=.\]]")
    lines = text.splitlines()
    line = next((number for number, said in enumerate(lines, 1) if wanted.match(said)), None)
    where = f"{path}, line {line}" if line else f"{path}"
    return UsageError(f"the config file {where}: {reason}", hint)


def _tables(config: Config, said: dict[str, Any], key: str) -> tuple[dict[str, Any], ...]:
    tables = said.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise config.refuse(f"{key} are no tables", key, f"write each below a line [[{key}]]")
    return tuple(tables)


def _path() -> str:
    """Name the config file; without a home, there is none."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.environ.get("OPS_CONFIG") or os.path.join(home, "flowctl-ops", "config.toml")
