"""`ops publish` as a user runs it: in a pipe, around a command, and where something is amiss."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from flowctl_ops.vocabulary import Level
from tests.cli import NOWHERE, UNSET, Completed, run_ops, run_ops_process
from tests.publish import files
from tests.publish.files import JOURNAL, TASK, logs_journal, messages, read

OF = ("publish", "--task", TASK, "--kind", "capture")
OPS = (sys.executable, "-m", "flowctl_ops")
ENV = {name: value for name, value in os.environ.items() if name not in UNSET} | NOWHERE


def publish(data: Path, *options: str, stdin: bytes = b"") -> Completed:
    return run_ops_process(*OF, "--data", str(data), *options, stdin=stdin)


def run(data: Path, script: str, *options: str) -> Completed:
    return publish(data, *options, "--", "sh", "-c", script)


@contextmanager
def publishing(*options: str, command: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """A running `ops publish`, to be written to."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [*OPS, *OF, *options, *command], stdin=pipe, stdout=pipe, stderr=pipe, env=ENV
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(found: Any, wanted: Any, seconds: float = 20) -> None:
    """Wait until a function gives what is wanted."""
    end = time.monotonic() + seconds
    while (got := found()) != wanted:
        assert time.monotonic() < end, got
        time.sleep(0.02)


def documents(data: Path) -> list[dict[str, Any]]:
    return files.documents(logs_journal(data)) if logs_journal(data).exists() else []


def published(data: Path) -> list[str]:
    return [document.get("message", "") for document in documents(data)]


def test_lines_of_every_form_are_published_and_read_again(tmp_path: Path) -> None:
    lines = (
        b'{"ts":"2026-11-25T04:00:01Z","level":"info","msg":"json","n":1.10}\n'
        b'{"lvl":"debug","msg":"below"}\n'
        b"plain: failed\n\tat line 2\n\n"
        b'{"level":"warning","fields":{"message":"lifted"}}\n'
        b"the end"
    )
    done = publish(tmp_path, stdin=lines)
    assert (done.stdout, done.exit_code) == (b"", 0)
    assert [
        (log["level"], log["message"], log.get("fields"))
        for log in read(tmp_path, "logs", "--json")
    ] == [
        ("info", "json", {"n": 1.1}),
        ("error", "plain: failed\n\tat line 2", None),
        ("warn", "lifted", None),
        ("warn", "the end", None),
    ]
    assert '"n":1.10' in files.content(logs_journal(tmp_path)).decode()


def test_documents_have_the_members_of_flows(tmp_path: Path) -> None:
    publish(tmp_path, stdin=b'{"level":"info","msg":"hi"}\n')
    [document] = documents(tmp_path)
    assert list(document) == ["_meta", "shard", "ts", "level", "message"]
    assert document["shard"] == {
        "kind": "capture",
        "name": TASK,
        "keyBegin": "00000000",
        "rClockBegin": "00000000",
    }


