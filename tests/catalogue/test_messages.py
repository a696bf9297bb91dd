"""The catalogue of messages: each entry finds what it is for, and nothing that is not its own."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from flowctl_ops import catalogue
from tests.cli import Completed, run_ops
from tests.documents import NOW_TEXT, TASK, failed, save

KNOWN = catalogue.packaged()
SAMPLES = {
    # id: texts that it is for, as the named sources write them
    "shard-term": "initialized catalog task term",
    "container-start": "started connector container",
    "image-pull-retry": "transient error pulling image (will retry)",
    "spec-update": "applying updated task specification",
    "connector-applied": "connector applied",
    "inferred-schema": "inferred schema updated",
    "unconsumed-input": "connector exited with unconsumed input stream remainder",
    "partial-message": "connector wrote a partial message and then closed its output",
    "drained": "runTransactions: readMessage: drained",
    "backfill-triggered": "backfill triggered",
    "mat-ack-delay": "delaying before acknowledging commit",
    "offset-not-yet": "OFFSET_NOT_YET_AVAILABLE",
    "suspended": "unexpected broker status SUSPENDED",
    "shard-failed": "shard failed",
    "no-log-output": "connector exited with no log output",
    "container-timeout": "timeout waiting for the container to become ready",
    "image-not-allowed": "connector image 'x/y:v1' is not allowed in public data planes: only"
    " Estuary-managed images are permitted",
    "py-private": "Python derivations may only run in private data-planes",
    "oom": "connector exited: exit status 137",
    "disk-full": "spill file IO error",
    "pg-disk-full": 'could not extend file "base/1": No space left on device (SQLSTATE 53100)',
    "schema-validation": "a/b document failed validation against its collection JSON Schema",
    "combine-shared-key": "failed to combine documents having shared key",
    "pg-slot-missing": 'ERROR: replication slot "flow_slot" does not exist (SQLSTATE 42704)',
    "pg-slot-active": 'ERROR: replication slot "flow_slot" is active for PID 12 (SQLSTATE 55006)',
    "pg-cursor-ahead": "resume cursor mismatch: resume LSN is greater than server flush LSN",
    "my-purged": "Could not find first log file name in binary log index file",
    "repl-idle": 'replication became idle while streaming from "1" to an established fence at "2"',
    "rate-limit": "rate limit errors are elevated",
    "http-5xx": "server internal error (will retry)",
    "http-4xx": "Encountered HTTP error status 403 which cannot be retried.",
    "oauth-grant": 'oauth2: "invalid_grant" "Token has been expired or revoked."',
    "mongo-resume": "Resume of change stream was not possible, as the resume point",
    "sf-stage": "putWorker PUT to stage: dial tcp 10.0.0.1:443: i/o timeout",
    "net-timeout": "dial tcp 10.0.0.1:5432: i/o timeout",
    "sql-unique": 'duplicate key value violates unique constraint "a_pkey" (SQLSTATE 23505)',
    "sql-check": "CHECK constraint failed: total >= 0",
    "sql-deadlock": "deadlock detected; the transaction will be retried",
}
INNOCENT = (
    "fetched 429 documents",
    "the account was SUSPENDED by its owner",
    "processed backfill chunk",
    "captured 23505 documents of public.orders",
    "room for one more token",
    "committed fence 1236 at 0/AB",
)


def found(message: str, error: str | None = None) -> catalogue.Message | None:
    """Find a message as the questions do, with the engine's expressions."""
    places: dict[str, list[str | None]] = {
        "message": [message],
        "error": [error],
        "any": [message, error],
    }
    for known in KNOWN:
        for text in filter(None, places[known.place]):
            row = duckdb.execute("SELECT regexp_matches(?, ?)", [text, known.pattern]).fetchone()
            if row == (True,):
                return known
    return None


@pytest.mark.parametrize(("name", "text"), SAMPLES.items(), ids=list(SAMPLES))
def test_a_text_is_known_as_what_it_is(name: str, text: str) -> None:
    known = found(text, text)
    assert known is not None
    assert known.id == name


@pytest.mark.parametrize("text", INNOCENT)
def test_a_text_that_only_looks_so_is_not_known(text: str) -> None:
    assert found(text, text) is None


@pytest.mark.parametrize("message", KNOWN, ids=[message.id for message in KNOWN])
def test_an_entry_is_whole(message: catalogue.Message) -> None:
    assert message.place in {"message", "error", "any"}
    assert message.meaning.endswith(".")
    assert message.action.endswith((".", ")"))
    assert message.source
    assert message.who in {"runtime", "connector", "broker", "dekaf", "control", "destination"}
    assert duckdb.execute("SELECT regexp_matches('x', ?)", [message.pattern]).fetchone() is not None
    assert len(message.meaning) < 250


def test_no_entry_is_there_twice() -> None:
    assert len({message.id for message in KNOWN}) == len(KNOWN) > 90


def explain(tmp_path: Path, said: str) -> Completed:
    config = tmp_path / "config.toml"
    config.write_text(said)
    data = save(tmp_path / "data.jsonl", [failed(5, 'oauth2: "invalid_grant" and our own word')])
    env = {"OPS_CONFIG": str(config)}
    return run_ops("explain", TASK, "-d", str(data), "--now", NOW_TEXT, env=env)


def test_the_users_own_message_goes_before(tmp_path: Path) -> None:
    done = explain(
        tmp_path,
        '[[messages]]\npattern = "our own \\\\w+"\nmeaning = "We know."\naction = "Ask Ann."\n',
    )
    assert re.search(rb"MEANS +We know\.", done.stdout)
    assert re.search(rb"DO +Ask Ann\.", done.stdout)


REFUSED = {
    "no such key": ('[[messages]]\npattern = "a"\nmeaning = "b"\nlevle = "x"\n', "line 4"),
    "a pattern that is none": ('[[messages]]\npattern = "a("\nmeaning = "b"\n', "a("),
    "a meaning that is missing": ('[[messages]]\npattern = "a"\n', "no meaning"),
    "a truth that is none": (
        '[[messages]]\npattern = "a"\nmeaning = "b"\nbenign = "no"\n',
        "line 4",
    ),
    "a place that is none": ('[[messages]]\npattern = "a"\nmeaning = "b"\nin = "x"\n', "line 4"),
    "no tables": ("messages = 3\n", "line 1"),
    "an unknown key of the file": ("data = []\n\ndatas = []\n", "line 3"),
    "no TOML": ("x = = 1\n", "line 1"),
}


@pytest.mark.parametrize(("said", "named"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_understood_is_named(tmp_path: Path, said: str, named: str) -> None:
    done = explain(tmp_path, said)
    assert (done.exit_code, done.stdout) == (2, b"")
    assert named in done.stderr
    assert "hint: " in done.stderr
