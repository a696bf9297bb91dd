"""Processes that write the demo: as many as there are processors, and none that outlives us."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import active_children, connection, get_context, parent_process
from typing import TypeVar

from flowctl_ops.errors import DataError

Given = TypeVar("Given")
Made = TypeVar("Made")

_MOST = 32  # Windows can wait for no more than 61


def write_all(write: Callable[[Given], Made], parts: Sequence[Given]) -> list[Made]:
    """Call a function for each part, and give what it gives in the order of the parts.

    Raises:
        DataError: if a worker was killed.
    """
    workers = min(os.cpu_count() or 1, len(parts), _MOST)
    # Spawned, so that no lock of a running DuckDB is inherited.
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_end_with_parent)
    try:
        return list(_started(pool, write, parts))
    except BrokenProcessPool as error:
        message = "a process that wrote a part of the demo was killed"
        raise DataError(
            message, "memory may have run out; ask for fewer --days or --tasks"
        ) from error
    except BaseException:
        for worker in active_children():
            worker.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _started(
    pool: ProcessPoolExecutor, write: Callable[[Given], Made], parts: Sequence[Given]
) -> Iterator[Made]:
    """Start the workers deaf to Ctrl-C, which a terminal sends to all: we end them."""
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.map(write, parts)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _end_with_parent() -> None:
    """End this worker when who started it is gone, however that ended."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_wait_for, args=(parent.sentinel,), daemon=True).start()


def _wait_for(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
