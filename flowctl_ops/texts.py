"""What the text of an option comes to; `times.py` reads what is a time."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from flowctl_ops import config
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import IGNORE_CASE, Condition, FieldFilter, NameFilter, Operator
from flowctl_ops.vocabulary import Grain, Level

_LEVEL_ALIASES = {"warning": "warn", "err": "error", "fatal": "error", "panic": "error"}
_CONDITION = re.compile(
    r"(?P<key>[^=!~<>]+)(?P<operator>!=|!~|>=|<=|==|=~|=|~|>|<)(?P<value>.*)", re.DOTALL
)
_OPERATOR_ALIASES = {"==": "=", "=~": "~"}
_CACHE_SIZE = 4_000_000_000  # bytes
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")


def grains(texts: Sequence[str] | None) -> tuple[Grain, ...]:
    """Read --grain: names of grains or beginnings of them, by commas or repeated; `all` is each.

    Raises:
        UsageError: if one is no grain.
    """
    found: set[Grain] = set()
    for text in ",".join(texts or ()).lower().split(","):
        word = {"hour": "hourly", "day": "daily", "month": "monthly"}.get(
            text.strip(), text.strip()
        )
        matching = [grain for grain in Grain if word and grain.startswith(word)]
        if word == "all":
            matching = list(Grain)
        if not matching and (texts or word):
            message = f"there is no grain {text}"
            raise UsageError(message, "grains are hourly, daily, monthly, or all of them")
        found.update(matching)
    return tuple(grain for grain in Grain if grain in found)


def name_filter(names: Sequence[str] | None, task: Sequence[str] | None) -> NameFilter:
    """Give the filter of names, as arguments or by the option that other tools have."""
    return NameFilter((*(names or ()), *(task or ())))


def data_paths(given: Sequence[str] | None) -> tuple[str, ...]:
    """Give the paths to read: the option's, else OPS_DATA's, the config file's, the current folder.

    Raises:
        UsageError: if the config file cannot be understood, or no file can be called so.
    """
    paths = tuple(given or ()) or _listed() or config.read().data or (".",)
    for path in paths:
        if "\0" in path:
            message = f"{path} is no path"
            raise UsageError(message, "no file's name holds a NUL")
    return paths


def cache_size() -> int | None:
    """Give how many bytes the cache may hold; None where there is none, as OPS_CACHE=off says.

    Raises:
        UsageError: if OPS_CACHE or the config file cannot be understood.
    """
    said = os.environ.get("OPS_CACHE", "").lower()
    if said not in {"", "on", "off"}:
        raise UsageError(f"OPS_CACHE is {said}", "set it to on or off")
    if said == "off":
        return None
    known = config.read()
    if not (said or known.cache):
        return None
    if known.cache_size is None:
        return _CACHE_SIZE
    from flowctl_ops import rules  # noqa: PLC0415 - few name a size

    try:
        return rules.size(known.cache_size)
    except ValueError as error:
        reason = f"cache_size {known.cache_size} is no number of bytes"
        raise known.refuse(reason, "cache_size", config.SIZE_EXAMPLE) from error


def _listed() -> tuple[str, ...]:
    return tuple(filter(None, os.environ.get("OPS_DATA", "").split(os.pathsep)))


def level(text: str) -> int:
    """Read a level's name or the beginning of one; give its rank, 1 for error to 5 for trace.

    Raises:
        UsageError: if no level begins so.
    """
    word = _LEVEL_ALIASES.get(text.lower(), text.lower())
    found = [item for item in Level if word and item.startswith(word)]
    if len(found) != 1:
        message = f"there is no level {text}"
        raise UsageError(message, "levels are error, warn, info, debug, trace")
    return found[0].rank


def pattern(text: str) -> str:
    """Let case count only where a search has a capital letter of its own, not one of an escape."""
    has_capital = any(sign.isupper() for sign in re.sub(r"\\.", "", text))
    return text if has_capital else IGNORE_CASE + text


def condition(text: str) -> Condition:
    """Read one `--where`: KEY, an operator, a value.

    Raises:
        UsageError: if it has no operator.
    """
    parts = _CONDITION.fullmatch(text)
    if parts is None:
        message = f"--where {text} is no condition"
        raise UsageError(message, "write KEY=VALUE, or != ~ !~ > < >= <= between them")
    key, value = parts["key"], parts["value"]
    if key != key.rstrip():  # spaces stand on both sides of an operator
        value = value.strip()
    key = key.strip()
    operator = _OPERATOR_ALIASES.get(parts["operator"], parts["operator"])
    return Condition(
        path="/fields/" + "/".join(_pointer(step) for step in key.split(".")),
        flat_path="/fields/" + _pointer(key),
        operator=Operator(operator),
        value=value,
        number=float(value) if _NUMBER.fullmatch(value) else None,
    )


def fields(texts: Sequence[str] | None) -> FieldFilter:
    """Read --fields: keys by commas or repeated, `!` before what is not wanted; `none` wants none.

    Raises:
        UsageError: if a key is missing.
    """
    keys = [key.strip() for text in texts or () for key in text.split(",")]
    if not all(key.removeprefix("!") for key in keys):
        message = f"--fields {','.join(texts or ())} names no field"
        raise UsageError(message, "write KEY,KEY, or !KEY for all but one, or none")
    unwanted = tuple(key[1:] for key in keys if key.startswith("!"))
    wanted = tuple(key for key in keys if not key.startswith("!"))
    if wanted == ("none",):
        return FieldFilter(())
    return FieldFilter(wanted or None, unwanted)


def _pointer(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")
