"""`ops stats` and `ops lag`: what is shown, what is said beside, what bad input gets."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pytest

from flowctl_ops.filters import Window
from flowctl_ops.render import table
from flowctl_ops.render.cells import Style
from flowctl_ops.result import Column, Result
from flowctl_ops.vocabulary import Grain, Unit
from tests.cli import Completed, run_ops
from tests.oracle_stats import committed_stats, rollup

HOUR_NS = 3_600_000_000_000
CAPTURE = "acmeCo/source"
LAKE = "acmeCo/lake"


def stats(task: str, ts: str, **members: Any) -> dict[str, Any]:
    kind = "capture" if "capture" in members else "materialization"
    shard = {"kind": kind, "name": task, "keyBegin": "00000000", "rClockBegin": "00000000"}
    return {"shard": shard | members.pop("shard", {}), "ts": ts, "txnCount": 1, **members}


def captured(ts: str, docs: int, **members: Any) -> dict[str, Any]:
    binding = {"out": {"docsTotal": docs, "bytesTotal": docs * 100}, **members}
    return stats(CAPTURE, ts, capture={"acmeCo/orders": binding})


def materialized(ts: str, **members: Any) -> dict[str, Any]:
    shard = members.pop("shard", {})
    binding = {"right": {"docsTotal": 1, "bytesTotal": 10}, **members}
    return stats(LAKE, ts, materialize={"acmeCo/orders": binding}, shard=shard)


def save(path: Path, *documents: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (d if isinstance(d, str) else json.dumps(d) for d in documents)
    path.write_text("".join(line + "\n" for line in lines))


def ask(root: Path, *options: str) -> Completed:
    return run_ops("stats", "-d", str(root), *options)


def rows(done: Completed) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture
def week(tmp_path: Path) -> Path:
    """Three days of a capture and of a materialization."""
    save(
        tmp_path / "saved.jsonl",
        captured("2024-05-01T23:59:59.999Z", 1),
        captured("2024-05-02T00:00:00Z", 10),
        captured("2024-05-04T12:00:00Z", 100),
        materialized("2024-05-02T06:00:00Z"),
        stats(LAKE, "2024-05-02T07:00:00Z", interval={"uptimeSeconds": 181, "usageRate": 0.5}),
        {"shard": {"name": LAKE}, "ts": "2024-05-02T07:00:00Z", "level": "warn", "message": "w"},
        {
            "shard": {"name": LAKE, "kind": "materialization"},
            "ts": "2024-05-02T07:00:00Z",
            "level": "error",
            "message": "shard failed",
        },
    )
    return tmp_path


def test_a_row_per_task_and_a_total(week: Path) -> None:
    done = ask(week)
    lines = done.stdout.decode().splitlines()
    assert lines[0].split()[0] == "name"
    assert [line.split()[0] for line in lines[1:]] == [LAKE, CAPTURE, "total"]
    assert "11.1 kB" in lines[2]
    assert done.exit_code == 0


def test_json_without_a_grain_is_an_object_a_task(week: Path) -> None:
    lake, source = rows(ask(week, "--json", "--since", "2024-05-02"))
    assert list(source) == ["catalogName", "kind", "since", "until", "statsSummary"]
    assert source["since"] == "2024-05-02T00:00:00Z"
    assert source["statsSummary"] == {
        "writtenByMe": {"docsTotal": 110, "bytesTotal": 11000},
        "txnCount": 2,
    }
    assert lake["statsSummary"]["usageSeconds"] == 91  # a half is rounded up
    assert (lake["statsSummary"]["warnings"], lake["statsSummary"]["failures"]) == (1, 1)
    assert "errors" not in lake["statsSummary"]


def test_a_window_off_a_buckets_edge_is_widened_with_a_note(week: Path) -> None:
    window = ("--since", "2024-05-02T05:00:00Z", "--until", "2024-05-02T08:00:00Z")
    done = ask(week, CAPTURE, "--grain", "daily", "--json", *window)
    assert [row["statsSummary"]["writtenByMe"]["docsTotal"] for row in rows(done)] == [10]
    assert "2024-05-02T00:00:00Z to 2024-05-03T00:00:00Z, in whole buckets" in done.stderr
    exact = ask(week, CAPTURE, "--grain", "hourly", "--json", *window)
    assert rows(exact) == []


@pytest.mark.parametrize(
    ("grain", "since", "until"),
    [
        (Grain.HOURLY, "2024-02-29T23", "2024-03-01T00"),
        (Grain.DAILY, "2024-02-29T00", "2024-03-01T00"),
        (Grain.MONTHLY, "2024-02-01T00", "2024-03-01T00"),
    ],
)
def test_buckets_begin_and_end_in_utc(grain: Grain, since: str, until: str) -> None:
    one = 1_709_249_400 * 10**9  # 2024-02-29T23:30:00Z
    wide = Window(one, one + 1).widened(grain)
    with duckdb.connect() as connection:
        statement = f"SELECT make_timestamp_ns({wide.since}), make_timestamp_ns({wide.until})"
        [edges] = connection.execute(statement).fetchall()
    assert [str(edge)[:13].replace(" ", "T") for edge in edges] == [since, until]
    assert wide.widened(grain) == wide


def test_buckets_without_data_are_absent_in_json_and_gaps_in_text(week: Path) -> None:
    daily = rows(ask(week, CAPTURE, "--grain", "day", "--json"))
    assert [row["ts"][:10] for row in daily] == ["2024-05-01", "2024-05-02", "2024-05-04"]
    text = ask(week, CAPTURE, "--grain", "daily").stdout.decode().splitlines()
    assert "no data until 2024-05-04T00:00:00Z" in text[3]


def test_a_plot_has_a_bar_a_bucket_and_none_where_nothing_is_known(week: Path) -> None:
    lines = ask(week, CAPTURE, "--plot", "--grain", "daily").stdout.decode().splitlines()
    bars = [line.count("█") for line in lines[1:]]
    assert bars[:3] == [0, bars[3] // 10, 0]
    assert bars[3] > 40
    assert lines[3].split() == ["2024-05-03T00:00:00Z", "—"]


def test_by_binding_kind_and_tenant(week: Path) -> None:
    by_binding = rows(ask(week, "--by", "binding", "--json"))
    assert [(r["task"], r["collection"], r["right_bytes"], r["out_bytes"]) for r in by_binding] == [
        (LAKE, "acmeCo/orders", 10, None),
        (CAPTURE, "acmeCo/orders", None, 11100),
    ]
    by_kind = rows(ask(week, "--by", "kind", "--json"))
    assert [(r["catalog_name"], r["txn_count"]) for r in by_kind] == [
        ("capture", 3),
        ("materialization", 2),
    ]
    [tenant] = rows(ask(week, "--by", "tenant", "--json"))
    assert (tenant["catalog_name"], tenant["bytes_written_by_me"]) == ("acmeCo", 11100)


def test_usage_is_hours_and_bytes_times_rates(week: Path) -> None:
    done = ask(week, LAKE, "--usage", "--grain", "monthly", "--rate-hour", "3600", "--json")
    [usage] = rows(done)
    assert (usage["usage_seconds"], usage["bytes_moved"], usage["cost"]) == (91, 10, 91.0)
    assert "cost" not in rows(ask(week, LAKE, "--usage", "--grain", "monthly", "--json"))[0]


def test_sort_and_top(week: Path) -> None:
    assert [r["catalogName"] for r in rows(ask(week, "--sort", "bytes", "--json"))] == [
        CAPTURE,
        LAKE,
    ]
    assert [r["catalogName"] for r in rows(ask(week, "--top", "1", "--json"))] == [CAPTURE]
    series = rows(ask(week, "--top", "1", "--grain", "daily", "--json"))
    assert {r["catalogName"] for r in series} == {CAPTURE}


def test_csv_keeps_numbers_and_names_as_they_are(week: Path) -> None:
    header, *lines = ask(week, "-o", "csv").stdout.decode().splitlines()
    assert header.startswith("catalog_name,kind,docs_read_by_me,bytes_read_by_me,")
    assert lines[1].startswith(f"{CAPTURE},capture,0,0,111,11100,3,")


def test_a_collection_is_no_task(week: Path) -> None:
    done = ask(week, "acmeCo/orders")
    assert done.exit_code == 2
    assert "acmeCo/orders is a collection and no task" in done.stderr
    assert "--names collections" in done.stderr
    [row] = rows(ask(week, "acmeCo/orders", "--names", "collections", "--json"))
    assert row["statsSummary"]["writtenToMe"]["docsTotal"] == 111
    assert row["statsSummary"]["readFromMe"]["docsTotal"] == 1


@pytest.mark.parametrize(
    "options",
    [
        ("acmeCo/sauce",),
        ("acmeCo",),
        ("acmeCo/order", "--names", "all"),
        ("acmeCo/order", "--names", "collections", "--since", "2024-05-03"),
    ],
)
def test_a_name_that_nothing_has_gets_the_nearest(week: Path, options: tuple[str, ...]) -> None:
    done = ask(week, *options)
    assert done.exit_code == 2
    assert "nearest names: acmeCo/" in done.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--grain", "weekly"),
        ("--rollup",),
        ("acmeCo/", "--rollup", "--by", "kind"),
        ("--by", "binding", "--grain", "daily"),
        ("--by", "kind", "--names", "all"),
        ("--since", "soon"),
        ("--print-sql", "--grain", "daily", "--kind", "capture", "--names", "all"),
        ("--print-sql", "--grain", "daily", "--sort", "newest"),
        ("--plot", "--names", "all"),
        ("--plot", "--usage"),
        ("--plot", "--grain", "all"),
        ("acmeCo/", CAPTURE, "--rollup", "--plot"),
        ("--usage", "--names", "collections"),
        ("--by", "binding", "--sort", "errors"),
        ("--rate-gb", "1"),
    ],
)
def test_what_cannot_be_asked_is_told(week: Path, options: tuple[str, ...]) -> None:
    done = ask(week, *options)
    assert done.exit_code == 2
    assert "hint: " in done.stderr
    assert not done.stdout


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    uuid = "64c2290a-0b77-11ef-8001-9900aabbccdd"
    ack = "64c22914-0b77-11ef-8002-9900aabbccdd"
    late = "64c22915-0b77-11ef-8001-9900aabbccdd"
    save(
        tmp_path / "a.jsonl",
        captured("2024-05-01T00:00:00Z", 1) | {"_meta": {"uuid": uuid}},
        {"_meta": {"uuid": ack, "ack": True}},
        captured("2024-05-01T00:00:00Z", 2) | {"_meta": {"uuid": late}},
        captured("[ts]", 4),
        captured("2024-05-01T00:00:00Z", 8) | {"shard": {}},
    )
    assert "rolled back" not in ask(tmp_path).stderr
    done = ask(tmp_path, "--grain", "daily", "--json", "-v")
    assert rows(done)[0]["statsSummary"]["writtenByMe"]["docsTotal"] == 1
    assert "1 stats document rolled back or not committed left out" in done.stderr
    assert "1 stats document without a readable time left out" in done.stderr
    assert "1 stats document of no task left out" in done.stderr
    everything = ask(tmp_path, "--json", "--uncommitted")
    assert rows(everything)[0]["statsSummary"]["writtenByMe"]["docsTotal"] == 7


def test_lines_that_are_no_documents_are_named(tmp_path: Path) -> None:
    twice = '{"shard":{"name":"a"},"ts":"2024-05-01T00:00:00Z","capture":{"c":{},"c":{}}}'
    save(tmp_path / "a.jsonl", captured("2024-05-01T00:00:00Z", 1), "no json", twice)
    done = ask(tmp_path, "--json")
    assert done.exit_code == 3
    assert len(rows(done)) == 1
    assert "a.jsonl:2: is no JSON" in done.stderr
    assert "a.jsonl:3: " in done.stderr


def test_an_export_of_the_roll_up_is_read_but_never_added(week: Path, tmp_path: Path) -> None:
    export = tmp_path / "export"
    made = rollup(committed_stats(week))
    save(export / "catalog.jsonl", *made)
    everything = ("--names", "all", "--grain", "all", "--json")
    assert rows(ask(export, *everything)) == made
    [source] = rows(ask(export, CAPTURE, "--json"))
    assert source["statsSummary"]["writtenByMe"]["docsTotal"] == 111
    assert "from an export of Flow's own roll-up" in ask(export, *everything).stderr
    for kept in ((), (LAKE,), ("--kind", "capture")):
        table = ("--by", "binding", "-o", "csv", *kept)
        exported, raw = (
            ask(at, *table).stdout.splitlines() for at in (export, week / "saved.jsonl")
        )
        assert len(raw) > 1
        assert [row.rpartition(b",")[0] for row in exported] == [
            row.rpartition(b",")[0] for row in raw
        ]
    lag = [
        rows(run_ops("lag", "-d", str(at), "--json", "--now", "2024-05-05"))
        for at in (export, week / "saved.jsonl")
    ]
    assert lag[0] == [lag[1][0] | {"age_seconds": 66 * 3600, "newest": "2024-05-02T06:00:00Z"}]
    both = ask(tmp_path, *everything)
    assert rows(both) == rows(ask(week / "saved.jsonl", *everything))
    assert "Flow's own roll-up left out" in both.stderr


def test_a_materialized_roll_up_adds_what_several_transactions_wrote(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.sql(
            "SELECT 'acmeCo/a' AS \"catalogName\", 'daily' AS grain, "
            "TIMESTAMPTZ '2024-05-01 00:00:00+00' AS ts, "
            '\'{"writtenByMe":{"docsTotal":1,"bytesTotal":2},"errors":3}\'::JSON '
            'AS "statsSummary", \'{"capture":{"c":{"out":{"docsTotal":1}}}}\'::JSON AS "taskStats" '
            "FROM range(2)"
        ).write_parquet(str(tmp_path / "x.parquet"))
    assert rows(ask(tmp_path, "--grain", "daily", "--json")) == [
        {
            "catalogName": "acmeCo/a",
            "grain": "daily",
            "ts": "2024-05-01T00:00:00.000Z",
            "statsSummary": {"writtenByMe": {"docsTotal": 2, "bytesTotal": 4}, "errors": 6},
            "taskStats": {"capture": {"c": {"out": {"docsTotal": 2}}}},
        }
    ]


def test_unknown_members_are_kept_and_reduced_as_the_schema_says(tmp_path: Path) -> None:
    save(
        tmp_path / "a.jsonl",
        captured("2024-05-01T00:00:00Z", 1, novel={"x": 1}, lastPublishedAt="2024-05-01T00:00:02Z"),
        captured("2024-05-01T01:00:00Z", 2, lastPublishedAt="2024-05-01T00:00:01+00:00"),
        '{"shard":{"name":"acmeCo/source"},"ts":"2024-05-01T02:00:00Z",'
        '"capture":{"acmeCo/orders":{"huge":102272023e800296}}}',
    )
    done = ask(tmp_path, "--grain", "daily", "--json")
    assert b'"huge":102272023e800296' in done.stdout
    assert b'"novel":{"x":1}' in done.stdout
    assert b'"lastPublishedAt":"2024-05-01T00:00:02Z"' in done.stdout
    assert b'"docsTotal":3' in done.stdout


def test_a_narrow_screen_gets_what_it_can_show_and_is_told() -> None:
    columns = (Column("name"), Column("kind", spare=2), Column("bytes", Unit.BYTES))
    stream = io.BytesIO()
    style = Style(width=24)
    table.write(Result(columns, [[("日本" * 3, "capture", 1_500)]]), stream, style)
    assert stream.getvalue().decode().splitlines() == [
        "name           bytes",
        "日本日本日本  1.5 kB",
    ]
    assert style.left_out == ["kind"]


# --- ops lag ---------------------------------------------------------------------------------


def lag(root: Path, *options: str) -> list[dict[str, Any]]:
    return rows(run_ops("lag", "-d", str(root), "--json", *options))


def test_lag_is_that_of_the_newest_document_with_bindings(tmp_path: Path) -> None:
    save(
        tmp_path / "a.jsonl",
        captured("2024-05-01T00:00:00Z", 1, lastPublishedAt="2024-05-01T00:01:00Z"),
        materialized("2024-05-01T00:00:00Z", bytesBehind="99"),
        materialized(
            "2024-05-01T00:00:30Z", bytesBehind=7, lastSourcePublishedAt="2024-05-01T00:00:30Z"
        ),
        stats(LAKE, "2024-05-01T00:05:00Z", interval={"uptimeSeconds": 1}),
    )
    [row] = lag(tmp_path, "--now", "2024-05-01T00:00:40Z")
    assert (row["bytes_behind"], row["seconds_behind"], row["age_seconds"]) == (7, 30.0, 10.0)


def test_what_is_not_said_is_caught_up_only_if_the_task_ever_says_it(tmp_path: Path) -> None:
    save(tmp_path / "a.jsonl", materialized("2024-05-01T00:00:00Z"))
    [row] = lag(tmp_path)
    assert (row["bytes_behind"], row["seconds_behind"]) == (None, None)
    save(tmp_path / "b.jsonl", materialized("2024-04-01T00:00:00Z", bytesBehind=5))
    [row] = lag(tmp_path)
    assert (row["bytes_behind"], row["seconds_behind"]) == (0, None)
    text = run_ops("lag", "-d", str(tmp_path)).stdout.decode().splitlines()[1]
    assert "0 B" in text
    assert "—" in text


def test_of_several_shards_the_worst_counts(tmp_path: Path) -> None:
    save(
        tmp_path / "a.jsonl",
        materialized("2024-05-01T00:00:00Z", bytesBehind=50, shard={"keyBegin": "80000000"}),
        materialized("2024-05-01T00:00:09Z", bytesBehind=3),
    )
    [row] = lag(tmp_path)
    assert row["bytes_behind"] == 50
    [row] = lag(tmp_path, "--by", "task")
    assert (row["task"], row["bytes_behind"]) == (LAKE, 50)
    assert "collection" not in row


def test_a_series_is_in_the_order_asked_for(week: Path) -> None:
    lines = ask(week, "--grain", "monthly", "--sort", "bytes", "-o", "csv").stdout.splitlines()
    assert [line.split(b",")[0].decode() for line in lines[1:]] == [CAPTURE, LAKE]


@pytest.mark.parametrize("until", ["9999-12-31", "2262-04-11"])
def test_far_away_edges_are_cut_to_what_can_be_said(week: Path, until: str) -> None:
    done = ask(week, "--grain", "monthly", "--until", until, "--json")
    assert done.exit_code == 0
    assert len(rows(done)) == 2


def test_names_of_an_export_may_have_different_grains(tmp_path: Path) -> None:
    def rolled(name: str, grain: str, docs: int) -> dict[str, Any]:
        summary = {"writtenByMe": {"docsTotal": docs, "bytesTotal": docs}}
        ts = "2024-05-01T00:00:00Z"
        return {
            "catalogName": name,
            "grain": grain,
            "ts": ts,
            "statsSummary": summary,
            "taskStats": {"capture": {}},
        }

    save(
        tmp_path / "a.jsonl",
        rolled("a/b", "hourly", 1),
        rolled("a/c", "monthly", 2),
        rolled("a/b", "monthly", 9),
    )
    found = {
        r["catalogName"]: r["statsSummary"]["writtenByMe"] for r in rows(ask(tmp_path, "--json"))
    }
    assert {name: pair["docsTotal"] for name, pair in found.items()} == {"a/b": 1, "a/c": 2}


def test_an_empty_window_and_a_task_that_reads_nothing_are_told(week: Path) -> None:
    done = ask(week, "--since", "2024-05-03", "--until", "2024-05-02")
    assert "the window is empty" in done.stderr
    assert done.exit_code == 0
    behind = run_ops("lag", CAPTURE, "-d", str(week))
    assert "only materializations and derivations can be behind" in behind.stderr


def test_counters_are_as_long_as_flows(tmp_path: Path) -> None:
    most = 2**64 - 1
    several = {
        name: {"out": {"docsTotal": most, "bytesTotal": str(most)}} for name in ("a/b", "a/c")
    }
    documents = [
        stats(CAPTURE, "2024-05-02T00:00:00Z", capture=several),
        stats(CAPTURE, "2024-05-02T01:00:00Z", capture=several),
    ]
    save(tmp_path / "saved.jsonl", *documents)
    made = ask(tmp_path, "--names", "all", "--grain", "all", "--json")
    assert rows(made) == rollup(documents)
    table = ask(tmp_path, "--grain", "daily", "-o", "csv").stdout.decode().splitlines()
    assert str(4 * most) in table[1].split(",")
    assert "73.8 EB" in ask(tmp_path).stdout.decode()


def test_a_name_of_another_time_is_known(week: Path) -> None:
    window = ("--since", "2024-05-03", "--until", "2024-05-04")
    done = ask(week, "acmeCo/orders", LAKE, "--names", "all", *window)
    assert (done.stdout, done.exit_code) == (b"", 0)
    some = ("--since", "2024-05-04", "--json", "--grain", "daily")
    (row,) = rows(ask(week, "acmeCo/orders", LAKE, "--names", "all", *some))
    assert row["statsSummary"]["writtenToMe"]["docsTotal"] == 100


def fragment(root: Path, kind: str, task: str, *documents: dict[str, Any]) -> None:
    content = "".join(json.dumps(document) + "\n" for document in documents).encode()
    name = f"kind={kind}/name={quote(task, safe='')}/pivot=00"
    folder = root / "ops/tasks/public/plane/stats/0f1e2d3c4b5a6978" / name
    path = folder / f"{0:016x}-{len(content):016x}-{'0' * 40}.raw"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def test_a_prefix_holds_what_other_tasks_say_of_its_collections(tmp_path: Path) -> None:
    ts = "2024-05-06T07:00:00Z"
    for task, collection, docs in (("acme/a/cap", "acme/a/c1", 1), ("acme/other", "acme/a/c2", 10)):
        binding = {"out": {"docsTotal": docs, "bytesTotal": docs}}
        fragment(tmp_path, "capture", task, stats(task, ts, capture={collection: binding}))
    for names in (("--names", "prefixes"), ("--rollup",), ("--names", "all"), ("--grain", "daily")):
        options = ("--rollup", *names) if names == ("--grain", "daily") else names
        (row,) = [
            r
            for r in rows(ask(tmp_path, "acme/a/", "--json", *options))
            if r["catalogName"] == "acme/a/"
        ]
        assert row["statsSummary"]["writtenToMe"]["docsTotal"] == 11
    named = rows(ask(tmp_path, "acme/a/", "--json", "--names", "collections"))
    assert [row["catalogName"] for row in named] == ["acme/a/c1", "acme/a/c2"]


@pytest.mark.parametrize("whose", ["tasks", "collections", "all"])
def test_a_name_is_the_same_in_every_bucket(whose: str, tmp_path: Path) -> None:
    derivation = "acme/der"
    hundred = {"docsTotal": 100, "bytesTotal": 100}
    shard = {"kind": "derivation"}
    derived = stats(
        derivation, "2024-05-06T07:08:00Z", shard=shard, derive={"out": {"docsTotal": 1}}
    )
    read = stats("acme/mat", "2024-05-06T09:00:00Z", materialize={derivation: {"right": hundred}})
    error = {"shard": {"name": derivation}, "level": "error", "message": "e"}
    save(tmp_path / "x.jsonl", derived, read, {"ts": "2024-05-06T11:00:00Z", **error})
    whole = ("--json", "--names", whose, derivation)
    hours = rows(ask(tmp_path, *whole, "--grain", "hourly"))
    assert [row["ts"][11:13] for row in hours] == ["07", "09", "11"]
    (day,) = rows(ask(tmp_path, *whole, "--grain", "daily"))
    assert day["statsSummary"]["readFromMe"] == hundred
    assert day["statsSummary"]["errors"] == 1
    (later,) = rows(ask(tmp_path, *whole, "--since", "2024-05-06T09:00:00Z"))
    assert later["statsSummary"]["readFromMe"] == hundred
    (last,) = rows(ask(tmp_path, *whole, "--since", "2024-05-06T10:00:00Z", "--grain", "hourly"))
    assert last["statsSummary"] == {"errors": 1}


def test_an_empty_answer_says_what_there_is(week: Path, tmp_path: Path) -> None:
    late = ("--since", "2030-01-01")
    behind = run_ops("lag", "-d", str(week), *late)
    assert "no stats match: the stats cover 2024-05-01T23:59:59.999Z to" in behind.stderr
    kind = ask(week, CAPTURE, "--kind", "materialization")
    assert f"holds no stats of {CAPTURE} of kind materialization" in kind.stderr
    export = tmp_path / "export"
    save(export / "catalog.jsonl", *rollup(committed_stats(week)))
    empty = ask(export, *late)
    assert (
        "no stats match: the stats cover 2024-05-01T00:00:00Z to 2024-05-04T12:00:00Z"
        in empty.stderr
    )


def test_a_total_of_some_says_so(week: Path) -> None:
    assert ask(week, "--top", "1").stdout.count(b"\n") == 2
    save(week / "more.jsonl", stats("acmeCo/more", "2024-05-02T06:00:00Z", capture={}))
    lines = ask(week, "--top", "2").stdout.decode().splitlines()
    assert lines[-1].startswith("total of these")
    assert ask(week).stdout.decode().splitlines()[-1].startswith("total ")


def test_a_printed_statement_says_what_it_cannot(week: Path) -> None:
    done = ask(week, "--uncommitted", "--print-sql")
    assert "ops sql wants --uncommitted too" in done.stderr


def test_what_cannot_be_told_from_the_journals_is_noted(tmp_path: Path) -> None:
    document = captured("2024-05-06T07:00:00Z", 1)
    fragment(tmp_path / "bucket", "capture", CAPTURE, document)
    save(tmp_path / "export" / "rows.jsonl", document, materialized("2024-05-06T07:00:00Z"))
    done = ask(tmp_path, "--json", CAPTURE)
    assert "1 stats document without a UUID beside journals of the same tasks" in done.stderr
    for alone in ("bucket", "export"):
        assert ask(tmp_path / alone, "--json", CAPTURE).stderr == ""


def test_a_collection_of_another_time_is_no_task(week: Path) -> None:
    done = ask(week, "acmeCo/orders", "--json", "--since", "2024-05-05")
    assert done.exit_code == 2
    assert "acmeCo/orders is a collection and no task" in done.stderr


@pytest.mark.parametrize("now", ["0001-01-01", "9999-12-31"])
def test_lag_is_reckoned_from_any_now(now: str, tmp_path: Path) -> None:
    save(tmp_path / "a.jsonl", materialized("2024-05-02T06:00:00Z"))
    done = run_ops("lag", "--json", "--now", now, "-d", str(tmp_path))
    assert done.exit_code == 0, done.stderr
    assert rows(done)[0]["age_seconds"] >= 0
