"""Stats documents as frozen values with Flow's members.

Source: Flow `go/protocols/ops/ops.proto`, `go/protocols/ops/stats.go`; FORMATS §4.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flowctl_ops.publish import times
from flowctl_ops.publish.jsons import compact
from flowctl_ops.publish.values import Shard


@dataclass(frozen=True, slots=True)
class DocsAndBytes:
    """A count of documents, and of the bytes of their JSON."""

    docs_total: int = 0
    bytes_total: int = 0

    def members(self) -> dict[str, Any]:
        """Give the document's members."""
        return {"docsTotal": self.docs_total, "bytesTotal": self.bytes_total}


@dataclass(frozen=True, slots=True)
class Binding:
    """What passed a binding: `right` came in, `left` was loaded, `out` went out; times in ns."""

    left: DocsAndBytes | None = None
    right: DocsAndBytes | None = None
    out: DocsAndBytes | None = None
    last_source_published_at: int | None = None
    last_published_at: int | None = None
    bytes_behind: int = 0

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        return dict(_members(self, ("left", "right", "out")))


@dataclass(frozen=True, slots=True)
class Transform:
    """What a derivation's transform read of its source collection."""

    source: str = ""
    input: DocsAndBytes | None = None
    last_source_published_at: int | None = None
    bytes_behind: int = 0

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        source = {"source": self.source} if self.source else {}
        return source | dict(_members(self, ("input",)))


@dataclass(frozen=True, slots=True)
class Derive:
    """What a derivation read by transform, published, and wrote after combining."""

    transforms: Mapping[str, Transform] = field(default_factory=dict)
    published: DocsAndBytes | None = None
    out: DocsAndBytes | None = None
    last_published_at: int | None = None

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        by_name = {name: item.members() for name, item in self.transforms.items()}
        transforms = {"transforms": by_name} if by_name else {}
        return transforms | dict(_members(self, ("published", "out")))


@dataclass(frozen=True, slots=True)
class Interval:
    """How long a shard was metered as running, and at what rate that counts."""

    uptime_seconds: int
    usage_rate: float = 0.0

    def members(self) -> dict[str, Any]:
        """Give the document's members; a rate of nothing is left out."""
        rate = {"usageRate": self.usage_rate} if self.usage_rate else {}
        return {"uptimeSeconds": self.uptime_seconds} | rate


@dataclass(frozen=True, slots=True)
class Stats:
    """The statistics of a shard's transaction, or of an interval of its running.

    `capture` and `materialize` are by collection. `ts` is in ns since the Unix epoch: when the
    transaction was opened.
    """

    shard: Shard
    ts: int = field(default_factory=times.now)
    open_seconds_total: float = 0.0
    txn_count: int = 0
    capture: Mapping[str, Binding] = field(default_factory=dict)
    derive: Derive | None = None
    materialize: Mapping[str, Binding] = field(default_factory=dict)
    interval: Interval | None = None

    def members(self) -> str:
        """Write all but `_meta` as it stands in a document, without its braces."""
        found: dict[str, Any] = {"ts": times.write(self.ts)}
        if self.open_seconds_total:
            found["openSecondsTotal"] = self.open_seconds_total
        if self.txn_count:
            found["txnCount"] = self.txn_count
        for name, bindings in (("capture", self.capture), ("materialize", self.materialize)):
            if bindings:
                found[name] = {key: item.members() for key, item in bindings.items()}
        for name, part in (("derive", self.derive), ("interval", self.interval)):
            if part is not None:
                found[name] = part.members()
        return f'"shard":{self.shard.json()},{compact(found)[1:-1]}'

    def json(self) -> str:
        """Write the document as Flow's canonical JSON, one line."""
        return f"{{{self.members()}}}"


_TIMES = {
    "last_source_published_at": "lastSourcePublishedAt",
    "last_published_at": "lastPublishedAt",
}


def _members(value: Any, counts: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for name in counts:
        count = getattr(value, name)
        if count is not None:
            yield name, count.members()
    for name, member in _TIMES.items():
        at = getattr(value, name, None)
        if at is not None:
            yield member, times.write(at)
    if getattr(value, "bytes_behind", 0):
        yield "bytesBehind", value.bytes_behind
