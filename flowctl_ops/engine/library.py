"""DuckDB as a library: its engine, imported when a query runs."""

from __future__ import annotations

import signal
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the signals that end a command


def imported() -> ModuleType:
    """Import DuckDB with signals held back: one in the midst of it would abort the process.

    `duckdb` loads its engine, `_duckdb`, and then for 50 ms what we do not use. We take the engine
    alone, whose name is DuckDB's private affair (seen in 2.0), or `duckdb` where there is none.
    """
    held = signal.pthread_sigmask(signal.SIG_BLOCK, ENDING)
    try:
        import _duckdb
    except ImportError:
        import duckdb
    else:
        return _duckdb
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
    return duckdb


def single_threaded() -> DuckDBPyConnection:
    """Give a connection for writing files that come out alike every time; the caller closes it."""
    import duckdb

    return duckdb.connect(config={"threads": 1})
