"""Taking JSON text apart without changing it: members and elements as their own texts.

Any depth is read without recursion. What is JSON, serde_json says; Python's parser differs in
lone surrogates, NaN and depth.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from enum import Enum, auto
from math import isinf

from flowctl_ops.publish.jsons import quoted

BLANK = " \t\n\r"
_DEEPEST = 126  # arrays and objects within a member that serde reads as a value
_STRING_TEXT = r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"'
_TOKEN = re.compile(
    rf"[ \t\n\r]*(?:({_STRING_TEXT})"
    r"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    r"|(true|false|null)"
    r"|([{}\[\],:]))"
)
_STRINGS = re.compile(_STRING_TEXT)
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING, _NUMBER, _SIGN = 1, 2, 4
_CLOSING = {"{": "}", "[": "]"}


class NoLog(Exception):
    """A line is none that Flow takes for a log of its own form; it is raw text."""


class _Next(Enum):
    """What may stand next."""

    VALUE = auto()
    VALUE_OR_END = auto()
    KEY = auto()
    KEY_OR_END = auto()
    MORE = auto()


def members(text: str) -> Iterator[tuple[str, str]]:
    """Give key and text of each member of an object, and nothing behind it.

    Raises:
        NoLog: if the text is no object, or a key is no text that UTF-8 can say.
    """
    for key, value in _parts(text, "{"):
        yield string(key), value


def elements(text: str) -> Iterator[str]:
    """Give the text of each element of an array.

    Raises:
        NoLog: if the text is no array.
    """
    for _, value in _parts(text, "["):
        yield value


def string(text: str) -> str:
    """Read a string's text.

    Raises:
        NoLog: if it is no string, or none that UTF-8 can say.
    """
    if not text.startswith('"'):
        raise NoLog(text)
    value: str = json.loads(text)
    if "\\u" in text and _SURROGATE.search(value):
        raise NoLog(text)
    return value


def checked(text: str) -> str:
    """Give back a value that serde can read as one.

    Raises:
        NoLog: if it is nested too deeply, or holds a number beyond doubles or a lone surrogate.
    """
    depth = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastindex
        if kind == _NUMBER and isinf(float(token[_NUMBER])):
            raise NoLog(text)
        if kind == _STRING and "\\u" in token[_STRING]:
            string(token[_STRING])
        if kind == _SIGN:
            depth += (token[_SIGN] in "{[") - (token[_SIGN] in "}]")
            if depth > _DEEPEST:
                raise NoLog(text)
    return text


def readable(text: str) -> str:
    """Replace lone surrogates in a value, with which no reader could read its document."""
    return _STRINGS.sub(_without_surrogates, text) if "\\u" in text else text


def one_line(text: str) -> str:
    """Make blanks of what some take for the end of a line; in JSON it stands outside of strings."""
    return text.replace("\r", " ") if "\r" in text else text


def object_text(fields: dict[str, str]) -> str:
    """Write an object of texts."""
    return "{" + ",".join(f"{quoted(key)}:{value}" for key, value in fields.items()) + "}"


def _without_surrogates(found: re.Match[str]) -> str:
    value: str = json.loads(found[0])
    return quoted(_SURROGATE.sub("\ufffd", value)) if _SURROGATE.search(value) else found[0]


def _parts(text: str, opening: str) -> Iterator[tuple[str, str]]:
    keyed = opening == "{"
    at = _sign(text, 0, opening)
    closing = _token(text, at)
    if closing[_SIGN] == _CLOSING[opening]:
        at = closing.end()
    else:
        sign = ","
        while sign == ",":
            key = ""
            if keyed:
                named = _token(text, at)
                key = named[_STRING] or ""
                at = _sign(text, named.end(), ":")
            begin, at = _value(text, at)
            yield key, one_line(text[begin:at])
            closing = _token(text, at)
            sign, at = closing[_SIGN], closing.end()
        if sign != _CLOSING[opening]:
            raise NoLog(text)
    if text[at:].strip(BLANK):
        raise NoLog(text)


def _token(text: str, at: int) -> re.Match[str]:
    token = _TOKEN.match(text, at)
    if token is None:
        raise NoLog(text)
    return token


def _sign(text: str, at: int, sign: str) -> int:
    token = _token(text, at)
    if token[_SIGN] != sign:
        raise NoLog(text)
    return token.end()


def _value(text: str, at: int) -> tuple[int, int]:
    """Find the next value; give where it begins and ends."""
    token = _token(text, at)
    begin = token.start(token.lastindex or 0)
    within: list[str] = []
    state = _Next.VALUE
    while True:
        state = _step(text, token, within, state)
        if not within and state is _Next.MORE:
            return begin, token.end()
        token = _token(text, token.end())
        if state is _Next.KEY or (state is _Next.KEY_OR_END and token[_SIGN] != "}"):
            if token.lastindex != _STRING:
                raise NoLog(text)
            token = _token(text, _sign(text, token.end(), ":"))
            state = _Next.VALUE


def _step(text: str, token: re.Match[str], within: list[str], state: _Next) -> _Next:
    """Take a token where it may stand; give what may stand behind it."""
    sign = token[_SIGN]
    if state in {_Next.VALUE, _Next.VALUE_OR_END}:
        if sign is None:
            return _Next.MORE
        if sign in "{[":
            within.append(sign)
            return _Next.KEY_OR_END if sign == "{" else _Next.VALUE_OR_END
    if within and sign == _CLOSING[within[-1]] and state not in {_Next.VALUE, _Next.KEY}:
        within.pop()
        return _Next.MORE
    if state is _Next.MORE and within and sign == ",":
        return _Next.KEY if within[-1] == "{" else _Next.VALUE
    raise NoLog(text)
