"""What is published: logs and the shards that they are of, as frozen values with Flow's members.

Source: Flow `go/protocols/ops/ops.proto`; FORMATS §4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flowctl_ops.errors import UsageError
from flowctl_ops.publish import names, times
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import fields_text, quoted
from flowctl_ops.vocabulary import Level, TaskKind

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Shard(Frozen):
    """The shard of a task that a document is of; a task that is not split has one.

    Raises:
        UsageError: with the rule, if a member is not as Flow has it.
    """

    __slots__ = ("build", "key_begin", "kind", "name", "r_clock_begin")
    kind: TaskKind
    name: str
    key_begin: str
    r_clock_begin: str
    build: str

    def __init__(
        self,
        kind: TaskKind | str,
        name: str,
        key_begin: str = "00000000",
        r_clock_begin: str = "00000000",
        build: str = "",
    ) -> None:
        self._set(
            kind=names.check_kind(kind),
            name=names.check_task(name),
            key_begin=key_begin,
            r_clock_begin=r_clock_begin,
            build=build,
        )
        for text in (self.key_begin, self.r_clock_begin):
            if not names.is_key(text):
                raise UsageError(f"{text!r} begins no range", "ranges begin at 8 hex digits")
        if self.build and not names.is_build(self.build):
            raise UsageError(f"{self.build!r} is no build", "builds are 16 hex digits")

    def json(self) -> str:
        """Write the shard as documents hold it."""
        build = f',"build":"{self.build}"' if self.build else ""
        return (
            f'{{"kind":"{self.kind}","name":{quoted(self.name)},"keyBegin":"{self.key_begin}",'
            f'"rClockBegin":"{self.r_clock_begin}"{build}}}'
        )


class Log(Frozen):
    """One log of a task.

    `fields` hold anything that JSON can say, and errors, which become their chains. `ts` is in ns
    since the Unix epoch. `shard` is only for logs of another shard than the handler's. `spans` are
    the spans around the log, outermost first.

    Raises:
        UsageError: if the level is none of Flow's.
    """

    __slots__ = ("fields", "level", "message", "shard", "spans", "ts")
    message: str
    level: Level
    fields: Mapping[str, Any]
    ts: int
    shard: Shard | None
    spans: tuple[Log, ...]

    def __init__(  # noqa: PLR0917 - as positional as a log call
        self,
        message: str = "",
        level: Level | str = Level.INFO,
        fields: Mapping[str, Any] | None = None,
        ts: int | None = None,
        shard: Shard | None = None,
        spans: Sequence[Log] = (),
    ) -> None:
        self._set(
            message=message,
            level=level if type(level) is Level else names.check_level(level),
            fields={} if fields is None else fields,
            ts=times.now() if ts is None else ts,
            shard=shard,
            spans=tuple(spans),
        )

    def members(self) -> str:
        """Write all but `_meta` and `shard` as they stand in a document, without its braces."""
        parts = [f'"ts":"{times.write(self.ts)}","level":"{self.level}"']
        if self.message:
            parts.append(f'"message":{quoted(self.message)}')
        if self.fields:
            parts.append(f'"fields":{fields_text(self.fields)}')
        if self.spans:
            parts.append(f'"spans":[{",".join(span.json() for span in self.spans)}]')
        return ",".join(parts)

    def json(self, shard: Shard | None = None) -> str:
        """Write the log as Flow's canonical JSON, one line; `shard` stands in for its own."""
        of = self.shard or shard
        head = f'"shard":{of.json()},' if of else ""
        return f"{{{head}{self.members()}}}"
