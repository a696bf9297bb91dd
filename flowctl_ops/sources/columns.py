"""The columns of Parquet and CSV files: whether they are those of an ops collection at all.

One column's name says nothing: a chat's table has a `message`, a game's a `level`. Members of
Flow's documents say it together, and where they leave it open, the first rows do.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from flowctl_ops.engine import Engine
from flowctl_ops.errors import QueryFailed
from flowctl_ops.sources import content
from flowctl_ops.sources.files import FileFormat, SourceFile
from flowctl_ops.vocabulary import Collection

_SHOWN = 8
_LONGEST_SHOWN = 40
_SHARD = frozenset({"shard", "shardname", "shardkind", "shardkeybegin", "metauuid"})
_TEXT = frozenset({"message", "fields", "spans"})
_COUNTS = frozenset({"txncount", "opensecondstotal", "deriveoutdocstotal", "intervaluptimeseconds"})
_PARTS = frozenset({"capture", "materialize", "derive", "interval"})
_SUMS = re.compile(r"statssummary|(?:docs|bytes)(?:written|read)(?:by|to|from)me")
_UNTEXTUAL = re.compile(
    r"(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?|DOUBLE|FLOAT|DECIMAL|BOOLEAN)\b"
)
_VALUE = re.compile(r'\d{4}-\d\d-\d\d[T ]\d\d:|[{["]|-?\d+(?:\.\d+)?$')


@dataclass(frozen=True)
class Columns:
    """The columns of one file: their names with their types as the engine spells them."""

    types: Mapping[str, str]

    @cached_property
    def plain(self) -> dict[str, str]:
        """The types by plain names."""
        return {plain_name(name): kind for name, kind in self.types.items()}

    def claims(self) -> dict[Collection, bool]:
        """Give the collections whose documents the file may hold, True where that is certain."""
        claims = {Collection.LOGS: self._claims_logs(), Collection.STATS: self._claims_stats()}
        return {documents: sure for documents, sure in claims.items() if sure is not None}

    def _claims_logs(self) -> bool | None:
        names = self.plain.keys()
        levelled = "level" in names and not _UNTEXTUAL.match(self.plain["level"])
        told = not names.isdisjoint(_TEXT)
        if levelled and self._of_a_shard and (self._timed or told):
            return True
        if levelled and self._timed and {"message", "fields"} <= names:
            return True
        if "message" in names and self._timed and self._of_a_shard:
            return True
        return False if (levelled and (self._timed or told)) or "flowdocument" in names else None

    def _claims_stats(self) -> bool | None:
        names = self.plain.keys()
        counts = len(_COUNTS & names)
        if {"catalogname", "grain"} <= names and any(map(_SUMS.match, names)):
            return True
        if self._timed and (counts > 1 or (counts and self._named)):
            return True
        parted = (counts or not names.isdisjoint(_PARTS)) and (self._timed or self._named)
        return False if parted or "flowdocument" in names else None

    @property
    def _timed(self) -> bool:
        return not self.plain.keys().isdisjoint({"ts", "timestamp"})

    @property
    def _of_a_shard(self) -> bool:
        return not self.plain.keys().isdisjoint(_SHARD)

    @property
    def _named(self) -> bool:
        return self._of_a_shard or {"kind", "name"} <= self.plain.keys()

    def shown(self) -> str:
        """Name the columns, not too many of them."""
        names = [_cut(name) for name in self.types]
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        return (", ".join(names[:_SHOWN]) or "none") + more

    def are_values(self) -> bool:
        """Tell whether the names look like a row's cells, as where a file has no header."""
        return any(map(_VALUE.match, self.types))


