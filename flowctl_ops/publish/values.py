"""What is published: logs and the shards that they are of, as frozen values with Flow's members.

Source: Flow `go/protocols/ops/ops.proto`; FORMATS §4.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flowctl_ops.errors import UsageError
from flowctl_ops.publish import names, times
from flowctl_ops.publish.jsons import fields_text, quoted
from flowctl_ops.vocabulary import Level, TaskKind

_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Shard:
    """The shard of a task that a document is of; a task that is not split has one.

    Raises:
        UsageError: with the rule, if a member is not as Flow has it.
    """

    kind: TaskKind | str
    name: str
    key_begin: str = "00000000"
    r_clock_begin: str = "00000000"
    build: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", names.check_kind(self.kind))
        names.check_task(self.name)
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


@dataclass(frozen=True, slots=True)
class Log:
    """One log of a task.

    `fields` hold anything that JSON can say, and errors, which become their chains. `ts` is in ns
    since the Unix epoch. `shard` is only for logs of another shard than the handler's. `spans` are
    the spans around the log, outermost first.

    Raises:
        UsageError: if the level is none of Flow's.
    """

    message: str = ""
    level: Level | str = Level.INFO
    fields: Mapping[str, Any] = field(default_factory=dict)
    ts: int = field(default_factory=times.now)
    shard: Shard | None = None
    spans: tuple[Log, ...] = ()

    def __post_init__(self) -> None:
        if type(self.level) is not Level:
            object.__setattr__(self, "level", names.check_level(self.level))

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
