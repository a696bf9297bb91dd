"""What the public views hold: a contract, told by `ops sql --schema`."""

from __future__ import annotations

from flowctl_ops.result import Column, Result, Row

_TASK = (
    ("task", "VARCHAR", "catalog name of the task"),
    ("kind", "VARCHAR", "capture, derivation or materialization"),
)
_SHARD = (
    ("key_begin", "VARCHAR", "first key of the shard's range, 8 hex digits"),
    ("r_clock_begin", "VARCHAR", "first r-clock of the shard's range, 8 hex digits"),
)
_TENANT = ("tenant", "VARCHAR", "the task's name up to the first slash")
_BUILD = ("build", "VARCHAR", "id of the build that the task ran")
_DOC = (
    ("doc", "JSON", "the document as it was read"),
    ("file", "VARCHAR", "the file that it was read from"),
)

_POSITION = (
    "position",
    "BIGINT",
    "place in journal order: what is of one time stands in this order",
)


def _pairs(
    names: tuple[tuple[str, str], ...], kind: str = "BIGINT"
) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (name.format(unit), kind, f"{unit} {meaning}")
        for name, meaning in names
        for unit in ("docs", "bytes")
    )


VIEWS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "logs": (
        *_TASK,
        _TENANT,
        *_SHARD,
        _BUILD,
        ("ts", "TIMESTAMP_NS", "time of the log, UTC"),
        ("level", "VARCHAR", "error, warn, info, debug or trace, as Flow wrote it"),
        ("message", "VARCHAR", "what happened"),
        ("fields", "JSON", "what was said beside the message"),
        ("error", "VARCHAR", "fields.error as text"),
        *_DOC,
        _POSITION,
    ),
    "stats": (
        *_TASK,
        _TENANT,
        *_SHARD,
        _BUILD,
        ("ts", "TIMESTAMP_NS", "when the transaction opened, UTC"),
        ("txn_count", "BIGINT", "transactions; NULL in usage documents"),
        ("open_seconds", "DOUBLE", "seconds that the transactions were open"),
        ("uptime_seconds", "DOUBLE", "seconds that the shard was up, in usage documents"),
        ("usage_rate", "DOUBLE", "how much of the uptime is metered; NULL is not at all"),
        *_DOC,
        *_pairs(
            (
                ("{}_read", "that the task read, as the roll-up counts it"),
                ("{}_written", "that the task wrote, as the roll-up counts it"),
            ),
            "HUGEINT",
        ),
        ("usage_seconds", "BIGINT", "metered seconds"),
        _POSITION,
    ),
    "bindings": (
        *_TASK,
        ("ts", "TIMESTAMP_NS", "when the transaction opened, UTC"),
        ("collection", "VARCHAR", "written by a capture or derivation, read by the others"),
        ("transform", "VARCHAR", "name of a derivation's transform; NULL for its output"),
        *_pairs(
            (
                ("left_{}", "loaded from the destination"),
                ("right_{}", "read: from the connector, the collection, the source"),
                ("out_{}", "written"),
            )
        ),
        ("bytes_behind", "BIGINT", "bytes still to be read; NULL if not said"),
        ("last_source_published_at", "TIMESTAMP_NS", "how far the source was read"),
        ("last_published_at", "TIMESTAMP_NS", "when the collection was last published to"),
        *_SHARD,
        _POSITION,
    ),
    "catalog_stats": (
        ("catalog_name", "VARCHAR", "a task, a collection, or a prefix that ends in a slash"),
        ("grain", "VARCHAR", "hourly, daily or monthly"),
        ("ts", "TIMESTAMP_NS", "start of the bucket, UTC"),
        *_pairs(
            (
                ("{}_read_by_me", "that the task read"),
                ("{}_written_by_me", "that the task wrote"),
                ("{}_read_from_me", "that tasks read from the collection"),
                ("{}_written_to_me", "that tasks wrote to the collection"),
            )
        ),
        ("txn_count", "BIGINT", "transactions"),
        ("usage_seconds", "BIGINT", "metered seconds"),
        ("warnings", "BIGINT", "logs of level warn"),
        ("errors", "BIGINT", "logs of level error that are no failures"),
        ("failures", "BIGINT", "logs of level error that say `shard failed`"),
        ("last_published_at", "TIMESTAMP_NS", "when the collection was last published to"),
        ("summary", "JSON", "all of that as Flow writes it, `statsSummary`"),
        ("task_stats", "JSON", "what the task said of its bindings, `taskStats`"),
    ),
    "names": (
        ("catalog_name", "VARCHAR", "a task, a collection, or a derivation, which is both"),
        ("kind", "VARCHAR", "capture, derivation or materialization; NULL of a collection"),
        ("is_task", "BOOLEAN", "whether it is a task's"),
        ("is_collection", "BOOLEAN", "whether tasks write to it or read from it"),
    ),
    "failures": (
        *_TASK,
        *_SHARD,
        ("ts", "TIMESTAMP_NS", "when the shard failed, UTC"),
        ("error", "VARCHAR", "why, as text"),
        ("fields", "JSON", "what was said beside"),
    ),
    "left_out": (
        ("collection", "VARCHAR", "logs or stats"),
        *_TASK,
        ("ts", "TIMESTAMP_NS", "time of the document, UTC"),
        ("why", "VARCHAR", "copy, rolled back, or uncommitted: not acknowledged yet"),
        _DOC[1],
        _POSITION,
    ),
    "files": (
        ("path", "VARCHAR", "the file, as it was named"),
        ("collection", "VARCHAR", "the ops collection that its path names"),
        ("journal", "VARCHAR", "the journal that it is a fragment of"),
        *_TASK[::-1],
        ("format", "VARCHAR", "json, parquet or csv"),
        ("begin_offset", "BIGINT", "first byte of the journal that it holds"),
        ("end_offset", "BIGINT", "the byte behind the last"),
        ("size", "BIGINT", "bytes on disk"),
        ("opened_at", "TIMESTAMP_NS", "hour of the first append to it"),
        ("used", "BOOLEAN", "whether this question reads it"),
        ("why_not", "VARCHAR", "why it does not"),
    ),
}


def schema() -> Result:
    """Give a row a column of a view, with its type and its meaning."""
    rows: list[Row] = [(view, *column) for view, columns in VIEWS.items() for column in columns]
    columns = (Column("view"), Column("column"), Column("type"), Column("meaning"))
    return Result(columns, [rows])


def views() -> Result:
    """Give a row a view, by name; what the engine keeps beside them is nobody's concern."""
    return Result((Column("name"),), [[(view,) for view in sorted(VIEWS)]])
