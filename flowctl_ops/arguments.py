"""The texts of options and arguments as values, without pydantic: to import it takes 50 ms.

Typer asks pydantic to read even a text as a text. For the few types that our options have,
`quicken` puts a reader of our own into the place that Typer keeps for its one. That place is
private to Typer (seen in 0.29): where it is not found, and for other types, Typer reads itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

import typer

_PLACE = "_runtime_param"
_NUMBERS: dict[Any, str] = {int: "integer", float: "number"}
_SHOWN = 80  # letters of a value that is refused


def quicken(parameters: list[Any]) -> list[Any]:
    """Give a command's options and arguments, with readers of ours where we have one."""
    for parameter in parameters:
        kind = getattr(parameter, "type_descriptor", None)
        if kind is None or getattr(parameter, _PLACE, kind) is not None:
            continue
        read = _reader(kind.annotation, kind.parameter_info)
        if read is not None:
            setattr(parameter, _PLACE, _Reading(read))
    return parameters


class _Reading:
    """What Typer calls; `read` raises ValueError with the sentence that the user gets."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read a value, or each of several; what was not given stays None, or none at all."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        try:
            return [self._read(item) for item in value] if several else self._read(value)
        except ValueError as error:
            raise typer.BadParameter(str(error), ctx=ctx, param=param) from error


def _reader(annotation: Any, wanted: Any) -> Callable[[Any], Any] | None:
    """Give what reads a type, with the bounds that are wanted; None for what is Typer's to read."""
    if wanted.parser is not None or wanted.clamp or wanted.exists or wanted.resolve_path:
        return None
    if get_origin(annotation) is list:
        return _reader(get_args(annotation)[0], wanted)
    if annotation in _NUMBERS:
        return partial(_number, kind=annotation, least=wanted.min, most=wanted.max)
    if isinstance(annotation, type) and issubclass(annotation, Enum) and wanted.case_sensitive:
        return partial(_choice, choices=annotation)
    return _READERS.get(annotation)


def _number(value: Any, kind: type[Any], least: float | None, most: float | None) -> Any:
    """Read a number; NaN is in no bounds."""
    try:
        number = kind(value)
    except (ValueError, OverflowError):
        message = f"{_short(value)} is no {_NUMBERS[kind]}."
        raise ValueError(message) from None
    if (least is None or number >= least) and (most is None or number <= most):
        return number
    bounds = [f"at least {least:,.15g}"] if least is not None else []
    bounds += [f"at most {most:,.15g}"] if most is not None else []
    message = f"{_short(value)} is not {' and '.join(bounds)}."
    raise ValueError(message)


def _choice(value: Any, choices: type[Enum]) -> Any:
    if isinstance(value, choices):
        return value
    for choice in choices:
        if choice.value == value:
            return choice
    message = f"{_short(value)} is none of {', '.join(str(choice.value) for choice in choices)}."
    raise ValueError(message)


def _truth(value: Any) -> bool:
    """Pass on what a flag is; no option of ours takes its truth as text."""
    if isinstance(value, bool):
        return value
    message = f"{_short(value)} is neither true nor false."
    raise ValueError(message)


def _short(value: Any) -> str:
    """Show a value as Python does, which hides no sign, and of a long one its beginning."""
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 2]}…{shown[-1]}"


_READERS: dict[Any, Callable[[Any], Any]] = {str: os.fsdecode, bool: _truth, Path: Path}