def plain_name(name: str) -> str:
    """Give one name for all spellings: shardname of `shard/name`, shard_name and SHARD_NAME."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def unusable(
    file: SourceFile,
    path: str,
    columns: Columns,
    collections: Iterable[Collection],
    engine: Engine,
) -> str | None:
    """Say why a file holds none of these collections' documents; None if it may hold some.

    It is '' where they are those of another collection, so that there is nothing to say.
    """
    claims = columns.claims()
    if not all(claims.values()):
        held = _held(file, path, engine, whole="flowdocument" in columns.plain)
        claims = {of: True for of, sure in claims.items() if sure or of in held}
    if any(documents in claims for documents in collections):
        return None
    if claims or file.export is not None:
        return ""
    if file.format is FileFormat.CSV and columns.are_values():
        return "has no header line: put one before it that names the columns (ts,level,message,…)"
    return f"holds no logs or stats of tasks: its columns are {columns.shown()}"


def odd_ones(files: Sequence[tuple[str, Columns, int]], engine: Engine) -> list[str]:
    """Give the paths of Parquet files with a type that the bulk of the others has not.

    One scan gives a column one type. `files` are paths, columns and sizes.
    """
    if len({tuple(columns.plain.items()) for _, columns, _ in files}) < 2:  # noqa: PLR2004 - no two
        return []
    known = {plain_name(name) for (name,) in engine.rows("sources/known_columns.sql")}
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for _, columns, size in files:
        for name, kind in columns.plain.items():
            votes[name][kind] += size
    main = {name: kinds.most_common(1)[0][0] for name, kinds in votes.items()}
    return [
        path
        for path, columns, _ in files
        if any(name in known and kind != main[name] for name, kind in columns.plain.items())
    ]


def of_files(
    files: Sequence[SourceFile], paths: Sequence[str], engine: Engine
) -> list[Columns | str]:
    """Give the columns of each file, or the reason why they cannot be read."""
    parquet = [
        path for file, path in zip(files, paths, strict=True) if file.format is FileFormat.PARQUET
    ]
    known = _parquet_at_once(parquet, engine)
    return [
        known.get(path) or _parquet(path, engine)
        if file.format is FileFormat.PARQUET
        else _csv(file)
        for file, path in zip(files, paths, strict=True)
    ]


def _held(file: SourceFile, path: str, engine: Engine, *, whole: bool) -> set[Collection]:
    parquet = [path] if file.format is FileFormat.PARQUET else []
    try:
        [(logs, stats)] = engine.rows(
            "sources/claims.sql", parquet=parquet, csv=[] if parquet else [path], whole=whole
        )
    except QueryFailed:  # damaged: reading says how
        return set(Collection)
    return {of for of, held in ((Collection.LOGS, logs), (Collection.STATS, stats)) if held}


def _parquet_at_once(paths: Sequence[str], engine: Engine) -> dict[str, Columns]:
    if not paths:
        return {}
    try:
        rows = engine.rows("sources/parquet_columns.sql", paths=paths)
    except QueryFailed:
        return {}
    schemas: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for path, name, kind, parts in rows:
        schemas[path].append((name, kind, parts))
    return {path: Columns(dict(_top_level(schema))) for path, schema in schemas.items()}


def _top_level(schema: Iterable[tuple[str, str, int]]) -> Iterable[tuple[str, str]]:
    """Give the columns of a schema that is written down parts after wholes."""
    parts = iter(schema)
    _, _, count = next(parts)
    for _ in range(count):
        name, kind, below = next(parts)
        yield name, kind
        while below:
            _, _, more = next(parts)
            below += more - 1


def _parquet(path: str, engine: Engine) -> Columns | str:
    return _parquet_at_once([path], engine).get(path) or "is no Parquet file, or is cut short"


def _csv(file: SourceFile) -> Columns | str:
    try:
        header = next(content.cells(file), [])
    except content.Unreadable as error:
        return error.sentence
    except csv.Error as error:
        return f"has a header that is no CSV ({error})"
    return Columns(dict.fromkeys(header, "VARCHAR"))


def _cut(name: str) -> str:
    return name if len(name) <= _LONGEST_SHOWN else name[:_LONGEST_SHOWN] + "…"
