"""Values that do not change: what `dataclasses` makes, which would cost half of our import."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


class Frozen:
    """Has its class's `__slots__` as members, set once, by which it is compared and shown."""

    __slots__: tuple[str, ...] = ()

    def _set(self, **members: Any) -> None:
        """Set all members; for `__init__` alone, whose order of parameters this is."""
        for name, value in members.items():
            object.__setattr__(self, name, value)

    def _values(self) -> tuple[Any, ...]:
        return tuple([getattr(self, name) for name in self.__slots__])

    def __setattr__(self, name: str, value: object) -> NoReturn:
        message = f"cannot set {name}: a {type(self).__name__} does not change"
        raise AttributeError(message)

    def __delattr__(self, name: str) -> NoReturn:
        message = f"cannot delete {name}: a {type(self).__name__} does not change"
        raise AttributeError(message)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        members = zip(self.__slots__, self._values(), strict=True)
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in members)})"

    def __reduce__(self) -> tuple[Any, ...]:
        return _made, (type(self), dict(zip(self.__slots__, self._values(), strict=True)))


def _made(kind: type[Frozen], members: dict[str, Any]) -> Frozen:
    return kind(**members)
