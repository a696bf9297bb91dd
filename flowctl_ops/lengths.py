"""Lengths of time as people type them: `90s`, `1h30m`, `2d`."""

from __future__ import annotations

import re

_UNITS_NS = {
    "ns": 1,
    "us": 1000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
    "d": 86_400_000_000_000,
    "w": 7 * 86_400_000_000_000,
}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h|d|w)")
LENGTH = re.compile(f"(?:{_PART.pattern})+")
_DIGITS = 20  # of a number: more than 64 bits of nanoseconds have


def length_ns(text: str) -> int:
    """Add up the parts of a text that is a `LENGTH`; give ns, more than 64 bits of them too."""
    return sum(part_ns(*part) for part in _PART.findall(text))


def part_ns(number: str, unit: str) -> int:
    """Multiply without a float, which rounds, and without the digits that change nothing."""
    whole, _, fraction = number.lstrip("0").partition(".")
    fraction = fraction[:_DIGITS]
    units = 10**_DIGITS if len(whole) > _DIGITS else int(whole or 0)
    unit_ns = _UNITS_NS[unit]
    return units * unit_ns + unit_ns * int(fraction or 0) // int(f"1{'0' * len(fraction)}")
