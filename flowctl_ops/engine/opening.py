"""Opening an engine and leaving nothing behind; signals end the query that runs."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flowctl_ops.engine.library import ENDING
from flowctl_ops.engine.running import Engine


@contextmanager
def _interruptible(engine: Engine) -> Iterator[None]:
    """End a query at once when a signal comes: some the engine would run to their ends."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    receiver, sender = os.pipe()
    os.set_blocking(sender, False)
    before = signal.set_wakeup_fd(sender, warn_on_full_buffer=False)

    def wait() -> None:
        while received := os.read(receiver, 1):
            if received[0] in ENDING:
                engine.interrupt()

    watch = threading.Thread(target=wait, daemon=True)
    watch.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        os.close(sender)
        watch.join()
        os.close(receiver)


def _usual_folder() -> str:
    """Name the folder for temporary files that `tempfile` tries first; to import it takes 5 ms."""
    named = filter(None, map(os.environ.get, ("TMPDIR", "TEMP", "TMP")))
    return os.path.abspath(next(named, "/tmp"))  # noqa: S108 - a folder of our own is made in it


@contextmanager
def opened() -> Iterator[Engine]:
    """Give an engine and its folder for the length of a command, and leave nothing behind."""
    folder = Path(_usual_folder(), f"ops-{os.urandom(8).hex()}")
    try:  # from before it exists: a signal may come at any time
        try:
            folder.mkdir(mode=0o700)
        except OSError:
            import tempfile  # noqa: PLC0415 - the usual folder does without

            folder = Path(tempfile.gettempdir(), folder.name)
            folder.mkdir(mode=0o700)
        engine = Engine(folder)
        try:
            with _interruptible(engine):
                yield engine
        finally:
            engine.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
