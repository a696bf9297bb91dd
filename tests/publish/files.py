"""What lies in a journal's folder, taken apart for tests."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.cli import run_ops

TASK = "acmeCo/my/capture"
JOURNAL = "ops/acmeCo/{}/kind=capture/name=acmeCo%2Fmy%2Fcapture/pivot=00"
ANY_END = 0x7FFFFFFFFFFFFFFF


class Fragment(NamedTuple):
    """A fragment file: its range by name, and its bytes."""

    begin: int
    end: int
    content: bytes
    path: Path


def logs_journal(data: Path) -> Path:
    return data / JOURNAL.format("logs")


def closed(journal: Path) -> list[Fragment]:
    """The closed fragments in order; their names tell the truth."""
    found = []
    for path in journal.rglob("*.gz"):
        begin, end, sha1 = path.name.removesuffix(".gz").split("-")
        content = gzip.decompress(path.read_bytes())
        assert len(content) == int(end, 16) - int(begin, 16)
        assert hashlib.sha1(content).hexdigest() == sha1
        assert [part.split("=")[0] for part in path.parent.relative_to(journal).parts] == [
            "utc_date",
            "utc_hour",
        ]
        found.append(Fragment(int(begin, 16), int(end, 16), content, path))
    return sorted(found)


def growing(journal: Path) -> list[Fragment]:
    """The open fragments in order, of which more than one means that one was closed just now."""
    found = []
    for path in journal.glob("*.raw"):
        begin, end, sha1 = path.name.removesuffix(".raw").split("-")
        assert (int(end, 16), sha1) == (ANY_END, "0" * 40)
        content = path.read_bytes()
        found.append(Fragment(int(begin, 16), int(begin, 16) + len(content), content, path))
    return sorted(found)


def content(journal: Path) -> bytes:
    """All bytes of a journal, each once, without a hole."""
    data = b""
    for fragment in sorted({item[:3] for item in closed(journal) + growing(journal)}):
        begin, end, part = fragment
        assert begin <= len(data)
        data += part[len(data) - begin :] if end > len(data) else b""
    return data


def documents(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content(journal).splitlines()]


def read(data: Path, *arguments: str, complete: bool = True) -> list[dict[str, Any]]:
    """What a command of ours answers from a data folder."""
    done = run_ops(*arguments, "--data", str(data))
    if complete:
        assert (done.stderr, done.exit_code) == ("", 0)
    return [json.loads(line) for line in done.stdout.splitlines()]


def messages(data: Path) -> list[str]:
    return [log.get("message", "") for log in read(data, "logs", "--json", "--verify")]
