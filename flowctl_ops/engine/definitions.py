"""The macros of this package: each rule by its name."""

from __future__ import annotations

import re
from functools import cache

from flowctl_ops.statement import text

MACRO_FILES = (
    "relations/rules.sql",
    "relations/causes.sql",
    "sources/documents.sql",
    "sources/cells.sql",
    "sources/column_rows.sql",
    "sources/column_documents.sql",
    "queries/line.sql",
    "queries/sql_macros.sql",
)
_MACRO = re.compile(r"CREATE.OR.REPLACE.TEMP.MACRO (\w+)\(")
_DEFINITION = re.compile(r"^(?=CREATE.OR.REPLACE.TEMP.MACRO )", re.MULTILINE)


@cache
def macros() -> dict[str, str]:
    """Give the definition of each macro of the package by its name."""
    definitions = [part for file in MACRO_FILES for part in _DEFINITION.split(text(file))]
    return {found[1]: part for part in definitions if (found := _MACRO.match(part))}
