"""The rows of the table of `run`: what is asked, of what, beside whom, and what is aimed at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.benchmarks.layouts import LAYOUTS
from tests.benchmarks.measuring import FLOOR, OPS, PYTHON, Run

TASK = "acmeCo/my/capture"
FAILING = "dunderCo/paper/source-mysql"
HOUR = "--since 2026-10-05T01:00Z --until 2026-10-05T02:00Z"
DAY = "--since 2026-10-05 --until 2026-10-06"
LOGS = {
    "gz": "read_ndjson_objects(['{data}/ops/*/logs/**/*.gz', '{data}/ops/tasks/*/*/logs/**/*.gz'])",
    "plain": "read_ndjson_objects('{data}/logs-*.jsonl')",
    "Parquet": "read_parquet('{data}/ops-logs/*/*.parquet')",
}
STATS = {"gz": "{data}/**/*.gz", "plain": "{data}/stats-*.jsonl"}
WARNINGS = """
SELECT {document} FROM {files}
WHERE {document}->>'level' IN ('error', 'warn') ORDER BY {document}->>'ts'
"""
SCAN = """
SELECT json->>'$.shard.name' AS task, count(*)
FROM read_ndjson_objects('{data}/**/*.gz') GROUP BY 1
"""
SELECT = '\'select(.level == "error" or .level == "warn")\''
LEVELS = '"level":"(error|warn)"'
FRAGMENTS = "find {data} -path '*/logs/*' -name '*.gz' -print0"

Found = Mapping[str, Run]
"""Medians by series: a layout, a layout and a size (`gz 2 ×`), a peer (`jq, gz`), or `alone`."""


@dataclass(frozen=True)
class Peer:
    """A program that answers the same; `layout` is what it reads, if it reads at all."""

    name: str
    layout: str = ""
    command: str = ""
    sql: str = ""
    files: str = ""
    """Instead of a command: SQL that a person would write, or files whose sums by day they want."""
    needs: str = ""
    rounds: int | None = None

    @property
    def series(self) -> str:
        """Its name among what was measured."""
        return f"{self.name}, {self.layout}" if self.layout else self.name


@dataclass(frozen=True)
class Target:
    """What is aimed at: `value` is to be at most, or at least, `limit`."""

    text: str
    series: tuple[str, str]
    limit: float
    value: Callable[[Run, Run], float]
    unit: str = "×"
    least: bool = False

    def told(self, found: Found) -> str:
        """Say what is aimed at, and how it turned out."""
        if any(name not in found for name in self.series):
            return f"{self.text}: not measured"
        value = self.value(found[self.series[0]], found[self.series[1]])
        met = value >= self.limit if self.least else value <= self.limit
        return f"{self.text}: {value:.2f} {self.unit}{'' if met else ', **missed**'}"


def within(most: float, of: str, peer: str) -> Target:
    """At most so many times as long as a peer takes."""
    return Target(f"{of} ≤ {most} × {peer}", (of, peer), most, lambda a, b: a.seconds / b.seconds)


def faster(least: float) -> Target:
    """Materialized data, beside fragments."""
    text, series = f"materialized ≥ {least} × faster than gz", ("gz", "materialized")
    return Target(text, series, least, lambda a, b: a.seconds / b.seconds, least=True)


def above(most: float, of: str) -> Target:
    """At most so many seconds above start-up."""
    text = f"{of} ≤ {most} s above start-up"
    return Target(text, (of, START_UP.name), most, lambda a, b: a.seconds - b.seconds, "s")


def flat(of: str) -> Target:
    """As much memory for four times the data: at most a quarter more."""
    text, series = f"memory of 4 × {of} ≤ 1.25 ×", (f"{of} 4 ×", of)
    return Target(text, series, 1.25, lambda a, b: a.memory / b.memory)


@dataclass(frozen=True)
class Row:
    """A command, measured on each of its layouts in turns with its peers."""

    what: str
    command: str
    of: str = "days"
    layouts: tuple[str, ...] = LAYOUTS
    peers: tuple[Peer, ...] = ()
    grows: bool = False
    targets: tuple[Target, ...] = ()


def asked(
    what: str,
    *,
    of: str = "days",
    layouts: tuple[str, ...] = LAYOUTS,
    peers: tuple[Peer, ...] = (),
    grows: bool = False,
    targets: tuple[Target, ...] = (),
) -> Row:
    """Make the row of a question whose answer is thrown away; exit code 1 tells of a finding."""
    shown = what
    for words, name in {
        TASK: "TASK",
        FAILING: "TASK",
        HOUR: "of one hour",
        DAY: "of one day",
    }.items():
        shown = shown.replace(words, name)
    command = f"{OPS} {what} -q -d {{data}} > /dev/null || [ $? = 1 ]"
    return Row(f"`{shown}`", command, of, layouts, peers, grows, targets)


START_UP = Peer("start-up", command=FLOOR)
BY_HAND = tuple(
    Peer(
        "DuckDB",
        layout,
        sql=WARNINGS.format(
            files=files, document="flow_document" if layout == "Parquet" else "json"
        ),
    )
    for layout, files in LOGS.items()
)
OTHERS = (
    Peer(
        "jq", "gz", f"{FRAGMENTS} | xargs -0 zcat | jq -c {SELECT} > {{out}}", needs="jq", rounds=1
    ),
    Peer(
        "rg", "gz", f"rg --no-ignore -zIN -g '**/logs/**' '{LEVELS}' {{data}} > {{out}}", needs="rg"
    ),
    Peer(
        "rg", "plain", f"rg --no-ignore -IN -g 'logs-*' '{LEVELS}' {{data}} > {{out}}", needs="rg"
    ),
    Peer(
        "lnav",
        "gz",
        f"{FRAGMENTS} | xargs -0 lnav -n -c ':filter-in {LEVELS}' > {{out}}",
        needs="lnav",
        rounds=1,
    ),
)
DAILY = tuple(Peer("DuckDB", layout, files=files) for layout, files in STATS.items())
BUILT = ("gz", "plain", "Parquet")
BUILD = f"{OPS} materialize -q $(mktemp -d {{scratch}}/XXXXXX) -d {{data}}"
ROWS = (
    Row(
        "`--help`",
        f"{OPS} --help > /dev/null",
        layouts=(),
        peers=(Peer("import typer", command=f"{PYTHON} -c 'import typer'"), START_UP),
    ),
    Row(
        "`logs TASK \\| head -1`, the first line",
        f"{OPS} logs {TASK} -q -d {{data}} | head -1 > /dev/null",
        peers=(START_UP,),
        targets=(above(0.1, "materialized"),),
    ),
    Row(
        "`logs --level warn -o json`",
        f"{OPS} logs --level warn -o json -q -d {{data}} > {{out}}",
        peers=BY_HAND + OTHERS,
        grows=True,
        targets=(
            within(1.0, "gz", "DuckDB, gz"),
            within(1.0, "plain", "DuckDB, plain"),
            within(1.0, "plain", "rg, plain"),
            faster(5),
            flat("gz"),
            flat("materialized"),
        ),
    ),
    asked("logs --tail 100", grows=True, targets=(flat("gz"), flat("materialized"))),
    asked(f"logs {TASK} {HOUR}", peers=(START_UP,), targets=(above(0.1, "materialized"),)),
    asked(
        "stats --grain daily",
        of="year",
        peers=DAILY,
        grows=True,
        targets=(faster(20), flat("gz"), flat("materialized")),
    ),
    asked("stats --json", of="year"),
    asked(
        f"stats {TASK} {DAY}",
        of="year",
        peers=(START_UP,),
        targets=(above(0.1, "materialized"),),
    ),
    asked("lag --now last"),
    asked("status --now last"),
    asked(
        f"explain --now last --alone {FAILING}",
        peers=(START_UP,),
        targets=(above(0.1, "materialized"),),
    ),
    asked("patterns"),
    asked("check --now last --max-failures 99/8h"),
    asked("doctor"),
    Row(
        "`materialize`, logs and some stats",
        BUILD,
        layouts=BUILT,
        peers=(Peer("a scan", "gz", sql=SCAN),),
        targets=(within(2.5, "gz", "a scan, gz"),),
    ),
    Row(
        "`materialize`, stats alone",
        BUILD,
        of="year",
        layouts=BUILT,
        peers=(Peer("a scan", "gz", sql=SCAN),),
        targets=(within(1.7, "gz", "a scan, gz"),),
    ),
    Row(
        "`materialize` again, nothing new",
        f"{OPS} materialize -q {{stored}} -d {{data}}",
        layouts=("gz",),
        peers=(START_UP,),
        targets=(above(0.5, "gz"),),
    ),
)
MANY = Row(
    "`logs TASK of one day`, 100,000 fragments of 500 tasks",
    asked(f"logs {TASK} {DAY}").command,
    of="many",
    layouts=("gz",),
    peers=(START_UP,),
    targets=(above(0.5, "gz"),),
)
