"""JSON as documents hold it: compact, UTF-8, errors as the chains of their causes."""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable, Iterable, Mapping
from json.encoder import encode_basestring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


_MOST_CAUSES = 32  # of an error; a chain may be a circle


def quoted(text: str) -> str:
    """Write text as a JSON string; what UTF-8 cannot say is replaced."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return encode_basestring(text)


def fields_text(fields: Mapping[str, Any]) -> str:
    """Write an object whose values may be anything, errors among them; none of them makes it fail.

    What JSON cannot say, such as NaN and circles, is written as Python shows it.
    """
    try:
        text = compact(dict(fields))
    except Exception:  # noqa: BLE001 - NaN, a circle, or what `str` of somebody's class raises
        members = (f"{quoted(str(key))}:{_value(value)}" for key, value in fields.items())
        text = "{" + ",".join(members) + "}"
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _value(value: Any) -> str:
    try:
        return compact(value)
    except Exception:  # noqa: BLE001 - as above
        return quoted(_shown(repr, value))


def _shown(show: Callable[[Any], str], value: Any) -> str:
    try:
        return show(value)
    except Exception:  # noqa: BLE001 - anybody's code
        return f"<{type(value).__name__}>"


def error_chain(error: BaseException) -> Any:
    """Give an error's text, or the texts of its chain, outermost first; JSON text as its value.

    Source: Flow `crates/ops/src/tracing.rs`, `record_error`.
    """
    chain: list[Any] = []
    cause: BaseException | None = error
    while cause is not None and len(chain) < _MOST_CAUSES:
        chain.append(_parsed(_shown(str, cause) or type(cause).__name__))
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return chain if len(chain) > 1 else chain[0]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_no_json)
    except (ValueError, RecursionError):
        return text


def _no_json(constant: str) -> Any:
    raise ValueError(constant)


def _other(value: Any) -> Any:
    """Give what stands for a value that JSON does not know."""
    if isinstance(value, BaseException):
        return error_chain(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value, key=str)
    if isinstance(value, bytes | bytearray):
        return value.decode("utf-8", "replace")
    return _shown(str, value)


def _encoder() -> Callable[[Any, int], Iterable[str]]:
    """Make the encoder once; `json.dumps` makes one for each call, which takes as long again."""
    options: dict[str, Any] = {"ensure_ascii": False, "allow_nan": False, "default": _other}
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        encoder = json.JSONEncoder(separators=(",", ":"), **options)
        return lambda value, _: (encoder.encode(value),)
    sort_keys = skip_keys = allow_nan = False
    encode: Callable[[Any, int], Iterable[str]] = make(
        None, _other, encode_basestring, None, ":", ",", sort_keys, skip_keys, allow_nan
    )
    return encode


_ENCODE = _encoder()


def compact(value: Any) -> str:
    """Write a value as JSON.

    Raises:
        ValueError: if it holds a number that is none.
        RecursionError: if it is nested too deeply, or in itself.
    """
    return "".join(_ENCODE(value, 0))
