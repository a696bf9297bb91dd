"""The data of `run`: sets in four layouts and three sizes, made once from the demo's generator."""

from __future__ import annotations

import gzip
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from flowctl_ops import demo
from flowctl_ops.demo import DemoPlan, write
from flowctl_ops.demo.plan import START
from tests.benchmarks.measuring import OPS, once

LAYOUTS = ("gz", "plain", "Parquet", "materialized")
SCALES = (1, 2, 4)
DAYS = DemoPlan(tasks=40, days=2, rate=1310, flush_hours=(1,), oddities=False, exports=False)
YEAR = replace(
    DAYS, tasks=200, days=365, stats_every_s=5400, logs=False, flush_hours=(168,)
)  # its journals are cut each week
MANY = replace(DAYS, tasks=500, days=200 / 24, rate=6, stats=False)
SMALL = {"tasks": 4, "days": 1, "rate": 20, "stats_every_s": 5400, "flush_hours": (24,)}
EXPORT = """
CREATE TEMP TABLE documents AS
SELECT
  row_number() OVER () AS position, doc,
  coalesce(CAST(doc ->> '$.ts' AS TIMESTAMPTZ), TIMESTAMPTZ '1970-01-01') AS published_at
FROM read_parquet($files)
"""


@dataclass(frozen=True)
class Layouts:
    """Sets of data below a folder; what is asked for is made where it is not there yet."""

    folder: Path
    scale: float
    small: bool

    def plan(self, name: str) -> DemoPlan:
        """Describe a set of data as it is in its first size."""
        plan = {"days": DAYS, "year": YEAR, "many": MANY}[name]
        if self.small:
            return replace(plan, **SMALL)  # type: ignore[arg-type] # each of its field's type
        return plan if name == "many" else replace(plan, days=plan.days * self.scale)

    def data(self, name: str, layout: str = "gz", times: int = 1) -> Path:
        """Give the folder of a set in a layout, so many times as large."""
        size = "small" if self.small else f"{self.scale:g}"
        path = self.folder / f"{name}-{size}-{times}x" / layout
        if not path.exists():
            draft = path.with_name(f"{layout}.part")
            shutil.rmtree(draft, ignore_errors=True)
            self._make(name, layout, times, draft)
            draft.rename(path)
        return path

    def _make(self, name: str, layout: str, times: int, draft: Path) -> None:
        if layout == "gz" and (times == SCALES[-1] or name == "many"):
            plan = self.plan(name)
            write(draft, replace(plan, days=plan.days * times))
        elif layout == "gz":
            self._first(name, times, draft)
        elif layout == "materialized":
            once(f"{OPS} materialize -q {draft} -d {self.data(name, 'gz', times)}")
        elif layout == "plain":
            as_plain(self.data(name, "gz", times), draft)
        else:
            as_parquet(self.data(name, "materialized", times), draft)

    def _first(self, name: str, times: int, draft: Path) -> None:
        """Copy the fragments of the first days of the largest size."""
        whole = self.data(name, "gz", SCALES[-1])
        end = START + timedelta(days=self.plan(name).days * times)
        for path in whole.rglob("*.gz"):
            if path.parent.parent.name < f"utc_date={end:%Y-%m-%d}":
                copy = draft / path.relative_to(whole)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(path, copy)


def as_plain(fragments: Path, draft: Path) -> None:
    """Write each journal as one file of JSON lines, as `flowctl logs` into a file does."""
    draft.mkdir(parents=True)
    for number, journal in enumerate(sorted(fragments.rglob("pivot=00"))):
        what = "logs" if "logs" in journal.parts else "stats"
        with (draft / f"{what}-{number}.jsonl").open("wb") as file:
            for fragment in sorted(journal.rglob("*.gz"), key=lambda path: path.name):
                with gzip.open(fragment) as content:
                    shutil.copyfileobj(content, file, 1 << 20)


def as_parquet(stored: Path, draft: Path) -> None:
    """Write what a file materialization of logs and of stats writes: columns, and the document."""
    import duckdb  # noqa: PLC0415 - who measures stays small, since children begin with its memory

    for what in ("logs", "stats"):
        files = [str(path) for path in stored.glob(f"{what}/*/*.parquet")]
        if files:
            folder = draft / f"ops-{what}" / "v0000000000"
            folder.mkdir(parents=True)
            room: dict[str, str | bool | int | float | list[str]] = {
                "memory_limit": "4GB",
                "temp_directory": f"{draft}.spill",
            }
            with duckdb.connect(config=room) as connection:
                connection.execute(EXPORT, {"files": files})
                connection.sql(export_sql(what)).write_parquet(
                    str(folder / f"{0:020}.parquet"), compression="snappy"
                )


def export_sql(what: str) -> str:
    """Give the columns that the demo exports."""
    return Path(demo.__file__).with_name(f"export_{what}.sql").read_text(encoding="utf-8")


def size(data: Path) -> float:
    """Give the bytes of a folder's files, in MB."""
    return sum(path.stat().st_size for path in data.rglob("*") if path.is_file()) / 1e6
