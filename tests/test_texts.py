"""What the text of an option comes to: tables of text to value, and of text to message."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flowctl_ops import texts
from flowctl_ops.errors import UsageError
from flowctl_ops.filters import Condition, Operator

# --- levels ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rank"),
    [
        *[("error", 1), ("err", 1), ("e", 1), ("ERROR", 1), ("fatal", 1)],
        *[("warn", 2), ("warning", 2), ("Warn", 2), ("w", 2)],
        *[("info", 3), ("i", 3), ("debug", 4), ("d", 4), ("trace", 5), ("t", 5)],
    ],
)
def test_a_level_is_known_by_its_beginning_in_any_case(text: str, rank: int) -> None:
    assert texts.level(text) == rank


@pytest.mark.parametrize("text", ["", "loud", "errors", "warn ", "3", "%", "info'"])
def test_an_unknown_level_is_named_with_those_there_are(text: str) -> None:
    with pytest.raises(UsageError, match="there is no level") as refused:
        texts.level(text)
    assert refused.value.sentence.endswith(text)
    assert refused.value.hint == "levels are error, warn, info, debug, trace"


@pytest.mark.parametrize("text", ["fatal", "panic", "PANIC", "err"])
def test_what_connectors_call_an_error_is_one(text: str) -> None:
    assert texts.level(text) == 1


# --- conditions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "operator", "value", "number"),
    [
        ("key=value", Operator.EQUAL, "value", None),
        ("key=", Operator.EQUAL, "", None),
        ("key=7", Operator.EQUAL, "7", 7.0),
        ("key=a=b", Operator.EQUAL, "a=b", None),
        ("key=>5", Operator.EQUAL, ">5", None),
        ("key!=value", Operator.NOT_EQUAL, "value", None),
        ("key~^a|b$", Operator.LIKE, "^a|b$", None),
        ("key!~x", Operator.NOT_LIKE, "x", None),
        ("key>5", Operator.GREATER, "5", 5.0),
        ("key>=-5.5", Operator.AT_LEAST, "-5.5", -5.5),
        ("key<1e3", Operator.LESS, "1e3", 1000.0),
        ("key<=b", Operator.AT_MOST, "b", None),
        (" key = value ", Operator.EQUAL, "value", None),
        ("key= value ", Operator.EQUAL, " value ", None),
        ("key==3", Operator.EQUAL, "3", 3.0),
        ("key=~3", Operator.LIKE, "3", 3.0),
        ("key<nan", Operator.LESS, "nan", None),
        ("key>1_0", Operator.GREATER, "1_0", None),
        ("key=two\nlines", Operator.EQUAL, "two\nlines", None),
        ("key=' OR 1=1 --", Operator.EQUAL, "' OR 1=1 --", None),
    ],
)
def test_a_condition_is_a_key_an_operator_and_all_behind_it(
    text: str, operator: Operator, value: str, number: float | None
) -> None:
    expected = Condition("/fields/key", "/fields/key", operator, value, number)
    assert texts.condition(text) == expected


@pytest.mark.parametrize(
    ("key", "path", "flat_path"),
    [
        ("a", "/fields/a", "/fields/a"),
        ("a.b.c", "/fields/a/b/c", "/fields/a.b.c"),
        ("a/b.c", "/fields/a~1b/c", "/fields/a~1b.c"),
        ("größe.名", "/fields/größe/名", "/fields/größe.名"),
        ('"$[0]', '/fields/"$[0]', '/fields/"$[0]'),
    ],
)
def test_a_dotted_key_leads_into_fields_or_is_one_key(key: str, path: str, flat_path: str) -> None:
    condition = texts.condition(f"{key}=x")
    assert (condition.path, condition.flat_path) == (path, flat_path)


@pytest.mark.parametrize("text", ["", "key", "=value", "~x", "!=x", ">5", "no operator"])
def test_what_is_no_condition_is_named_with_a_way_to_write_it(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        texts.condition(text)
    assert refused.value.sentence == f"--where {text} is no condition"
    assert refused.value.hint == "write KEY=VALUE, or != ~ !~ > < >= <= between them"


# --- searches ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "lag",
        "",
        "42 (of|in)",
        "été",
        pytest.param(r"\S+\d\W", id="the capitals of escapes are none"),
        pytest.param(r"\\s", id="an escaped backslash"),
    ],
)
def test_case_does_not_count_in_a_search_without_capitals(text: str) -> None:
    assert texts.pattern(text) == f"(?i){text}"


@pytest.mark.parametrize(
    "text",
    ["Lag", "laG", "[A-Z]", "Été", pytest.param(r"\\S", id="a capital behind a backslash")],
)
def test_case_counts_in_a_search_with_a_capital(text: str) -> None:
    assert texts.pattern(text) == text


# --- data paths --------------------------------------------------------------------------------


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the path of the user's config file, which is not there yet."""
    for name in ("OPS_DATA", "OPS_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", "/home/me")
    path = tmp_path / "flowctl-ops" / "config.toml"
    path.parent.mkdir()
    return path


@pytest.mark.usefixtures("config")
def test_data_lies_in_the_current_folder_by_default() -> None:
    assert texts.data_paths(None) == (".",)
    assert texts.data_paths([]) == (".",)


def test_the_option_wins_over_the_variable_and_that_over_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = ["/from/file"]')
    assert texts.data_paths(None) == ("/from/file",)
    monkeypatch.setenv("OPS_DATA", os.pathsep.join(["/a", "/b c"]))
    assert texts.data_paths(None) == ("/a", "/b c")
    assert texts.data_paths(["/x", "y"]) == ("/x", "y")


@pytest.mark.parametrize("variable", ["", os.pathsep])
def test_an_empty_variable_is_as_none(
    variable: str, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = "/from/file"')
    monkeypatch.setenv("OPS_DATA", variable)
    assert texts.data_paths(None) == ("/from/file",)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (".",)),
        ("data = []", (".",)),
        ('data = "/a"', ("/a",)),
        ('data = ["/a", "b*"]', ("/a", "b*")),
        ('data = "~/ops"', ("/home/me/ops",)),
        ('# ours\ndata = "/größe"', ("/größe",)),
    ],
)
def test_the_config_file_names_data_as_text_or_list(
    text: str, expected: tuple[str, ...], config: Path
) -> None:
    config.write_text(text, "utf-8")
    assert texts.data_paths(None) == expected


def test_a_config_file_elsewhere_is_named_by_a_variable(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('data = "/usual"')
    (tmp_path / "other.toml").write_text('data = "/other"')
    monkeypatch.setenv("OPS_CONFIG", str(tmp_path / "other.toml"))
    assert texts.data_paths(None) == ("/other",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"data = [", "cannot be read", id="no TOML"),
        pytest.param(b'data = "\xff"', "cannot be read", id="no UTF-8"),
        pytest.param(b"data = 7", "is no list of paths", id="a number"),
        pytest.param(b'data = ["/a", 7]', "is no list of paths", id="a number in the list"),
        pytest.param(b'[data]\npath = "/a"', "is no list of paths", id="a table"),
    ],
)
def test_a_bad_config_file_is_named_with_a_line_that_works(
    content: bytes, reason: str, config: Path
) -> None:
    config.write_bytes(content)
    with pytest.raises(UsageError, match=reason) as refused:
        texts.data_paths(None)
    assert str(config) in refused.value.sentence
    assert 'data = ["/folder"]' in (refused.value.hint or "")
