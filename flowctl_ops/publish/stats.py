"""Stats documents as frozen values with Flow's members.

Source: Flow `go/protocols/ops/ops.proto`, `go/protocols/ops/stats.go`; FORMATS §4.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flowctl_ops.publish import times
from flowctl_ops.publish.frozen import Frozen
from flowctl_ops.publish.jsons import compact
from flowctl_ops.publish.values import Shard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class DocsAndBytes(Frozen):
    """A count of documents, and of the bytes of their JSON."""

    __slots__ = ("bytes_total", "docs_total")
    docs_total: int
    bytes_total: int

    def __init__(
        self,
        docs_total: int = 0,
        bytes_total: int = 0,
    ) -> None:
        self._set(
            docs_total=docs_total,
            bytes_total=bytes_total,
        )

    def members(self) -> dict[str, Any]:
        """Give the document's members."""
        return {"docsTotal": self.docs_total, "bytesTotal": self.bytes_total}


class Binding(Frozen):
    """What passed a binding: `right` came in, `left` was loaded, `out` went out; times in ns."""

    __slots__ = (
        "bytes_behind",
        "last_published_at",
        "last_source_published_at",
        "left",
        "out",
        "right",
    )
    left: DocsAndBytes | None
    right: DocsAndBytes | None
    out: DocsAndBytes | None
    last_source_published_at: int | None
    last_published_at: int | None
    bytes_behind: int

    def __init__(  # noqa: PLR0917 - Flow's order
        self,
        left: DocsAndBytes | None = None,
        right: DocsAndBytes | None = None,
        out: DocsAndBytes | None = None,
        last_source_published_at: int | None = None,
        last_published_at: int | None = None,
        bytes_behind: int = 0,
    ) -> None:
        self._set(
            left=left,
            right=right,
            out=out,
            last_source_published_at=last_source_published_at,
            last_published_at=last_published_at,
            bytes_behind=bytes_behind,
        )

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        return dict(_members(self, ("left", "right", "out")))


class Transform(Frozen):
    """What a derivation's transform read of its source collection."""

    __slots__ = ("bytes_behind", "input", "last_source_published_at", "source")
    source: str
    input: DocsAndBytes | None
    last_source_published_at: int | None
    bytes_behind: int

    def __init__(
        self,
        source: str = "",
        input: DocsAndBytes | None = None,  # noqa: A002 - Flow's name
        last_source_published_at: int | None = None,
        bytes_behind: int = 0,
    ) -> None:
        self._set(
            source=source,
            input=input,
            last_source_published_at=last_source_published_at,
            bytes_behind=bytes_behind,
        )

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        source = {"source": self.source} if self.source else {}
        return source | dict(_members(self, ("input",)))


class Derive(Frozen):
    """What a derivation read by transform, published, and wrote after combining."""

    __slots__ = ("last_published_at", "out", "published", "transforms")
    transforms: Mapping[str, Transform]
    published: DocsAndBytes | None
    out: DocsAndBytes | None
    last_published_at: int | None

    def __init__(
        self,
        transforms: Mapping[str, Transform] | None = None,
        published: DocsAndBytes | None = None,
        out: DocsAndBytes | None = None,
        last_published_at: int | None = None,
    ) -> None:
        self._set(
            transforms=transforms or {},
            published=published,
            out=out,
            last_published_at=last_published_at,
        )

    def members(self) -> dict[str, Any]:
        """Give the document's members; what is nothing is left out."""
        by_name = {name: item.members() for name, item in self.transforms.items()}
        transforms = {"transforms": by_name} if by_name else {}
        return transforms | dict(_members(self, ("published", "out")))


class Interval(Frozen):
    """How long a shard was metered as running, and at what rate that counts."""

    __slots__ = ("uptime_seconds", "usage_rate")
    uptime_seconds: int
    usage_rate: float

    def __init__(
        self,
        uptime_seconds: int,
        usage_rate: float = 0.0,
    ) -> None:
        self._set(
            uptime_seconds=uptime_seconds,
            usage_rate=usage_rate,
        )

    def members(self) -> dict[str, Any]:
        """Give the document's members; a rate of nothing is left out."""
        rate = {"usageRate": self.usage_rate} if self.usage_rate else {}
        return {"uptimeSeconds": self.uptime_seconds} | rate


class Stats(Frozen):
    """The statistics of a shard's transaction, or of an interval of its running.

    `capture` and `materialize` are by collection. `ts` is in ns since the Unix epoch: when the
    transaction was opened.
    """

    __slots__ = (
        "capture",
        "derive",
        "interval",
        "materialize",
        "open_seconds_total",
        "shard",
        "ts",
        "txn_count",
    )
    shard: Shard
    ts: int
    open_seconds_total: float
    txn_count: int
    capture: Mapping[str, Binding]
    derive: Derive | None
    materialize: Mapping[str, Binding]
    interval: Interval | None

    def __init__(  # noqa: PLR0917 - as above
        self,
        shard: Shard,
        ts: int | None = None,
        open_seconds_total: float = 0.0,
        txn_count: int = 0,
        capture: Mapping[str, Binding] | None = None,
        derive: Derive | None = None,
        materialize: Mapping[str, Binding] | None = None,
        interval: Interval | None = None,
    ) -> None:
        self._set(
            shard=shard,
            ts=times.now() if ts is None else ts,
            open_seconds_total=open_seconds_total,
            txn_count=txn_count,
            capture=capture or {},
            derive=derive,
            materialize=materialize or {},
            interval=interval,
        )

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
