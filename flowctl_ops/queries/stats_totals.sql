-- How much moved over a time: a row is one name, and at last their sum where it means something. `newest` is
-- the newest document that a row is made of, `last_transaction` the newest that tells of a transaction;
-- `activity` is its bytes by share of the time, NULL where there is no data.
WITH
$asked
documents AS NOT MATERIALIZED (
  SELECT
    task AS name, ts, -- $own
    docs_read AS docs_read_by_me, bytes_read AS bytes_read_by_me, -- $own
    docs_written AS docs_written_by_me, bytes_written AS bytes_written_by_me, -- $own
    NULL::BIGINT AS docs_read_from_me, NULL::BIGINT AS bytes_read_from_me, -- $own
    NULL::BIGINT AS docs_written_to_me, NULL::BIGINT AS bytes_written_to_me, -- $own
    txn_count, usage_seconds, -- $own
    NULL::BIGINT AS warnings, NULL::BIGINT AS errors, NULL::BIGINT AS failures, -- $own
    NULL::TIMESTAMP_NS AS last_published_at, -- $own
  FROM stats -- $own
  WHERE task IS NOT NULL -- $own
    catalog_name AS name, ts, -- $exported
    docs_read_by_me, bytes_read_by_me, docs_written_by_me, bytes_written_by_me, -- $exported
    docs_read_from_me, bytes_read_from_me, docs_written_to_me, bytes_written_to_me, -- $exported
    txn_count, usage_seconds, warnings, errors, failures, last_published_at -- $exported
  FROM catalog_stats -- $exported
  WHERE NOT is_prefix(catalog_name) -- $exported
    AND grain = (SELECT min_by(grain, grain_rank(grain)) FROM catalog_stats AS finer WHERE finer.catalog_name = catalog_stats.catalog_name) -- $exported
    AND kind = $kind -- $own
    AND ts >= $since::TIMESTAMP_NS
    AND ts < $until::TIMESTAMP_NS
  UNION ALL BY NAME -- $collections
  SELECT -- $collections
    collection AS name, -- $collections
    ts, -- $collections
    CASE WHEN is_read(kind, transform) THEN right_docs END AS docs_read_from_me, -- $collections
    CASE WHEN is_read(kind, transform) THEN right_bytes END AS bytes_read_from_me, -- $collections
    CASE WHEN is_written(kind, transform) THEN out_docs END AS docs_written_to_me, -- $collections
    CASE WHEN is_written(kind, transform) THEN out_bytes END AS bytes_written_to_me, -- $collections
    CASE WHEN is_written(kind, transform) THEN last_published_at END AS last_published_at -- $collections
  FROM bindings -- $collections
  WHERE task IS NOT NULL AND collection IS NOT NULL AND (collection <> '' OR transform IS NULL) -- $collections
    AND kind = $kind -- $collections
    AND ts >= $since::TIMESTAMP_NS -- $collections
    AND ts < $until::TIMESTAMP_NS -- $collections
),
reach AS (
  SELECT
    min(epoch_ns(ts)) AS first_ns, -- $from_first
    max(epoch_ns($since::TIMESTAMP_NS)) AS first_ns,
    max(epoch_ns(ts)) + 1 AS end_ns, -- $to_last
    max(epoch_ns($until::TIMESTAMP_NS)) AS end_ns,
  FROM documents
  WHERE isfinite(ts)
),
sums AS (
  SELECT
    name,
    least((epoch_ns(ts) - (SELECT first_ns FROM reach)) // (SELECT greatest(1, (end_ns - first_ns - 1) // $shares + 1) FROM reach), $shares - 1) AS share,
    sum(docs_read_by_me) AS docs_read_by_me,
    sum(bytes_read_by_me) AS bytes_read_by_me,
    sum(docs_written_by_me) AS docs_written_by_me,
    sum(bytes_written_by_me) AS bytes_written_by_me,
    sum(docs_read_from_me) AS docs_read_from_me,
    sum(bytes_read_from_me) AS bytes_read_from_me,
    sum(docs_written_to_me) AS docs_written_to_me,
    sum(bytes_written_to_me) AS bytes_written_to_me,
    sum(txn_count) AS txn_count,
    sum(usage_seconds) AS usage_seconds,
    sum(warnings) AS warnings,
    sum(errors) AS errors,
    sum(failures) AS failures,
    max(last_published_at) AS last_published_at,
    max(ts) AS newest,
    max(CASE WHEN txn_count > 0 THEN ts END) AS last_transaction
  FROM documents
  GROUP BY name, share
  UNION ALL BY NAME -- $own
  SELECT -- $own
    task AS name, -- $own
    count(*) FILTER (is_warning(level)) AS warnings, -- $own
    count(*) FILTER (is_error(level, message)) AS errors, -- $own
    count(*) FILTER (is_failure(level, message)) AS failures -- $own
  FROM logs -- $own
  WHERE task IS NOT NULL AND level IN ('warn', 'error') -- $own
    AND kind = $kind -- $own
    AND ts >= $since::TIMESTAMP_NS -- $own
    AND ts < $until::TIMESTAMP_NS -- $own
  GROUP BY task -- $own
),
named AS (
  SELECT
    sums.*,
    names.kind AS name_kind,
    name AS catalog_name, -- $plain
    unnest([name] || prefixes_of(name)) AS catalog_name, -- $prefixed
    asked.name AS catalog_name, -- $by_rollup
    coalesce(names.kind, 'unknown') AS catalog_name, -- $by_kind
    tenant_of(name) AS catalog_name, -- $by_tenant
  FROM sums
  LEFT JOIN names ON names.catalog_name = sums.name
  JOIN asked ON is_named(sums.name, asked.regex) -- $by_rollup
  WHERE true
    AND names.is_task -- $of_tasks
    AND names.kind = $kind -- $of_tasks
    AND names.is_collection -- $of_collections
    AND is_named(name, $task_names)
),
totals AS (
  SELECT
    catalog_name,
    max(name_kind) FILTER (name = catalog_name) AS kind,
    coalesce(sum(docs_read_by_me), 0) AS docs_read_by_me,
    coalesce(sum(bytes_read_by_me), 0) AS bytes_read_by_me,
    coalesce(sum(docs_written_by_me), 0) AS docs_written_by_me,
    coalesce(sum(bytes_written_by_me), 0) AS bytes_written_by_me,
    coalesce(sum(docs_read_from_me), 0) AS docs_read_from_me,
    coalesce(sum(bytes_read_from_me), 0) AS bytes_read_from_me,
    coalesce(sum(docs_written_to_me), 0) AS docs_written_to_me,
    coalesce(sum(bytes_written_to_me), 0) AS bytes_written_to_me,
    coalesce(sum(txn_count), 0) AS txn_count,
    coalesce(sum(warnings), 0) AS warnings,
    coalesce(sum(errors), 0) AS errors,
    coalesce(sum(failures), 0) AS failures,
    coalesce(sum(usage_seconds), 0) AS usage_seconds,
    max(last_published_at) AS last_published_at,
    max(newest) AS newest,
    max(last_transaction) AS last_transaction,
    shares_of(list({'share': share, 'bytes': moved_bytes(named, true, true)}), $shares) AS activity
  FROM named
  WHERE true
    AND is_named(catalog_name, $names)
    AND is_prefix(catalog_name) -- $prefixes
  GROUP BY catalog_name
),
ranked AS (
  SELECT
    *,
    row_number() OVER (
      ORDER BY
        newest DESC NULLS LAST, -- $sort_newest
        sort_key(totals, $sort, $by_me, $of_me) DESC,
        catalog_name
    ) AS rank
  FROM totals
  QUALIFY rank <= $top
),
answer AS (
  FROM ranked
  UNION ALL BY NAME -- $with_total
  SELECT -- $with_total
    CASE WHEN (SELECT count(*) FROM totals) > count(*) THEN 'total of these' ELSE 'total' END AS catalog_name, -- $with_total
    sum(docs_read_by_me) AS docs_read_by_me, sum(bytes_read_by_me) AS bytes_read_by_me, -- $with_total
    sum(docs_written_by_me) AS docs_written_by_me, sum(bytes_written_by_me) AS bytes_written_by_me, -- $with_total
    sum(docs_read_from_me) AS docs_read_from_me, sum(bytes_read_from_me) AS bytes_read_from_me, -- $with_total
    sum(docs_written_to_me) AS docs_written_to_me, sum(bytes_written_to_me) AS bytes_written_to_me, -- $with_total
    sum(txn_count) AS txn_count, sum(warnings) AS warnings, sum(errors) AS errors, sum(failures) AS failures, -- $with_total
    sum(usage_seconds) AS usage_seconds, max(newest) AS newest, max(last_transaction) AS last_transaction, -- $with_total
    list_transform(range($shares), lambda share: list_sum(list_transform(list(activity), lambda bytes: bytes[share + 1]))) AS activity, -- $with_total
    max(rank) + 1 AS rank -- $with_total
  FROM ranked -- $with_total
  HAVING count(*) > 1 -- $with_total
)
SELECT
  catalog_name,
  kind, -- $with_kind
  docs_read_by_me, -- $show_by_me
  bytes_read_by_me, -- $show_by_me
  docs_written_by_me, -- $show_by_me
  bytes_written_by_me, -- $show_by_me
  docs_read_from_me, -- $show_of_me
  bytes_read_from_me, -- $show_of_me
  docs_written_to_me, -- $show_of_me
  bytes_written_to_me, -- $show_of_me
  txn_count, -- $show_own
  warnings, -- $show_own
  errors, -- $show_own
  failures, -- $show_own
  usage_seconds, -- $show_own
  rfc3339(last_published_at) AS last_published_at, -- $documents
  rfc3339(newest) AS newest,
  rfc3339(last_transaction) AS last_transaction, -- $show_own
  activity -- $with_activity
FROM answer
ORDER BY rank
