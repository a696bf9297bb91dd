"""What known messages mean and what to do about them: data of the package, and the user's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flowctl_ops.config import Config
from flowctl_ops.errors import UsageError

if TYPE_CHECKING:
    from flowctl_ops.engine import Engine

_PLACES = ("message", "error", "any")
_KEYS = ("id", "pattern", "in", "who", "group", "benign", "meaning", "action", "source")
_HINT = "a message has a pattern and a meaning, and may have " + ", ".join(_KEYS)


@dataclass(frozen=True)
class Message:
    """A message that is known; `place` is where its pattern, RE2, is looked for."""

    id: str
    pattern: str
    place: str
    who: str
    benign: bool
    meaning: str
    action: str
    source: str
    is_own: bool = False


def messages(config: Config) -> list[Message]:
    """Give the user's own messages, and then those of the package: the first that matches counts.

    Raises:
        UsageError: if one of the user's is not as it should be.
    """
    own = [_own(config, number, said) for number, said in enumerate(config.messages, 1)]
    return own + packaged()


def packaged() -> list[Message]:
    """Give the messages of the package."""
    import tomllib  # noqa: PLC0415 - a question that explains nothing does without
    from importlib.resources import files  # noqa: PLC0415 - as above

    text = files("flowctl_ops.catalogue").joinpath("messages.toml").read_text("utf-8")
    return [_message(said) for said in tomllib.loads(text)["message"]]


def check_patterns(engine: Engine, known: Iterable[Message]) -> None:
    """Refuse a message of the user's own whose pattern cannot be looked for.

    Raises:
        UsageError: naming it.
    """
    for message in known:
        if not message.is_own:
            continue
        reason = engine.reason("relations/check_pattern.sql", pattern=message.pattern)
        if reason is not None:
            text = f"{message.pattern} in {message.source} is no regular expression: {reason}"
            raise UsageError(text, "patterns are RE2, as in ops logs --grep")


def as_values(known: Iterable[Message]) -> list[dict[str, object]]:
    """Give messages as the value of a question's parameter."""
    names = ("id", "pattern", "place", "who", "benign", "meaning", "action", "source")
    return [{name: getattr(message, name) for name in names} for message in known]


def any_of(known: Iterable[Message]) -> str | None:
    """Give a pattern for whatever one of the messages is found in, None where there are none.

    Each line of a text is looked at for itself, as a message and its error stand below each other.
    """
    patterns = [f"(?:{message.pattern})" for message in known]
    return f"(?m:{'|'.join(patterns)})" if patterns else None


def _message(said: Mapping[str, Any]) -> Message:
    return Message(
        id=str(said["id"]),
        pattern=said["pattern"],
        place=said.get("in", "any"),
        who=said.get("who", ""),
        benign=said.get("benign", False),
        meaning=said["meaning"],
        action=said.get("action", ""),
        source=said.get("source", ""),
        is_own=said.get("own", False),
    )


def _own(config: Config, number: int, said: dict[str, Any]) -> Message:
    for key, value in said.items():
        if key not in _KEYS:
            raise config.refuse(f"a message has no key {key}", key, _HINT)
        if not isinstance(value, bool if key == "benign" else str):
            raise config.refuse(f"{key} of a message is of the wrong type", key, _HINT)
    for key in ("pattern", "meaning"):
        if not said.get(key):
            raise config.refuse(f"message {number} has no {key}", "messages", _HINT)
    if said.get("in", "any") not in _PLACES:
        hint = f"it is one of {', '.join(_PLACES)}"
        raise config.refuse(f"a message is looked for in {said['in']}", "in", hint)
    return _message({"id": f"own-{number}", "source": str(config.path), **said, "own": True})
