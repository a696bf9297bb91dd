"""The floor plan of the SQL, proved from the texts: who reads whom, in one declared order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowctl_ops.engine import MACRO_FILES, macros
from flowctl_ops.queries.schema import VIEWS
from flowctl_ops.relations.plan import ORDER, PUBLIC

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "flowctl_ops"
RELATIONS = {path.stem: path for path in sorted((PACKAGE / "relations").glob("*.sql"))}
QUESTIONS = {path.stem: path for path in sorted((PACKAGE / "queries").glob("*.sql"))}
NAMED = re.compile(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b(?!\()", re.IGNORECASE)
WITH = re.compile(
    r"(?:^|[\s,])([a-z_]+)(?: AS NOT MATERIALIZED)? AS \(|\b([a-z_]+) AS NOT MATERIALIZED \("
)
MENTIONED = re.compile(r"\w+")


def code(path: Path) -> str:
    """Give a text without its comments; a mark behind a line is none of them."""
    lines = path.read_text("utf-8").splitlines()
    return "\n".join(line.partition(" -- ")[0] for line in lines if not line.startswith("--"))


def read_by(path: Path) -> set[str]:
    """Give the names that a text reads, its own parts and what its macros read among them."""
    text = code(path)
    own = {name for pair in WITH.findall(text) for name in pair if name}
    words = set(MENTIONED.findall(text))
    inside = {name for macro in words & set(macros()) for name in NAMED.findall(macros()[macro])}
    return (set(NAMED.findall(text)) | inside) - own


def below(name: str) -> set[str]:
    return set(ORDER[: ORDER.index(name)])


@pytest.mark.parametrize("name", ORDER)
def test_a_relation_reads_only_what_stands_above_it(name: str) -> None:
    known = read_by(RELATIONS[name]) & set(ORDER)
    assert known <= below(name)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_reads_the_public_views_and_nothing_else(name: str) -> None:
    assert read_by(QUESTIONS[name]) & set(ORDER) <= set(PUBLIC)


def test_the_public_views_are_those_of_the_schema() -> None:
    assert set(PUBLIC) == set(VIEWS)
    assert set(PUBLIC) <= set(ORDER)


def test_every_relation_has_its_place() -> None:
    questions_of_our_own = {
        name for name, path in RELATIONS.items() if "a row in all" in path.read_text("utf-8")
    }
    assert set(ORDER) <= set(RELATIONS)
    assert not set(ORDER) & questions_of_our_own


def test_no_two_files_have_one_name() -> None:
    names = [path.stem for path in PACKAGE.rglob("*.sql")]
    assert sorted(names) == sorted(set(names))


def test_a_relation_is_one_select() -> None:
    for name in ORDER:
        text = code(RELATIONS[name]).strip()
        assert text.startswith(("SELECT", "WITH")), name
        assert ";" not in text, name


def test_there_are_no_session_variables() -> None:
    for path in PACKAGE.rglob("*.sql"):
        text = path.read_text("utf-8")
        assert "getvariable" not in text
        assert "SET VARIABLE" not in text


def test_macros_are_defined_once() -> None:
    definitions = [
        name
        for file in MACRO_FILES
        for name in re.findall(r"TEMP MACRO (\w+)\(", (PACKAGE / file).read_text("utf-8"))
    ]
    assert sorted(definitions) == sorted(set(definitions))


RULES = {
    "what a failure is": r"shard failed",
    "the ranks of levels": r"WHEN 'debug' THEN",
    "the prefixes of a name": r"string_split\(name",
    "who reads": r"'materialization' OR transform IS NOT NULL",
    "usage seconds": r"floor\(uptime_seconds \* usage_rate",
}


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_stands_once(rule: str) -> None:
    files = [
        path.name for path in sorted(PACKAGE.rglob("*.sql")) if re.search(RULES[rule], code(path))
    ]
    assert files == ["rules.sql"]


def test_the_picture_is_drawn_from_the_texts() -> None:
    """CONTRIBUTING.md shows who reads whom; what it should say is in the message."""
    lines = []
    for name in ORDER:
        readers = sorted(read_by(RELATIONS[name]) & below(name), key=ORDER.index)
        lines.append(f"{name:19} ◄ {', '.join(readers)}".rstrip(" ◄"))
    picture = "\n".join(lines)
    assert picture in (ROOT / "CONTRIBUTING.md").read_text("utf-8"), picture


def test_no_macro_is_defined_twice() -> None:
    defined = re.compile(r"^CREATE OR REPLACE TEMP MACRO (\w+)\(", re.MULTILINE)
    names = [
        name for path in PACKAGE.rglob("*.sql") for name in defined.findall(path.read_text("utf-8"))
    ]
    assert sorted(names) == sorted(set(names))
