"""Measure the rows of `run`, and print each as it is measured."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from tests.benchmarks.layouts import LAYOUTS, SCALES, Layouts, size
from tests.benchmarks.measuring import Run, compiled, hand_written, hand_written_days, line, once
from tests.benchmarks.rows import MANY, ROWS, Found, Peer, Row

ROUNDS = 9
ENOUGH = 3  # rounds, where they take longer than
QUICK = 10  # seconds; and no other round begins after
PATIENCE = 40  # seconds
COLUMNS = ("what", *LAYOUTS, "peers", "2 × the data", "4 × the data", "runs", "targets")
GROWING = ("gz", "materialized")
NOTHING = "–"


@dataclass(frozen=True)
class Series:
    """A shell command that is measured in turns with others, at most so many times."""

    command: str
    rounds: int


@dataclass(frozen=True)
class Bench:
    """A table that is being measured."""

    data: Layouts
    scratch: Path

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows: where data is small, those that do not live from its size, each in part."""
        if not self.data.small:
            return (*ROWS, MANY)
        return tuple(in_part(row, number) for number, row in enumerate(ROWS))

    @property
    def growing(self) -> tuple[str, ...]:
        """The layouts whose growth is measured."""
        return GROWING[:1] if self.data.small else GROWING

    def make(self) -> None:
        """Make the data in a process of its own: children count their parent's memory."""
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            pool.submit(self.make_here).result()

    def make_here(self) -> None:
        """Make the data that there is not yet."""
        for row in self.rows:
            dict(self.series(row, self.scratch))
        for of in ("days", "year"):
            for layout in LAYOUTS:
                self.data.data(of, layout)

    def measure(self, row: Row) -> None:
        """Run a row's commands in turns, and print it."""
        with tempfile.TemporaryDirectory(dir=self.scratch) as scratch:
            runs = in_turns(dict(self.series(row, Path(scratch))), 1 if self.data.small else ROUNDS)
        found = {name: middle(of) for name, of in runs.items()}
        told = (target.text if self.data.small else target.told(found) for target in row.targets)
        line(
            row.what,
            *(found.get(layout, NOTHING) for layout in LAYOUTS),
            beside(row, found),
            *(growth(found, times) for times in SCALES[1:]),
            max(len(of) for of in runs.values()),
            "; ".join(told) or NOTHING,
        )

    def series(self, row: Row, scratch: Path) -> Iterator[tuple[str, Series]]:
        """Give the commands of a row: of each layout, of each peer, of more data."""
        for layout in row.layouts:
            yield layout, self.ours(row, layout, 1, scratch)
        if not row.layouts:
            yield "alone", Series(row.command, ROUNDS)
        for number, peer in enumerate(row.peers):
            if not peer.needs or shutil.which(peer.needs):
                command = self.theirs(row, peer, scratch, f"peer-{number}")
                yield peer.series, Series(command, peer.rounds or ROUNDS)
        for layout in self.growing if row.grows else ():
            for times in SCALES[1:]:
                more = self.ours(row, layout, times, scratch)
                yield f"{layout} {times} ×", replace(more, rounds=1)

    def ours(self, row: Row, layout: str, times: int, scratch: Path) -> Series:
        """Write our command."""
        places = {"data": self.data.data(row.of, layout, times), "scratch": scratch}
        if "{stored}" in row.command:
            places["stored"] = self.data.data(row.of, "materialized", times)
        return Series(row.command.format(out=scratch / "out", **places), ROUNDS)

    def theirs(self, row: Row, peer: Peer, scratch: Path, name: str) -> str:
        """Write a peer's command."""
        data = self.data.data(row.of, peer.layout) if peer.layout else ""
        if peer.sql:
            return f"{hand_written(peer.sql.format(data=data), scratch, name)} > {scratch}/out"
        if peer.files:
            return hand_written_days(peer.files.format(data=data), scratch, name)
        return peer.command.format(data=data, out=scratch / "out")

    def sizes(self, what: str, of: str) -> None:
        """Print how large the layouts are, and how they grow."""
        once_as_much = {layout: size(self.data.data(of, layout)) for layout in LAYOUTS}
        cells = [
            "; ".join(
                f"{name} {size(self.data.data(of, name, times)) / once_as_much[name]:.2f} ×"
                for name in self.growing
            )
            for times in SCALES[1:]
        ]
        ratio = once_as_much["materialized"] / once_as_much["gz"]
        told = "materialized ≤ gz"
        if not self.data.small:
            told += f": {ratio:.2f} ×{'' if ratio <= 1 else ', **missed**'}"
        shown = [f"{megabytes:.1f} MB" for megabytes in once_as_much.values()]
        line(what, *shown, NOTHING, *cells, 1, told)


