"""What can be said of carried statements without Spark."""

from __future__ import annotations

import re

import pytest

from flowctl_ops.engine import macros
from tests.cli import run_ops
from tests.engines.scripts import FOLDER, load

pytest.importorskip("sqlglot", reason="needs pip install 'flowctl-ops[spark]'")
carry = load("carry")
DEFINED = re.compile(r"MACRO (\w+)\((.*?)\)")
RULES = DEFINED.findall((FOLDER / "spark_rules.sql").read_text("utf-8"))
OURS = dict(found for each in macros().values() for found in DEFINED.findall(each))


@pytest.mark.parametrize(("name", "parameters"), RULES)
def test_a_rule_for_spark_is_asked_as_ours_is(name: str, parameters: str) -> None:
    asked = OURS.get(name, parameters)
    assert len(asked.split(",")) == len(parameters.split(","))


def test_no_macro_is_left() -> None:
    statement = "SELECT task FROM logs WHERE is_named(task, 'a.*') AND level_rank(level) <= 2"
    carried = carry.carried(statement)
    assert not set(re.findall(r"(\w+)\(", carried.lower())) & set(OURS)
    assert "exact_logs AS logs" in carried


def test_a_union_by_name_becomes_one_by_place() -> None:
    carried = carry.carried("SELECT 1 AS a, 2 AS b UNION ALL BY NAME SELECT 3 AS b, 4 AS c")
    assert " ".join(carried.split()) == (
        "SELECT a, b, NULL AS c FROM ( SELECT 1 AS a, 2 AS b ) AS named "
        "UNION ALL SELECT NULL AS a, b, c FROM ( SELECT 3 AS b, 4 AS c ) AS named"
    )


def test_a_time_is_carried_to_the_nanosecond() -> None:
    carried = carry.carried("SELECT ts >= '1969-12-31 23:59:59.999999999'::TIMESTAMP_NS FROM logs")
    assert "ts >= -1" in carried


@pytest.mark.parametrize(
    ("element", "carried"),
    [("[7, 8][1]", "GET(ARRAY(7, 8), 0)"), ("all_of[place]", "GET(all_of, ( place ) - 1)")],
)
def test_lists_count_from_nought_in_spark(element: str, carried: str) -> None:
    statement = f"SELECT {element} AS it FROM (SELECT [7] AS all_of, 1 AS place)"
    assert f"{carried} AS it" in " ".join(carry.carried(statement).split())


def test_a_limit_that_is_none_is_left_out() -> None:
    assert "LIMIT" not in carry.carried("SELECT 1 AS a LIMIT 4611686018427387904")
    assert "LIMIT 3" in carry.carried("SELECT a FROM (SELECT 1 AS a) ORDER BY a,\nLIMIT 3")


def test_a_name_that_spark_has_no_path_for_says_so(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("demo") / "data"
    run_ops("demo", str(folder), "--days", "1")
    printed = run_ops("logs", "-w", "it's=1", "-d", str(folder), "--print-sql").stdout.decode()
    with pytest.raises(carry.NotCarried, match="it's"):
        carry.carried(printed)