def test_what_is_echoed_is_what_ops_logs_shows(tmp_path: Path) -> None:
    lines = [
        {"ts": "2026-11-25T04:00:01.5Z", "level": "info", "msg": "one", "a b": "c=d", "n": 1.10},
        {
            "ts": "2026-11-25T04:00:02Z",
            "level": "error",
            "msg": "two\nlines\ttab",
            "fields": {"x": None},
        },
        {
            "ts": "2026-11-25T04:00:03Z",
            "level": "warn",
            "msg": "\x1b[31m\u202e",
            "list": [1, {"a": "b"}],
        },
        {"ts": "2026-11-25T04:00:04Z", "level": "info", "eventType": "connectorStatus", "e": ""},
        {"ts": "2026-11-25T04:00:05Z", "level": "info", "empty": {}, "t": True, "é": "ü x"},
    ]
    done = publish(tmp_path, stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    shown = run_ops("logs", "--data", str(tmp_path)).stdout.decode()
    assert done.stderr == shown
    assert publish(tmp_path, "-q", stdin=b'{"msg":"quiet"}\n').stderr == ""


def test_nothing_on_stdin_publishes_nothing(tmp_path: Path) -> None:
    for options in ([], ["--stats"]):
        done = publish(tmp_path / "data", *options)
        assert (done.exit_code, done.stdout, done.stderr) == (0, b"", "")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("stderr", ["2>&-", "2>/dev/full", "2>&1 | head -1"])
def test_a_reader_of_the_echo_that_is_gone_stops_nothing(stderr: str, tmp_path: Path) -> None:
    lines = 'seq -f \'{"level":"info","msg":"%g"}\' 1 3000'
    script = f"{lines} | {' '.join(OPS)} {' '.join(OF)} --data {tmp_path} {stderr}"
    subprocess.run(["bash", "-o", "pipefail", "-c", script], check=True, env=ENV)
    assert published(tmp_path) == [str(number) for number in range(1, 3001)]


def test_a_data_folder_may_have_any_name(tmp_path: Path) -> None:
    data = tmp_path / "it's 100% [a]*? \x1b[31m"
    assert publish(data, stdin=b'{"level":"info","msg":"hi"}\n').exit_code == 0
    assert messages(data) == ["hi"]


def test_levels_select_what_is_published_and_echoed(tmp_path: Path) -> None:
    lines = b"".join(b'{"level":"%s"}\n' % level.encode() for level in Level)
    for option in ("error", "warning", "t"):
        publish(tmp_path / option, "--level", option, stdin=lines)
    assert [len(documents(tmp_path / option)) for option in ("error", "warning", "t")] == [1, 2, 5]


def test_a_pipe_shows_its_lines_within_a_second_while_it_is_open(tmp_path: Path) -> None:
    with publishing("--data", str(tmp_path)) as process:
        assert process.stdin
        for number in range(3):
            process.stdin.write(b'{"level":"info","msg":"%d"}\n' % number)
            process.stdin.flush()
            until(lambda: published(tmp_path), [str(n) for n in range(number + 1)])
        process.stdin.write(b"Traceback:\n  File x\n")
        process.stdin.flush()
        until(lambda: published(tmp_path)[3:], ["Traceback:\n  File x"])
        assert messages(tmp_path) == published(tmp_path)


def test_what_is_acknowledged_outlives_a_kill(tmp_path: Path) -> None:
    with publishing("--data", str(tmp_path)) as process:
        assert process.stdin
        assert process.stderr
        process.stdin.write(b'{"level":"info","msg":"hi"}\n')
        process.stdin.flush()
        assert b"hi" in process.stderr.readline()  # echoed once it is published
        process.kill()
    assert messages(tmp_path) == ["hi"]


def test_a_command_runs_as_flows_runtime_runs_it(tmp_path: Path) -> None:
    script = """
    read line
    echo "out $line"
    echo "{\\"level\\":\\"info\\",\\"msg\\":\\"$LOG_FORMAT $LOG_LEVEL\\"}" >&2
    """
    done = publish(tmp_path, "--level", "debug", "--", "sh", "-c", script, stdin=b"in\n")
    assert (done.stdout, done.exit_code) == (b"out in\n", 0)
    assert messages(tmp_path) == ["json debug"]


def test_options_behind_the_dashes_are_the_commands(tmp_path: Path) -> None:
    done = publish(tmp_path, "--", "echo", "--task", "-q", "--", "--help")
    assert done.stdout == b"--task -q -- --help\n"


FAILURES = {
    "the last log": (
        'echo first >&2; echo \'{"level":"info","msg":"last"}\' >&2; exit 3',
        3,
        "last",
    ),
    "a log below the level": ('echo \'{"level":"trace","msg":"hidden"}\' >&2; exit 1', 1, "hidden"),
    "raw text": ("printf 'oops\\n  at x\\n\\n' >&2; exit 255", 255, "oops\n  at x"),
    "a log without a message": ('echo \'{"level":"error","code":7}\' >&2; exit 1', 1, '{"code":7}'),
    "a blank line at the end": ('echo \'{"msg":"why"}\' >&2; echo >&2; exit 1', 1, "why"),
    "nothing": ("exit 4", 4, "connector exited with no log output"),
    "a signal": ("echo dying >&2; kill -9 $$", 137, "dying"),
}


@pytest.mark.parametrize(("script", "code", "error"), FAILURES.values(), ids=list(FAILURES))
def test_a_command_that_fails_is_a_failed_shard(
    script: str, code: int, error: str, tmp_path: Path
) -> None:
    done = run(tmp_path, script)
    assert done.exit_code == code
    last = documents(tmp_path)[-1]
    assert (last["level"], last["message"]) == ("error", "shard failed")
    assert last["fields"] == {"error": error}
    [failure] = read(tmp_path, "sql", "SELECT task, error FROM failures", "--json")
    assert failure == {"task": TASK, "error": error}
    assert "shard failed" in done.stderr


def test_a_command_that_succeeds_is_none(tmp_path: Path) -> None:
    assert run(tmp_path, "echo fine >&2").exit_code == 0
    assert messages(tmp_path) == ["fine"]


@pytest.mark.parametrize(("command", "code"), [("/nowhere/at-all", 127), ("/etc", 126)])
def test_a_command_that_cannot_start_is_a_failed_shard(
    command: str, code: int, tmp_path: Path
) -> None:
    assert publish(tmp_path, "--", command).exit_code == code
    [document] = documents(tmp_path)
    assert document["fields"]["error"].startswith(f"could not start {command}: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_signals_are_passed_on_to_the_command(number: signal.Signals, tmp_path: Path) -> None:
    script = (
        f"trap 'echo last words >&2; exit 9' {number.name.removeprefix('SIG')}; "
        "echo ready >&2; while :; do sleep 0.05; done"
    )
    with publishing("--data", str(tmp_path), "--", "sh", "-c", script) as process:
        until(lambda: published(tmp_path), ["ready"])
        process.send_signal(number)
        assert process.wait(20) == 9
    assert published(tmp_path) == ["ready", "last words", "shard failed"]


def test_a_command_that_a_signal_ends_gives_the_shells_exit_code(tmp_path: Path) -> None:
    with publishing(
        "--data", str(tmp_path), "--", "sh", "-c", "echo ready >&2; exec sleep 60"
    ) as process:
        until(lambda: published(tmp_path), ["ready"])
        process.terminate()
        assert process.wait(20) == 143


def test_a_command_that_ignores_a_signal_goes_on(tmp_path: Path) -> None:
    script = "trap '' INT; echo ready >&2; read line; echo $line >&2"
    with publishing("--data", str(tmp_path), "--", "sh", "-c", script) as process:
        until(lambda: published(tmp_path), ["ready"])
        process.send_signal(signal.SIGINT)
        time.sleep(0.1)
        assert process.stdin
        process.stdin.write(b"still here\n")
        process.stdin.flush()
        assert process.wait(20) == 0
    assert published(tmp_path) == ["ready", "still here"]


@pytest.mark.parametrize("left_behind", ["sleep 60", "yes"])
def test_what_a_command_leaves_behind_is_not_waited_for(left_behind: str, tmp_path: Path) -> None:
    script = f"{left_behind} >&2 & echo $! > {tmp_path}/pid; echo last >&2; exit 3"
    begin = time.monotonic()
    done = run(tmp_path / "data", script, "-q")
    os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
    assert time.monotonic() - begin < 30
    assert done.exit_code == 3
    assert "last" in "".join(published(tmp_path / "data"))
    assert published(tmp_path / "data")[-1] == "shard failed"


def test_what_was_written_before_a_command_ended_is_whole(tmp_path: Path) -> None:
    script = 'seq -f \'{"level":"info","msg":"%g"}\' 1 50000 >&2'
    assert run(tmp_path, script, "-q").exit_code == 0
    assert published(tmp_path) == [f"{number:g}" for number in range(1, 50_001)]


def test_terminated_in_a_pipe_it_publishes_what_it_has(tmp_path: Path) -> None:
    with publishing("--data", str(tmp_path)) as process:
        assert process.stdin
        process.stdin.write(b'{"level":"info","msg":"one"}\nunfinished')
        process.stdin.flush()
        until(lambda: published(tmp_path), ["one"])
        process.terminate()
        assert process.wait(20) == 143
    assert published(tmp_path) == ["one", "unfinished"]


def test_interrupted_in_a_pipe_it_waits_for_the_writers_last_words(tmp_path: Path) -> None:
    with publishing("--data", str(tmp_path)) as process:
        assert process.stdin
        process.stdin.write(b'{"level":"info","msg":"one"}\n')
        process.stdin.flush()
        until(lambda: published(tmp_path), ["one"])
        process.send_signal(signal.SIGINT)
        time.sleep(0.2)
        process.stdin.write(b"KeyboardInterrupt\n")
        process.stdin.close()
        assert process.wait(20) == 130
        process.stdin = None
    assert published(tmp_path) == ["one", "KeyboardInterrupt"]


def test_a_terminal_gets_colours_and_its_reader_may_go(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        [*OPS, *OF, "--data", str(tmp_path)], stdin=pipe, stderr=slave, env=ENV | {"TERM": "xterm"}
    )
    os.close(slave)
    assert process.stdin
    process.stdin.write(b'{"level":"error","msg":"one"}\n')
    process.stdin.flush()
    assert select.select([master], [], [], 20)[0]
    shown = os.read(master, 10_000).decode()
    os.close(master)  # the terminal is gone
    process.stdin.write(b'{"level":"error","msg":"two"}\n')
    process.stdin.close()
    assert process.wait(20) == 0
    assert "\x1b[1;31merror\x1b[0m one" in shown
    assert published(tmp_path) == ["one", "two"]


EVENTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "a status": (
        {"eventType": "connectorStatus"},
        {"eventType": "connectorStatus", "eventTarget": TASK},
    ),
    "its target": (
        {"eventType": "configUpdate", "eventTarget": TASK, "config": {"a": 1}},
        {"eventType": "configUpdate", "eventTarget": TASK, "config": {"a": 1}},
    ),
    "another's target": (
        {"eventType": "connectorStatus", "eventTarget": "bobCo/x"},
        {
            "eventType": "connectorStatus",
            "eventTarget": TASK,
            "_sanitized_eventTarget": "bobCo/x",
        },
    ),
    "another type": (
        {"eventType": "shardFailure", "eventTarget": "bobCo/x"},
        {"_sanitized_eventType": "shardFailure", "eventTarget": "bobCo/x"},
    ),
    "a part of an allowed type": (
        {"eventType": "connectorStatus "},
        {"_sanitized_eventType": "connectorStatus "},
    ),
    "another case": (
        {"eventType": "ConfigUpdate"},
        {"_sanitized_eventType": "ConfigUpdate"},
    ),
    "a target that is no text": (
        {"eventType": "configUpdate", "eventTarget": None},
        {"eventType": "configUpdate", "eventTarget": TASK, "_sanitized_eventTarget": None},
    ),
    "no text": ({"eventType": {"a": [1]}}, {"_sanitized_eventType": {"a": [1]}}),
    "a null": ({"eventType": None}, {"_sanitized_eventType": None}),
    "no event": ({"eventTarget": "bobCo/x"}, {"eventTarget": "bobCo/x"}),
}


@pytest.mark.parametrize("where", ["fields", "the line"])
def test_events_are_of_two_types_and_of_this_task(where: str, tmp_path: Path) -> None:
    given = [fields for fields, _ in EVENTS.values()]
    lines = [{"level": "info", "fields": f} if where == "fields" else f for f in given]
    publish(tmp_path, stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    assert [doc["fields"] for doc in documents(tmp_path)] == [kept for _, kept in EVENTS.values()]


def test_an_event_type_may_be_escaped_where_flow_writes_it_anew(tmp_path: Path) -> None:
    escaped = rb'"eventType":"connector\u0053tatus"'
    publish(tmp_path, stdin=b'{%s}\n{"fields":{%s}}\n' % (escaped, escaped))
    assert [list(document["fields"]) for document in documents(tmp_path)] == [
        ["eventType", "eventTarget"],
        ["_sanitized_eventType"],
    ]


def test_a_line_may_name_a_shard_of_this_task_and_of_no_other(tmp_path: Path) -> None:
    """A document's shard is the publisher's: Flow `go/protocols/ops/log_write_adapter.go`."""
    lines = [
        {"shard": {"kind": kind, "name": name, "keyBegin": "80000000", "rClockBegin": "00000000"}}
        for kind, name in (("capture", TASK), ("capture", TASK + "2"), ("derivation", TASK))
    ]
    publish(tmp_path, stdin="".join(json.dumps(line) + "\n" for line in lines).encode())
    shards = [document["shard"] for document in documents(tmp_path)]
    assert {(shard["kind"], shard["name"]) for shard in shards} == {("capture", TASK)}
    assert [shard["keyBegin"] for shard in shards] == ["80000000", "00000000", "00000000"]


def test_an_observable_log_is_for_the_operator_too(tmp_path: Path) -> None:
    lines = (
        b'{"level":"warn","msg":"limited","observable":true,"n":1}\n'
        b'{"level":"debug","msg":"below","fields":{"observable":true}}\n'
        b'{"level":"warn","msg":"usual","observable":"true"}\n'
    )
    done = publish(tmp_path, "-q", stdin=lines)
    first, second = done.stderr.splitlines()
    assert first.startswith(f"ops: observable, of {TASK}: ")
    assert first.endswith("warn  limited observable=true n=1")
    assert second.endswith("debug below observable=true")
    assert published(tmp_path) == ["limited", "usual"]


def test_without_data_logs_are_printed_with_their_task() -> None:
    done = run_ops_process(
        *OF, stdin=b'{"level":"info","msg":"hi","n":1.0}\n{"level":"debug"}\nraw\n'
    )
    first, second = map(json.loads, done.stderr.splitlines())
    assert done.exit_code == 0
    assert (first["message"], first["fields"]) == ("hi", {"n": 1.0, "task": TASK})
    assert (second["message"], second["fields"]) == ("raw", {"task": TASK})
    assert set(first) == {"ts", "level", "message", "fields"}


def test_the_data_may_be_named_by_the_environment(tmp_path: Path) -> None:
    env = {"OPS_DATA": str(tmp_path)}
    assert run_ops_process(*OF, env=env, stdin=b'{"msg":"hi"}\n').exit_code == 0
    assert published(tmp_path) == ["hi"]


USAGE = {
    "no task": (["publish", "--kind", "capture"], "--task"),
    "no kind": (["publish", "--task", TASK], "--kind"),
    "no catalog name": (
        ["publish", "--task", "a b", "--kind", "capture"],
        "words of letters, digits",
    ),
    "a prefix": (["publish", "--task", "acmeCo/", "--kind", "capture"], "words of letters, digits"),
    "an unknown kind": (["publish", "--task", TASK, "--kind", "materialize"], "materialization"),
    "an unknown level": ([*OF, "--level", "loud"], "levels are error, warn, info, debug, trace"),
    "two folders": ([*OF, "--data", "a:b"], "one folder"),
    "quiet and nowhere": ([*OF, "-q"], "would be lost"),
    "stats of a command": ([*OF, "--stats", "--", "true"], "--stats"),
}


@pytest.mark.parametrize(("arguments", "said"), USAGE.values(), ids=list(USAGE))
def test_what_cannot_be_is_told_the_rule(arguments: list[str], said: str) -> None:
    done = run_ops_process(*arguments)
    assert done.exit_code == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("options", [[], ["-q"]])
def test_a_folder_that_cannot_be_written_loses_no_line(options: list[str], tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    done = publish(
        blocked, *options, stdin=b'{"level":"info","msg":"one"}\n{"level":"info","msg":"two"}\n'
    )
    assert done.exit_code == 3
    assert done.stderr.count("error:") == 1
    assert "not a directory" in done.stderr
    assert [line.split()[2] for line in done.stderr.splitlines() if line.startswith("2")] == [
        "one",
        "two",
    ]
    assert "not in the collection: 2 logs" in done.stderr
    assert blocked.read_text() == "no folder"


def test_a_command_keeps_its_exit_code_where_nothing_can_be_written(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    assert run(blocked, "echo hi >&2").exit_code == 3
    assert run(blocked, "echo hi >&2; exit 5").exit_code == 5


def test_a_full_disk_echoes_on_and_ends_with_3(tmp_path: Path) -> None:
    """A file may not grow beyond a limit here, as on a disk that is full."""
    script = f"ulimit -f 8; trap '' XFSZ; exec {' '.join(OPS)} {' '.join(OF)} --data {tmp_path}"
    with subprocess.Popen(
        ["bash", "-c", script], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=ENV, bufsize=0
    ) as process:
        assert process.stdin
        assert process.stderr
        shown = b""
        for number in range(60):
            process.stdin.write(b'{"level":"info","msg":"%d %s"}\n' % (number, b"x" * 300))
            while b"info  %d " % number not in shown:
                shown += process.stderr.readline()
        process.stdin.close()
        shown += process.stderr.read()
        assert process.wait(20) == 3
    assert shown.count(b"error:") == 1
    assert b"file too large" in shown
    kept = len(documents(tmp_path))
    assert 5 < kept < 60
    assert b"not in the collection: %d logs" % (60 - kept) in shown
    assert [message.split()[0] for message in published(tmp_path)] == [str(n) for n in range(kept)]


def test_replaced_bytes_are_counted(tmp_path: Path) -> None:
    done = publish(tmp_path, "-q", stdin=b'{"msg":"caf\xe9"}\n\xff\n')
    assert done.stderr == "ops: bytes that are no UTF-8 were replaced in 2 lines\n"
    assert published(tmp_path) == ["caf\ufffd", "\ufffd"]


def test_stats_are_published_and_bad_ones_named(tmp_path: Path) -> None:
    lines = (
        b'{"ts":"2026-11-25T04:00:00Z","txnCount":1,"openSecondsTotal":1.10,'
        b'"capture":{"a/b":{"out":{"docsTotal":3,"bytesTotal":9007199254740993}}}}\n'
        b"\n"
        b'{"ts":"2026-11-25T04:00:00Z","txnCount":"x"}\n'
        b'{"ts":"2026-11-25T04:03:00Z","interval":{"uptimeSeconds":180,"usageRate":1}}'
    )
    done = publish(tmp_path, "--stats", stdin=lines)
    assert done.exit_code == 3
    assert done.stderr == "ops: error: line 3 has txnCount that is no whole number from 0 on: x\n"
    asked = "SELECT sum(out_docs) AS docs, max(out_bytes) AS bytes FROM bindings"
    assert read(tmp_path, "sql", asked, "--json") == [{"docs": 3, "bytes": 9007199254740993}]
    content = files.content(tmp_path / JOURNAL.format("stats"))
    assert b'"openSecondsTotal":1.10' in content
    [totals] = read(tmp_path, "stats", "--json")
    assert totals["statsSummary"]["usageSeconds"] == 180


def test_stats_without_data_are_printed() -> None:
    done = run_ops_process(*OF, "--stats", stdin=b'{"ts":"2026-11-25T04:00:00Z","txnCount":1}\n')
    assert json.loads(done.stderr)["shard"]["name"] == TASK
    assert done.exit_code == 0


def test_stats_that_cannot_be_written_are_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    done = publish(blocked, "--stats", stdin=b'{"ts":"2026-11-25T04:00:00Z","txnCount":1}\n')
    assert done.exit_code == 3
    assert "not in the collection: 1 stats document" in done.stderr


def test_a_hostile_name_of_a_command_stays_text(tmp_path: Path) -> None:
    done = publish(tmp_path, "--", "/no\x1b[2J\nfake: line")
    assert "\x1b" not in done.stderr
    assert all(line.startswith("    ") for line in done.stderr.splitlines()[1:])  # no line forged
    assert done.exit_code == 127