def in_part(row: Row, number: int) -> Row:
    """Give a row that is asked of one layout, rows taking them in turns, and of what grows."""
    if not row.layouts:
        return row
    layouts = {row.layouts[number % len(row.layouts)], *(["gz"] if row.grows else [])}
    peers = tuple(peer for peer in row.peers if not peer.layout or peer.layout in layouts)
    return replace(row, layouts=tuple(sorted(layouts)), peers=peers)


def in_turns(series: dict[str, Series], rounds: int) -> dict[str, list[Run]]:
    """Run commands in turns until there are rounds enough, or patience is at its end."""
    runs: dict[str, list[Run]] = {name: [] for name in series}
    spent = 0.0
    for number in range(rounds):
        for name, command in series.items():
            if number < command.rounds:
                runs[name].append(once(command.command))
                spent += runs[name][-1].seconds if command.rounds > 1 else 0
        if spent > (PATIENCE if number + 1 < ENOUGH else QUICK):
            break
    return runs


def middle(runs: list[Run]) -> Run:
    """Give the median time, and the largest memory."""
    return Run(
        median(run.seconds for run in runs),
        median(run.cpu for run in runs),
        max(run.memory for run in runs),
    )


def beside(row: Row, found: Found) -> str:
    """Say how long `ops` takes beside each peer on the same files, and what the peer takes."""
    told = [str(found["alone"])] if "alone" in found else []
    for peer in row.peers:
        of = found[peer.layout or "alone"] if peer.layout or "alone" in found else None
        theirs = found.get(peer.series)
        if theirs is None:
            told.append(f"{peer.series}: not installed")
        elif of is None:
            told.append(f"{peer.name}: {theirs}")
        else:
            told.append(f"{peer.series}: {of.seconds / theirs.seconds:.2f} × ({theirs})")
    return "; ".join(told) or NOTHING


def growth(found: Found, times: int) -> str:
    """Say how time and memory grow with the data."""
    told = []
    for layout in GROWING:
        more = found.get(f"{layout} {times} ×")
        if more is not None:
            time, memory = (
                more.seconds / found[layout].seconds,
                more.memory / found[layout].memory,
            )
            told.append(f"{layout} {time:.2f} × time, {memory:.2f} × memory")
    return "; ".join(told) or NOTHING


def machine() -> str:
    """Describe what it was measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    return (
        f"{cores} cores, {gigabytes:.0f} GB of memory, {platform.system()}, "
        f"Python {platform.python_version()}, DuckDB {version('duckdb')}"
    )


def described(data: Layouts) -> str:
    """Describe what is measured."""
    told = []
    for of, what in (("days", "logs and stats"), ("year", "stats")):
        plan, made = data.plan(of), data.data(of)
        fragments = sum(1 for _ in made.rglob("*.gz"))
        told.append(
            f"{what} of {plan.tasks} tasks, days: {plan.days:g}, in {fragments:,} fragments, "
            f"{size(data.data(of, 'plain')):,.0f} MB of JSON"
        )
    return "; ".join(told)


def main() -> None:
    """Print the machine, the data and the table."""
    parser = argparse.ArgumentParser(description="Measure every command, and print one table.")
    parser.add_argument("folder", type=Path, help="where the data is made, once")
    parser.add_argument(
        "--scale", type=float, default=1, help="so many times as much data, 0.5 or more"
    )
    parser.add_argument("--small", action="store_true", help="tiny data, to see that it runs")
    asked = parser.parse_args()
    if asked.scale < 0.5:
        parser.error("--scale 0.5 is a day, and data is cut by days; --small is less")
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    compiled()
    data = Layouts(folder, asked.scale, asked.small)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        bench = Bench(data, Path(scratch))
        bench.make()
        print(f"{machine()}.\n{described(data)}.\n", flush=True)
        line(*COLUMNS)
        line(*["---"] * len(COLUMNS))
        for row in bench.rows:
            bench.measure(row)
        bench.sizes("size, logs and some stats", "days")
        bench.sizes("size, stats alone", "year")
