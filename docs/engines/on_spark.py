"""Ask materialized data on Spark: the public views, and what `--print-sql` prints.

    python docs/engines/on_spark.py DEST "SELECT level, count(*) FROM logs GROUP BY level"
    ops stats --data DEST --print-sql | python docs/engines/on_spark.py DEST

The rows are printed as JSON lines. In a program of your own: `declare(spark, DEST)`, then
`spark.sql(...)` in Spark's own words, or `spark.sql(carried(text))` in those of `ops sql`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carry import carried, expanded
from sqlglot.errors import SqlglotError

from flowctl_ops.sources import manifest, stored
from flowctl_ops.statement import MARKED, Values, statement
from flowctl_ops.vocabulary import Grain

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

HERE = Path(__file__).parent
ALL_BUCKETS: Values = {
    "finest": "hourly",
    "grains": [str(grain) for grain in Grain],
    **dict.fromkeys(("logs", "collections", "prefixes", "by_position"), MARKED),
}
_COUNTS = "txn_count docs_read bytes_read docs_written bytes_written published_docs published_bytes"
_SIDES = "left_docs left_bytes right_docs right_bytes out_docs out_bytes"
_PLACE = "doc STRING, file STRING, stream STRING, number BIGINT"


def _wide(names: str) -> str:
    """Give counts their type: Flow's are `uint64`, their sums more; BIGINT is read as this, too."""
    return ", ".join(f"{name} DECIMAL(38, 0)" for name in names.split())


SCHEMAS = {
    stored.LOGS: f"task STRING, kind STRING, level STRING, ns BIGINT, {_PLACE}",
    stored.STATS: (
        f"task STRING, kind STRING, key_begin STRING, r_clock_begin STRING, ns BIGINT, hour INT, "
        f"part STRING, {_wide(_COUNTS)}, usage_seconds BIGINT, uptime_seconds DOUBLE, "
        f"usage_rate DOUBLE, committed_at BIGINT, {_PLACE}"
    ),
    stored.BINDINGS: (
        f"task STRING, kind STRING, ns BIGINT, hour INT, collection STRING, transform STRING, "
        f"{_wide(_SIDES)}, bytes_behind BIGINT, last_source_published_at STRING, "
        f"last_published_at STRING, key_begin STRING, r_clock_begin STRING, stream STRING, "
        f"number BIGINT"
    ),
}


# ── The views ──────────────────────────────────────────────────────────────────────────────────


def declare(spark: SparkSession, dest: str) -> None:
    """Declare the public views over a folder that `ops materialize` wrote.

    Raises:
        ValueError: if its manifest is none that this version can read.
        OSError: if it has none.
    """
    store = manifest.read(dest, dest)
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    folder = re.sub(r"([\[\]{}*?\\])", r"\\\1", dest)  # which Spark takes for a pattern
    for documents, columns in SCHEMAS.items():
        paths = [f"{folder}/{each.path}" for each in store.parts if each.documents == documents]
        reader = spark.read.schema(columns)
        frame = reader.parquet(*paths) if paths else spark.createDataFrame([], columns)
        frame.createOrReplaceTempView(f"parts_{documents}")
    streams = sorted(store.streams, key=lambda stream: stream.order)
    codes = [(stream.path, code) for code, stream in enumerate(streams)]
    _table(spark, "streams", codes, "stream STRING, code BIGINT")
    _table(spark, "tasks", sorted(store.tasks.items()), "task STRING, kind STRING")
    for view in views():
        spark.sql(view)


def _table(spark: SparkSession, name: str, rows: Iterable[Any], columns: str) -> None:
    spark.createDataFrame(list(rows), columns).createOrReplaceTempView(name)


def views() -> list[str]:
    """Give the statements that declare the views, in their order."""
    text = (HERE / "spark_views.sql").read_text("utf-8")
    declared = []
    for view in re.split(r";\s+", text.strip().removesuffix(";")):
        head, relation, name = view.partition(" AS $")
        if relation:
            body = statement(f"relations/{name}.sql", ALL_BUCKETS).printed()
            declared.append(f"{head} AS {carried(body)}")
        else:
            declared.append(expanded(view))
    return declared


def main(dest: str, text: str) -> None:
    """Print the rows of a statement as JSON lines."""
    from pyspark.sql import SparkSession  # noqa: PLC0415 - what carries a statement needs none

    try:
        question = carried(text)
        spark = SparkSession.builder.appName("ops").getOrCreate()
        spark.conf.set("spark.sql.jsonGenerator.ignoreNullFields", "false")
        declare(spark, dest)
    except (OSError, ValueError, SqlglotError) as error:
        sys.stderr.write(f"on_spark: {error}\n")
        sys.exit(3)
    for row in spark.sql(question).toJSON().toLocalIterator():
        sys.stdout.write(f"{row}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else sys.stdin.read())  # noqa: PLR2004
