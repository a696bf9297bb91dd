"""Carry statements of `ops sql` over to Spark: what `--print-sql` prints, in Spark's words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlglot
from shapes import look_from_outside, match_names, qualified, replaced
from sqlglot import exp

from flowctl_ops.engine import macros
from flowctl_ops.queries.schema import VIEWS

EXACT = frozenset({"logs", "failures", "stats", "bindings", "catalog_stats"})
_RULES = Path(__file__).parent / "spark_rules.sql"


class NotCarried(ValueError):
    """A statement says what Spark cannot be asked."""


def carried(text: str) -> str:
    """Carry a statement over the public views from DuckDB to Spark.

    Macros are expanded, ours by their own text, for which `spark_rules.sql` goes first.

    Raises:
        NotCarried: if it says what cannot be carried over.
        sqlglot.errors.ParseError: if it is no statement.
    """
    text = re.sub(r",(?=\s+LIMIT \d+\s*$)", "", text)  # which DuckDB lets stand behind a list
    tree = _expanded(sqlglot.parse_one(text, read="duckdb"))
    if any(column.name == "task_stats" for column in tree.find_all(exp.Column)):
        raise NotCarried("task_stats is made by reading documents one by one, which only ops does")
    tree = _spoken(tree)
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    for table in list(tree.find_all(exp.Table)):
        if table.name in EXACT - named:
            table.replace(exp.to_table(f"exact_{table.name}").as_(table.alias_or_name))
    for select in list(tree.find_all(exp.Select)):
        if select.args.get("qualify"):
            tree = replaced(tree, select, qualified(select))
        elif select.args.get("order") and select.args["order"].find(exp.Window):
            look_from_outside(select, select.args["order"])
    match_names(
        tree,
        {
            prefix + view: [name for name, *_ in columns]
            for view, columns in VIEWS.items()
            for prefix in ("", "exact_")
        },
    )
    return tree.sql("spark", pretty=True)


def expanded(text: str) -> str:
    """Give a statement in Spark's own words with the texts of our macros in it."""
    return _expanded(sqlglot.parse_one(text, read="spark")).sql("spark")


@cache
def _macro(name: str) -> tuple[list[str], exp.Expression] | None:
    own = _RULES.read_text("utf-8")
    for dialect, definition in (("spark", own), ("duckdb", macros().get(name, ""))):
        found = re.search(
            rf"MACRO {name}\((.*?)\) AS\s(.*?);$", definition, re.DOTALL | re.MULTILINE
        )
        if found:
            parameters = [each.strip() for each in found[1].split(",") if each.strip()]
            return parameters, sqlglot.parse_one(found[2], read=dialect)
    return None


def _expanded(tree: exp.Expression, inside: frozenset[str] = frozenset()) -> exp.Expression:
    """Put the texts of macros in the place of their names, but of those it is `inside` of."""

    def expand(node: exp.Expression) -> exp.Expression:
        if not isinstance(node, exp.Anonymous) or node.name.lower() in inside:
            return node
        name = node.name.lower()
        if name == "meets_all":
            return _expanded(_meets_all(*node.expressions), inside)
        macro = _macro(name)
        if macro is None:
            return node
        parameters, body = macro
        arguments = [_expanded(each, inside) for each in node.expressions]
        put = dict(zip(parameters, arguments, strict=True))
        body = _expanded(body.copy(), inside | {name})
        return exp.Paren(this=body.transform(lambda each: _filled(each, put)))

    return tree.transform(expand)


def _filled(node: exp.Expression, put: Mapping[str, exp.Expression]) -> exp.Expression:
    """Give a value, or a column of a row, in the place of a macro's parameter."""
    if not isinstance(node, exp.Column):
        return node
    if not node.table and node.name in put:
        argument = put[node.name].copy()
        simple = isinstance(argument, exp.Column | exp.Literal | exp.Func | exp.Paren)
        return argument if simple else exp.Paren(this=argument)
    row = put.get(node.table)
    if row is None:
        return node
    if isinstance(row, exp.Column) and not row.table:
        return exp.column(node.name, table=row.name)
    return exp.Dot(this=row.copy(), expression=exp.to_identifier(node.name))


def _meets_all(doc: exp.Expression, conditions: exp.Expression) -> exp.Expression:
    """Give conditions on members, which come as a list of structs, one by one."""
    met: list[exp.Expression] = []
    for condition in conditions.expressions:
        told = {each.name: each.expression for each in condition.expressions}
        paths = [_path(told[name].name) for name in ("path", "flat_path")]
        found = [
            exp.func("get_json_object", doc.copy(), exp.Literal.string(path)) for path in paths
        ]
        words = [told[name] for name in ("operator", "wanted", "is_number")]
        met.append(
            exp.Anonymous(
                this="meets",
                expressions=[exp.Coalesce(this=found[0], expressions=found[1:]), *words],
            )
        )
    return exp.and_(*met)


