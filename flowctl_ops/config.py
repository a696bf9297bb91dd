"""The config file: what it may say, and the line where it says something else."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flowctl_ops.errors import UsageError

_KEYS = ("data", "messages", "check", "cache", "cache_size")
_EXAMPLE = 'write a line such as data = ["/folder"]'
SIZE_EXAMPLE = 'write cache_size = "4 GB"'
_MOST_BYTES = 1_000_000  # of a config file, which may be anything that a variable names


@dataclass(frozen=True)
class Config:
    """What the config file says: data paths, messages of the user's own, and rules to check.

    `cache` tells whether there is one, `cache_size` how large it may become, as it was written.
    A file of rules alone is `called` so.
    """

    path: str
    data: tuple[str, ...] = ()
    messages: tuple[dict[str, Any], ...] = ()
    check: tuple[dict[str, Any], ...] = ()
    cache: bool = False
    cache_size: str | None = None
    text: str = field(default="", repr=False)
    called: str = "config file"

    def refuse(self, reason: str, word: str, hint: str = _EXAMPLE) -> UsageError:
        """Make the error of something in the file, with the line where its word stands first."""
        wanted = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(word)}[\"']?\s*[=.\]]")
        lines = enumerate(self.text.splitlines(), 1)
        line = next((number for number, said in lines if wanted.match(said)), None)
        where = f"{self.path}, line {line}" if line else self.path
        return UsageError(f"the {self.called} {where}: {reason}", hint)


def read() -> Config:
    """Read the config file; where there is none, it says nothing.

    Raises:
        UsageError: naming the line, if it cannot be understood.
    """
    config, said = _load(Config(_path()), _KEYS)
    data = [said["data"]] if isinstance(said.get("data"), str) else said.get("data", [])
    if not isinstance(data, list) or not all(isinstance(item, str) for item in data):
        raise config.refuse("data is no list of paths", "data", 'write data = ["/folder"]')
    if not isinstance(said.get("cache", False), bool):
        raise config.refuse("cache is neither true nor false", "cache", "write cache = true")
    if not isinstance(said.get("cache_size", ""), str):
        raise config.refuse("cache_size is no text", "cache_size", SIZE_EXAMPLE)
    return replace(
        config,
        cache=said.get("cache", False),
        cache_size=said.get("cache_size"),
        data=tuple(map(os.path.expanduser, data)),
        messages=_tables(config, said, "messages"),
        check=_tables(config, said, "check"),
    )


def rules(path: str) -> Config:
    """Read a file that holds rules to check and nothing else.

    Raises:
        UsageError: naming the line, if it cannot be understood.
    """
    if not os.path.isfile(path):
        message = f"there is no file {path}"
        raise UsageError(message, "name a TOML file that holds [[check]] tables")
    config, said = _load(Config(path, called="file of rules"), ("check",))
    return replace(config, check=_tables(config, said, "check"))


def _load(config: Config, keys: Sequence[str]) -> tuple[Config, dict[str, Any]]:
    """Read a TOML file of these keys; one that is not there says nothing."""
    try:
        with open(config.path, "rb") as file:
            content = file.read(_MOST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return config, {}
    except OSError as error:
        raise _unreadable(config, (error.strerror or str(error)).lower()) from error
    import tomllib  # noqa: PLC0415 - only where something is configured

    try:
        text = content.decode()
        said = tomllib.loads(text)
    except ValueError as error:
        raise _unreadable(config, str(error)) from error
    except RecursionError as error:
        raise _unreadable(config, "it is nested too deep") from error
    config = replace(config, text=text)
    for key in said:
        if key not in keys:
            raise config.refuse(f"it has no key {key}", key, f"keys are {', '.join(keys)}")
    return config, said


def _unreadable(config: Config, reason: str) -> UsageError:
    return UsageError(f"the {config.called} {config.path} cannot be read: {reason}", _EXAMPLE)


def _tables(config: Config, said: dict[str, Any], key: str) -> tuple[dict[str, Any], ...]:
    tables = said.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(item, dict) for item in tables):
        raise config.refuse(f"{key} are no tables", key, f"write each below a line [[{key}]]")
    return tuple(tables)


def _path() -> str:
    """Name the config file; without a home, there is none."""
    home = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
    return os.environ.get("OPS_CONFIG") or os.path.join(home, "flowctl-ops", "config.toml")
