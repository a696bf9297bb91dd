"""The tasks of the demo: pipelines of a capture, a derivation and a materialization."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha1
from urllib.parse import quote

# Tenant, capture, its two collections, derivation, materialization; without the tenant.
NAMED_PIPELINES = (
    ("acmeCo", "my/capture", ("my/orders", "my/customers"), "my/totals", "warehouse/postgres"),
    (
        "dunderCo",
        "paper/source-mysql",
        ("paper/sales", "paper/staff"),
        "paper/daily",
        "bi/redshift",
    ),
    (
        "Zürich",
        "données/source-kafka",
        ("données/trams", "données/arrêts"),
        "données/par-jour",
        "lac",
    ),
)
TENANTS = ("acmeCo", "globex", "initech")
KINDS = ("capture", "derivation", "materialization")
LOG_LEVELS = ("debug", "info", "info", "info", "trace")
PLANE = "ops/tasks/public/demo-plane"


@dataclass(frozen=True)
class Task:
    """One catalog task, and how its part of the platform writes logs and stats."""

    index: int
    name: str
    kind: str
    collections: tuple[str, ...]
    """What a capture writes, or what the others read."""
    era: str
    """Who writes its stats: `A` old Go, `B` newer Go, `C` Rust (FORMATS §4.1)."""
    shards: tuple[str, ...]
    """`keyBegin` of each."""

    @property
    def log_level(self) -> str:
        """The least severe level that the task publishes."""
        return LOG_LEVELS[self.index % len(LOG_LEVELS)]

    @property
    def build(self) -> str:
        """Build id, 16 hex digits."""
        return sha1(self.name.encode()).hexdigest()[:16]  # noqa: S324 (a name, not a secret)

    def shard(self, key_begin: str) -> str:
        """Print the `shard` member of its documents, as JSON."""
        build = "" if self.era == "A" else f',"build":"{self.build}"'
        key_range = f'"keyBegin":"{key_begin}","rClockBegin":"00000000"'
        return f'{{"kind":"{self.kind}","name":"{self.name}",{key_range}{build}}}'

    def collection(self, what: str) -> str:
        """Name the ops collection of its `logs` or `stats`."""
        return f"ops/{self.name.partition('/')[0]}/{what}" if self.era == "A" else f"{PLANE}/{what}"

    def journal(self, what: str) -> str:
        """Name the journal of its `logs` or `stats`; the legacy layout has no generation id."""
        generation = "" if self.era == "A" else f"/{self.build[::-1]}"
        partition = f"kind={self.kind}/name={quote(self.name, safe='')}"
        return f"{self.collection(what)}{generation}/{partition}/pivot=00"


def tasks(count: int) -> list[Task]:
    """Give the first `count` tasks, always the same."""
    pipelines = (task for number in range((count + 2) // 3) for task in _pipeline(number))
    return [task for task, _ in zip(pipelines, range(count), strict=False)]


def _pipeline(number: int) -> list[Task]:
    tenant, capture, written, derivation, target = _names(number)
    collections = tuple(f"{tenant}/{name}" for name in written)
    derived = f"{tenant}/{derivation}"
    parts = (
        (f"{tenant}/{capture}", collections),
        (derived, collections),
        (f"{tenant}/{target}", (collections[0], derived)),
    )
    era = "CAB"[number] if number < len("CAB") else "CB"[number % 2]
    return [
        Task(3 * number + at, name, KINDS[at], reads, era, _shards(number, KINDS[at]))
        for at, (name, reads) in enumerate(parts)
    ]


def _names(number: int) -> tuple[str, str, tuple[str, ...], str, str]:
    if number < len(NAMED_PIPELINES):
        return NAMED_PIPELINES[number]
    at = f"pipeline-{number:03}"
    written = (f"{at}/events", f"{at}/users")
    return TENANTS[number % 3], f"{at}/source", written, f"{at}/daily", f"{at}/warehouse"


def _shards(number: int, kind: str) -> tuple[str, ...]:
    return ("00000000", "80000000") if number % 5 == 0 and kind == KINDS[2] else ("00000000",)
