"""Findings for machines that build: annotations of GitHub's workflows, and JUnit's XML."""

from __future__ import annotations

import re
from typing import Any, BinaryIO

from flowctl_ops.render.cells import PLAIN, Style
from flowctl_ops.result import Result

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_github(result: Result, stream: BinaryIO, _look: Style = PLAIN, /) -> int:
    """Write a workflow command a finding. Source: GitHub, workflow commands, `::error`."""
    count = 0
    for row in _named(result):
        count += 1
        title = _property(f"{row['rule']}: {row['task']}")
        stream.write(f"::error title={title}::{_data(_sentence(row))}\n".encode())
    return count


def write_junit(result: Result, stream: BinaryIO, _look: Style = PLAIN, /) -> int:
    """Write a test suite: a case for each rule and task, failed, skipped as unknown, or passed."""
    rows = list(_named(result))
    verdicts = [row["verdict"] for row in rows]
    failed, skipped = verdicts.count("finding"), verdicts.count("unknown")
    counts = f'tests="{len(rows)}" failures="{failed}" errors="0" skipped="{skipped}"'
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuite name="ops check" {counts}>']
    for row in rows:
        case = f'<testcase classname="{_xml(row["task"])}" name="{_xml(_name(row))}"'
        text = _xml(row["message"] or "")
        if row["verdict"] == "finding":
            lines.append(f'  {case}><failure message="{text}"/></testcase>')
        elif row["verdict"] == "unknown":
            lines.append(f'  {case}><skipped message="{text}"/></testcase>')
        else:
            lines.append(f"  {case}/>")
    stream.write("\n".join([*lines, "</testsuite>", ""]).encode())
    return len(rows)


def _named(result: Result) -> list[dict[str, Any]]:
    names = [column.name for column in result.columns]
    return [dict(zip(names, row, strict=True)) for row in result.rows()]


def _name(row: dict[str, Any]) -> str:
    return " ".join(filter(None, (row["rule"], row["collection"], row["transform"])))


def _sentence(row: dict[str, Any]) -> str:
    binding = ", ".join(filter(None, (row["collection"], row["transform"])))
    return f"{row['task']}{f' ({binding})' if binding else ''}: {row['message']}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _xml(text: str) -> str:
    safe = _NOT_XML.sub("\ufffd", text)
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        safe = safe.replace(sign, entity)
    return safe.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
