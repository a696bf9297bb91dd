"""Thresholds that `ops check` knows: their texts on the command line and in TOML files."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flowctl_ops.errors import UsageError
from flowctl_ops.lengths import LENGTH, length_ns

_NS = 1_000_000_000
_RATE = re.compile(r"(\d+)\s*/\s*(.+)")
_BYTES = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGTPE]?)(i?)B?", re.IGNORECASE)
_FACTORS = "kmgtpe"
_MOST = 2**62

EXAMPLES = {
    "max-failures": "3/8h",
    "max-errors": "0/1h",
    "stalled": "2h",
    "max-lag": "15m",
    "max-behind": "1GB",
    "max-age": "1h",
    "failing-for": "30d",
}


@dataclass(frozen=True)
class Rule:
    """A threshold for the tasks whose names begin with `prefix`: no more than `most` in a span."""

    prefix: str
    name: str
    most: int
    span_ns: int

    def value(self) -> dict[str, object]:
        """Give it as a member of a question's parameter."""
        return dict(vars(self))


FLOWS_OWN = Rule("", "max-failures", 2, 8 * 3600 * _NS)  # its ShardFailed: three in eight hours


def parsed(name: str, text: str, prefix: str = "") -> Rule:
    """Read a threshold's text.

    Raises:
        UsageError: with an example, if it cannot be read.
    """
    try:
        most, span = _READERS[name](text.strip())
    except (ValueError, OverflowError) as error:
        message = f"{name} {text} is no threshold"
        raise UsageError(message, f"write it as {name} {EXAMPLES[name]}") from error
    return Rule(prefix, name, most, span)


def of_file(
    tables: Iterable[Mapping[str, Any]], refuse: Callable[[str, str, str], UsageError]
) -> list[Rule]:
    """Read the rules of a TOML file's tables; `refuse` makes an error of a reason, a word, a hint.

    Raises:
        UsageError: with the line of what cannot be read.
    """
    return [rule for table in tables for rule in _of_table(table, refuse)]


def together(given: Iterable[Rule], of_files: Iterable[Rule]) -> list[Rule]:
    """Give the rules that count: what is typed of a threshold replaces all that files say of it.

    Where nothing is said at all, it is Flow's own.
    """
    given = list(given)
    names = {rule.name for rule in given}
    return [*given, *(rule for rule in of_files if rule.name not in names)] or [FLOWS_OWN]


def _of_table(
    table: Mapping[str, Any], refuse: Callable[[str, str, str], UsageError]
) -> Iterable[Rule]:
    prefix = table.get("prefix", "")
    if not isinstance(prefix, str):
        raise refuse("a prefix is no text", "prefix", 'write prefix = "acmeCo/"')
    for key, said in table.items():
        if key == "prefix":
            continue
        if key in _FLOWS_KEYS:
            yield from _of_flow(prefix, key, said, refuse)
            continue
        if key not in _READERS or key == "failing-for":
            known = ["prefix", *(name for name in _READERS if name != "failing-for"), *_FLOWS_KEYS]
            raise refuse(f"a rule has no key {key}", key, f"keys are {', '.join(known)}")
        try:
            yield parsed(key, str(said), prefix)
        except UsageError as error:
            raise refuse(error.sentence, key, f'write {key} = "{EXAMPLES[key]}"') from error


def _of_flow(
    prefix: str, key: str, said: Any, refuse: Callable[[str, str, str], UsageError]
) -> Iterable[Rule]:
    """Read one of Flow's own alerts: `shardFailed.condition.failures`, `.per` and the like."""
    name, members, example = _FLOWS_KEYS[key]
    condition = said.get("condition", said) if isinstance(said, dict) else None
    if not isinstance(condition, dict):
        raise refuse(f"{key} is no alert of Flow's", key, f"write {example}")
    if said.get("enabled") is False:
        return
    condition = {word: value for word, value in condition.items() if word != "enabled"}
    for word in condition:
        if word not in members:
            raise refuse(f"{key} has no key {word}", word, f"write {example}")
    if missing := [word for word in members if word not in condition]:
        raise refuse(f"{key} does not say {missing[0]}", key, f"write {example}")
    try:
        span = _span(str(condition[members[-1]]))
        most = int(condition["failures"]) - 1 if "failures" in members else 0
    except (ValueError, TypeError, OverflowError) as error:
        raise refuse(f"{key} cannot be read", members[-1], f"write {example}") from error
    yield Rule(prefix, name, most, span)


def _span(text: str) -> int:
    joined = text.replace(" ", "")
    span = length_ns(joined) if LENGTH.fullmatch(joined) else 0
    if not 0 < span < _MOST:
        raise ValueError(text)
    return span


def _rate(text: str) -> tuple[int, int]:
    found = _RATE.fullmatch(text)
    if not found or int(found[1]) >= _MOST:
        raise ValueError(text)
    return int(found[1]), _span(found[2].strip())


def size(text: str) -> int:
    """Read bytes, with a unit perhaps.

    Raises:
        ValueError: if they cannot be read, or are too many.
    """
    found = _BYTES.fullmatch(text)
    if not found:
        raise ValueError(text)
    number, factor, binary = found.groups()
    power = _FACTORS.index(factor.lower()) + 1 if factor else 0
    read: int = round(float(number) * (1024 if binary else 1000) ** power)
    if read >= _MOST:
        raise ValueError(text)
    return read


def _size(text: str) -> tuple[int, int]:
    return size(text), 1


def _time(text: str) -> tuple[int, int]:
    return 0, _span(text)


_READERS: dict[str, Callable[[str], tuple[int, int]]] = {
    "max-failures": _rate,
    "max-errors": _rate,
    "stalled": _time,
    "max-lag": _time,
    "max-behind": _size,
    "max-age": _time,
    "failing-for": _time,
}
_FLOWS_KEYS = {
    "shardFailed": (
        "max-failures",
        ("failures", "per"),
        'shardFailed.condition = { failures = 3, per = "8h" }',
    ),
    "dataMovementStalled": (
        "stalled",
        ("threshold",),
        'dataMovementStalled.condition = { threshold = "2h" }',
    ),
    "taskIdle": ("max-age", ("idleFor",), 'taskIdle.condition = { idleFor = "30d" }'),
    "taskChronicallyFailing": (
        "failing-for",
        ("failingFor",),
        'taskChronicallyFailing.condition = { failingFor = "30d" }',
    ),
}
