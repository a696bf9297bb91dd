"""Text for people: lines that the query has laid out."""

from __future__ import annotations

from typing import BinaryIO

from flowctl_ops.result import Result


def write(result: Result, stream: BinaryIO) -> int:
    """Write the one column of a result, texts that are whole lines; give how many there were."""
    count = 0
    for batch in result.batches:
        count += len(batch)
        if not batch:
            continue
        stream.write("\n".join([line for (line,) in batch]).encode() + b"\n")
    return count
