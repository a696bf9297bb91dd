"""The data set of `ops demo`: a made-up week of ops logs and stats, the same on every run.

Names and contents of all files depend on the plan alone. The bytes of compressed files and of
Parquet depend besides on the versions of zlib and DuckDB.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from shutil import rmtree
from typing import TYPE_CHECKING

from flowctl_ops.demo.catalog import tasks
from flowctl_ops.demo.journals import Written
from flowctl_ops.demo.plan import DemoPlan
from flowctl_ops.demo.writer import write_task
from flowctl_ops.errors import DemoFolderNotEmpty

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DemoFolderNotEmpty", "DemoPlan", "DemoSummary", "write"]

MARKER = "README.txt"
TITLE = "Made by `ops demo`: ops logs and stats that no real system wrote."
WORTH_A_POOL = 200_000  # documents; below it, starting processes takes longer than it saves


@dataclass(frozen=True)
class DemoSummary:
    """What was written; `logs` and `stats` count the documents that a reader is to find."""

    directory: Path
    files: int
    logs: int
    stats: int
    content_bytes: int
    """Of JSON, before compression and without overlaps."""
    file_bytes: int
    first: datetime | None
    """When the first document was published; UTC."""
    last: datetime | None


def write(directory: Path, plan: DemoPlan) -> DemoSummary:
    """Write the data set, in place of an earlier one.

    Raises: DemoFolderNotEmpty.
    """
    _prepare(directory, plan)
    totals = {"logs": Written(), "stats": Written()}
    for written in _write_tasks(directory, plan):
        for what, share in written.items():
            totals[what].add(share)
    return _summary(directory, totals["logs"], totals["stats"])


def _prepare(directory: Path, plan: DemoPlan) -> None:
    marker = directory / MARKER
    ours = marker.is_file() and marker.read_text(encoding="utf-8").startswith(TITLE)
    if not ours and directory.is_dir() and any(directory.iterdir()):
        raise DemoFolderNotEmpty(str(directory))
    for folder in (directory / "ops", directory / "export"):
        if folder.is_dir():
            rmtree(folder)
    directory.mkdir(parents=True, exist_ok=True)
    made_from = "\n".join(f"{name} = {value}" for name, value in asdict(plan).items())
    text = f"{TITLE}\nWritten again, its folders ops/ and export/ are replaced.\n\n{made_from}\n"
    marker.write_text(text, encoding="utf-8", newline="\n")


def _write_tasks(directory: Path, plan: DemoPlan) -> list[dict[str, Written]]:
    write_one = partial(write_task, directory, plan)
    if _expected_documents(plan) < WORTH_A_POOL:
        return [write_one(task) for task in tasks(plan.tasks)]
    from flowctl_ops.demo.workers import write_all  # noqa: PLC0415 - processes are for much

    return write_all(write_one, tasks(plan.tasks))


def _expected_documents(plan: DemoPlan) -> float:
    logs = plan.rate * 24 if plan.logs else 0
    stats = 3 * 86_400 / plan.stats_every_s if plan.stats else 0
    return plan.tasks * plan.days * (logs + stats)


def _summary(directory: Path, logs: Written, stats: Written) -> DemoSummary:
    both = Written()
    both.add(logs)
    both.add(stats)
    return DemoSummary(
        directory=directory,
        files=both.files,
        logs=logs.documents,
        stats=stats.documents,
        content_bytes=both.content_bytes,
        file_bytes=both.file_bytes,
        first=_time(both.first_us) if both.documents else None,
        last=_time(both.last_us) if both.documents else None,
    )


def _time(at_us: int) -> datetime:
    return datetime.fromtimestamp(at_us / 1_000_000, UTC)
