"""Queries in shapes that Spark does not have: questions about windows, unions by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlglot import exp


def qualified(select: exp.Select) -> exp.Select:
    """Ask a question about a window from outside, where Spark has it."""
    qualify = select.args["qualify"]
    select.set("qualify", None)
    if not qualify.find(exp.Window):
        return exp.select("*").from_(select.subquery("qualified")).where(qualify.this)
    look_from_outside(select, qualify)
    return select.where(qualify.this)


def look_from_outside(select: exp.Select, clause: exp.Expression) -> None:
    """Count the windows of a clause in a query of their own below, as columns of it."""
    source = select.args["from_"].this
    inner = exp.select("*").from_(source.copy())
    inner.set("where", select.args.get("where"))
    select.set("where", None)
    for number, window in enumerate(list(clause.find_all(exp.Window))):
        inner = inner.select(window.copy().as_(f"window_{number}"))
        window.replace(exp.column(f"window_{number}"))
    select.set("from_", exp.From(this=inner.subquery(source.alias_or_name)))


def replaced(tree: exp.Expression, old: exp.Expression, new: exp.Expression) -> exp.Expression:
    """Put one query in the place of another, which may be all there is."""
    if old is tree:
        return new
    old.replace(new)
    return tree


def match_names(tree: exp.Expression, known: Mapping[str, Sequence[str]]) -> list[str]:
    """Make each union by name one by place; give the names of the columns."""
    known = dict(known)
    for cte in tree.ctes:
        known[cte.alias] = match_names(cte.this, known)
    if isinstance(tree, exp.Subquery | exp.Create):
        return match_names(tree.this, known)
    if isinstance(tree, exp.SetOperation):
        left, right = (match_names(side, known) for side in (tree.left, tree.right))
        if not tree.args.get("by_name"):
            return left
        tree.set("by_name", None)
        names = list(dict.fromkeys([*left, *right]))
        tree.set("this", _with_all(tree.left, left, names))
        tree.set("expression", _with_all(tree.right, right, names))
        return names
    sources = {}
    for source in (
        (tree.args["from_"], *tree.args.get("joins", ())) if tree.args.get("from_") else ()
    ):
        of = source.this
        is_query = isinstance(of, exp.Subquery)
        sources[of.alias_or_name] = match_names(of, known) if is_query else known.get(of.name, [])
    names: list[str] = []
    for each in tree.expressions:
        if not each.is_star:
            names.append(each.alias_or_name)
            continue
        star = each.this if isinstance(each, exp.Column) else each
        chosen = [sources[each.table]] if isinstance(each, exp.Column) else sources.values()
        left_out = {column.name for column in star.args.get("except_") or ()}
        found = [name for columns in chosen for name in columns if name not in left_out]
        names += [name for name in dict.fromkeys(found) if name not in names]
    return names


def _with_all(query: Any, has: Sequence[str], names: Sequence[str]) -> exp.Expression:
    """Give a query's columns under these names in this order, NULL where it has none."""
    if list(has) == list(names):
        return query
    columns = [exp.column(name) if name in has else exp.null().as_(name) for name in names]
    return exp.select(*columns).from_(query.subquery("named"))