def _path(pointer: str) -> str:
    """Write a JSON pointer as Spark's path.

    Raises:
        NotCarried: if a name in it has what such a path cannot say.
    """
    if "'" in pointer:
        raise NotCarried(f"Spark has no path for {pointer}")
    names = pointer.removeprefix("/").split("/")
    return "$" + "".join("['" + each.replace("~1", "/").replace("~0", "~") + "']" for each in names)


def _spoken(node: exp.Expression) -> Any:
    """Give DuckDB's expressions in Spark's words, the innermost first."""
    for child in list(node.iter_expressions()):
        spoken = _spoken(child)
        if spoken is not child:
            child.replace(spoken)  # which takes it out where it is None
    speak = _WORDS.get(type(node))
    return speak(node) if speak else node


def _cast(node: exp.Expression) -> exp.Expression:
    """Make nanoseconds of times, and decimals of integers wider than Spark's."""
    kind, value = node.args["to"].this, node.this
    if kind in _TIMES and isinstance(value, exp.Literal):
        return exp.Literal.number(_ns(value.name))
    if kind == exp.DType.TIMESTAMP_NS:
        if isinstance(value, exp.Explode):
            return exp.Explode(this=_rule("times_ns", value.this))
        node.set("to", exp.DataType.build("BIGINT"))
    elif kind in _TIMES:
        return _rule("timestamp_of", value)
    elif kind in _WIDE:
        node.set("to", exp.DataType.build(f"DECIMAL({_WIDE[kind]}, 0)"))
    elif kind == exp.DType.JSON:
        node.set("to", exp.DataType.build("TEXT"))
    elif kind == exp.DType.INTERVAL:
        number, unit = value.name.split()
        return exp.Interval(this=exp.Literal.string(number), unit=exp.var(unit))
    return node


def _rule(name: str, *arguments: exp.Expression) -> exp.Expression:
    return _expanded(exp.Anonymous(this=name, expressions=list(arguments)))


_TIMES = {exp.DType.TIMESTAMP_NS, exp.DType.TIMESTAMP, exp.DType.TIMESTAMPNTZ}
_WIDE = {exp.DType.INT128: 38, exp.DType.UINT128: 38, exp.DType.UBIGINT: 20}


def _ns(text: str) -> int:
    """Read a time as a statement writes it, in ns since 1970."""
    seconds, _, digits = text.partition(".")
    moment = datetime.fromisoformat(seconds).replace(tzinfo=UTC)
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86400 + since.seconds) * 10**9 + int(digits.ljust(9, "0"))


def _most(node: exp.Expression) -> exp.Expression:
    """Leave out, as DuckDB does, what has no value."""
    value = node.this
    if not isinstance(value, exp.Struct):
        known = exp.Not(this=exp.Is(this=value.copy(), expression=exp.null()))
        node.set("expression", exp.Case().when(known, node.expression))
    return node


def _element(node: exp.Expression) -> exp.Expression:
    """Give NULL where a list has no such element."""
    place = node.expressions[0]  # counted from 0 by sqlglot already, if it is a number
    if place.find(exp.Column, exp.Identifier):
        place = exp.Sub(this=exp.Paren(this=place), expression=exp.Literal.number(1))
    return exp.Anonymous(this="get", expressions=[node.this, place])


def _regex(node: exp.Expression) -> exp.Expression:
    """Let letters of all alphabets be alike where case is not told apart."""
    pattern = node.expression
    if isinstance(pattern, exp.Literal) and pattern.name.startswith("(?i)"):
        node.set("expression", exp.Literal.string("(?iu)" + pattern.name[4:]))
    return node


def _cte(node: exp.Expression) -> exp.Expression:
    node.set("materialized", None)
    return node


def _limit(node: exp.Expression) -> exp.Expression | None:
    """Leave out a limit that is none, which Spark takes for too great a number."""
    most = node.expression
    return None if isinstance(most, exp.Literal) and int(most.name) >= 2**31 else node


def _rows(node: exp.Expression) -> exp.Expression:
    """Give a list of structs as rows of their members."""
    if not node.expressions:
        return node
    value = node.this.this if isinstance(node.this, exp.Cast) else node.this
    return exp.Anonymous(this="inline", expressions=[value])


_WORDS = {
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.ArgMax: _most,
    exp.ArgMin: _most,
    exp.Bracket: _element,
    exp.RegexpLike: _regex,
    exp.CTE: _cte,
    exp.Explode: _rows,
    exp.Limit: _limit,
}
