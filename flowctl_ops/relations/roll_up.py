"""Flow's roll-up of what was loaded: the views `bindings`, `names` and `catalog_stats`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from flowctl_ops.engine import Engine
from flowctl_ops.errors import NotATask, UnknownName, UnknownTask
from flowctl_ops.filters import NameFilter, Rows, StatsFilter, Window
from flowctl_ops.relations import reduce
from flowctl_ops.relations.source import Source
from flowctl_ops.relations.stats import Stats
from flowctl_ops.result import Row
from flowctl_ops.sources import as_text, nearest
from flowctl_ops.statement import MARKED, Values
from flowctl_ops.vocabulary import Grain


def show(source: Source, stats: Stats, *, prefixes: bool, with_logs: bool) -> None:
    """Make the views of what stats, and logs where they were loaded, come to."""
    engine, asked = source.engine, stats.asked
    own = not stats.is_exported
    window: Values = {"since_ns": asked.window.since, "until_ns": asked.window.until}
    marks = _marks(
        own=own,
        exported=not own,
        bindings=own and (asked.bindings or asked.details),
        logs=with_logs,
        stored=own and stats.is_stored,
        stored_bindings=own and stats.has_stored_bindings,
    )
    if not own:
        engine.keep("exported")
        engine.keep("exported_documents", window)
    if "bindings" in marks or not own:
        engine.show("movements", marks)
    if asked.bindings:
        engine.show("bindings", stats.width)
    found = sorted(source.found.kinds.items(), key=str)
    names: Values = {
        "found_tasks": [as_text(task) for task, _ in found],
        "found_kinds": [kind for _, kind in found],
    }
    engine.keep("names", {**names, **marks})
    grains = asked.grains or (() if own else tuple(Grain))
    if grains:
        _show_catalog_stats(engine, stats, marks, grains, prefixes=prefixes)


def check_names(
    source: Source, stats: Stats, rows: Rows, names: NameFilter, reload: Callable[[], None]
) -> None:
    """Refuse names that nothing in the data has; `reload` where it had to be looked for.

    Raises:
        UnknownTask: if no task has the name.
        NotATask: if a collection has it, where tasks are asked for.
        UnknownName: if nothing has it, where other names are asked for too.
    """
    known = _names(source.engine)
    missing = _missing(
        names, [name for name, is_task in known.items() if is_task or not rows.of_tasks]
    )
    if not missing:
        return
    everything = replace(
        stats.asked, names=NameFilter(), kind=None, window=Window(), bindings=True, grains=()
    )
    if rows.of_tasks:
        try:
            source.check_names(NameFilter(tuple(missing)))
        except UnknownTask as error:
            if not _missing(NameFilter((error.name,)), _names_of(source.again(), everything)):
                raise NotATask(error.name) from error
            raise
        reload()
        return
    known = _names_of(source.again(), everything)
    missing = _missing(names, known)
    if missing:
        raise UnknownName(missing[0], nearest(missing[0], set(known)))
    reload()


def _names(engine: Engine) -> dict[str, bool]:
    return dict(engine.rows("relations/known_names.sql"))


def _names_of(source: Source, asked: StatsFilter) -> dict[str, bool]:
    """Give the names that all of the data speaks of; what was loaded before is lost."""
    stats = Stats(asked)
    source.load(stats, window=asked.window)
    show(source, stats, prefixes=False, with_logs=False)
    return _names(source.engine)


def _missing(names: NameFilter, known: Iterable[str]) -> list[str]:
    known = list(known)
    return [name for name in names.names if not any(map(NameFilter((name,)).matches, known))]


def _show_catalog_stats(
    engine: Engine, stats: Stats, marks: Values, grains: tuple[Grain, ...], *, prefixes: bool
) -> None:
    asked = stats.asked
    own = not stats.is_exported
    values: dict[str, object] = {
        **marks,
        "grains": [str(grain) for grain in grains],
        "finest": str(grains[0]),
        "since_ns": asked.window.since,
        "until_ns": asked.window.until,
        **_marks(
            prefixes=prefixes,
            collections=own and (asked.bindings or asked.details),
            details=asked.details,
            by_commit=asked.details and not asked.uncommitted,
            by_position=not asked.details or asked.uncommitted,
        ),
    }
    if own and asked.details:
        engine.show("commits", _marks(stored=stats.is_stored))
    if own and "collections" in values:
        engine.keep("binding_sums", values)
    engine.keep("roll_up" if own else "exported_roll_up", values)
    if asked.details:
        _keep_details(engine, values, own=own)
    wide = next(engine.ask_file("relations/wide.sql", values))[0][0]
    shown = _marks(
        own=own,
        exported=not own,
        narrow=not wide,
        wide=wide,
        with_details=asked.details,
        without_details=not asked.details,
        own_details=own and asked.details,
        exported_details=not own and asked.details,
    )
    engine.show("catalog_stats", shown)


def _keep_details(engine: Engine, values: Values, *, own: bool) -> None:
    """Keep what the roll-up keeps of tasks: by the engine where bindings say all of it."""
    if own:
        engine.keep("odd_buckets", values)
        rows = engine.ask_file("relations/odd_details.sql", values)
    else:
        rows = engine.ask_file("relations/exported_details.sql", {})
    engine.keep("reduced", _reduced(row for batch in rows for row in batch))
    if own:
        engine.keep("details", values)


def _reduced(rows: Iterable[Row]) -> Values:
    reduced = [(name, grain, bucket, reduce.details(texts)) for name, grain, bucket, texts in rows]
    columns = [list(column) for column in zip(*reduced, strict=True)] or [[], [], [], []]
    return dict(zip(("names", "grains", "buckets", "details"), columns, strict=True))


def _marks(**marks: bool) -> Values:
    return {mark: MARKED for mark, is_there in marks.items() if is_there}
