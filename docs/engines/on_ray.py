"""Ask journals that one machine cannot scan in time on Ray: `ops` on each, its answers merged.

    python docs/engines/on_ray.py DATA stats --grain daily
    python docs/engines/on_ray.py DATA logs --level warn

All journals of a task go to one worker, copies of them too, so that what is there twice counts
once. DATA holds journals alone, and each worker sees it under the same path.
"""

from __future__ import annotations

import heapq
import json
import math
import re
import subprocess
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flowctl_ops.sources.journals import decoded

MEMBERS: tuple[str, ...] = (
    *("readByMe", "writtenByMe", "readFromMe", "writtenToMe", "docsTotal", "bytesTotal"),
    *("txnCount", "usageSeconds", "warnings", "errors", "failures", "lastPublishedAt"),
)
_TIME = re.compile(r"(.{19})(?:\.(\d+))?(.*)", re.DOTALL)
_FAR = 9223372036.0  # seconds, which nanoseconds cannot say


def shards(data: str, number: int) -> list[list[str]]:
    """Give each worker its journals' folders, all of a task to one."""
    found: list[list[str]] = [[] for _ in range(number)]
    for folder in sorted(Path(data).rglob("name=*")):
        task = decoded(folder.name.removeprefix("name="))
        found[zlib.crc32(task.encode()) % number].append(str(folder))
    return [folders for folders in found if folders]


def answer(folders: Sequence[str], words: Sequence[str]) -> list[str]:
    """Run `ops` over some folders; give its lines.

    Raises:
        subprocess.CalledProcessError: if it could not read all of them.
    """
    paths = [word for folder in folders for word in ("--data", folder)]
    every = ["--names", "all"] if words[0] == "stats" else []
    command = [sys.executable, "-m", "flowctl_ops", *words, *every, "--json", "-q", *paths]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return done.stdout.decode().split("\n")[:-1]  # what else ends a line may stand in a document


def merged(words: Sequence[str], answers: Iterable[list[str]]) -> Iterator[str]:
    """Give all lines as those of one: logs by time, stats by name, grain and time."""
    return heapq.merge(*answers, key=time_of) if words[0] == "logs" else _sums(answers)


def time_of(line: str) -> tuple[float, str]:
    """Give the time of a log, as `moment` does."""
    return moment(json.loads(line, parse_int=str).get("ts"))


def moment(ts: object) -> tuple[float, str]:
    """Give a time as `ops` sorts by it: seconds and digits behind; what is none goes first."""
    told = _TIME.fullmatch(ts) if isinstance(ts, str) else None
    try:
        seconds = datetime.fromisoformat(told[1] + told[3]).timestamp() if told else -math.inf
    except ValueError:
        return -math.inf, ""
    if told and abs(seconds) < _FAR:
        return seconds, (told[2] or "").ljust(9, "0")
    return (math.copysign(_FAR, seconds) if told else seconds), ""


def _sums(answers: Iterable[list[str]]) -> Iterator[str]:
    rows: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    details: dict[tuple[str, ...], str] = {}
    for line in (line for lines in answers for line in lines):
        head, _, detail = line.partition(',"taskStats":')
        row = json.loads(head + "}" if detail else head)
        key = (row["catalogName"], row.get("grain", ""), row.get("ts", ""))
        rows[key].append(row)
        if detail:  # of a task, whose documents one worker has
            details[key] = detail
    for key, parts in sorted(rows.items()):
        row = parts[0] | {"statsSummary": _summed([part["statsSummary"] for part in parts])}
        if "kind" in row:
            row["kind"] = next((part["kind"] for part in parts if part["kind"]), None)
        head = json.dumps(row, ensure_ascii=False, separators=(",", ":"))
        yield f'{head[:-1]},"taskStats":{details[key]}' if key in details else head


def _summed(parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Add what is a number, in Flow's order; of times the newest counts."""
    found: dict[str, Any] = {}
    for name in MEMBERS:
        values = [part[name] for part in parts if name in part]
        if name == "lastPublishedAt" and values:
            found[name] = max(values, key=moment)
        elif values:
            found[name] = _summed(values) if isinstance(values[0], dict) else sum(values)
    return found


def main(data: str, *words: str) -> None:
    """Ask as many workers as the cluster has processors, and print what they say."""
    import ray  # noqa: PLC0415 - what merges answers needs none

    ray.init(log_to_driver=False)
    ask = ray.remote(answer)
    number = int(ray.cluster_resources()["CPU"])
    answers = ray.get([ask.remote(folders, words) for folders in shards(data, number)])
    sys.stdout.writelines(line + "\n" for line in merged(words, answers))


if __name__ == "__main__":
    main(*sys.argv[1:])
