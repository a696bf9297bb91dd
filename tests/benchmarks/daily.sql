-- What a person would write for daily sums of stats, without asking what is committed.
CREATE TEMP TABLE answer AS
  SELECT name, date_trunc('day', ts) AS day, sum(txn), sum(wd), sum(wb), sum(rd), sum(rb), sum(u)
  FROM (
    SELECT s.shard.name AS name, s.ts::TIMESTAMPTZ AS ts, s.txnCount AS txn,
      coalesce(list_sum([b."out".docsTotal for b in map_values(s.capture)]), s.derive."out".docsTotal) AS wd,
      coalesce(list_sum([b."out".bytesTotal for b in map_values(s.capture)]), s.derive."out".bytesTotal) AS wb,
      coalesce(
        list_sum([b."right".docsTotal for b in map_values(s.materialize)]),
        list_sum([b."input".docsTotal for b in map_values(s.derive.transforms)])) AS rd,
      coalesce(
        list_sum([b."right".bytesTotal for b in map_values(s.materialize)]),
        list_sum([b."input".bytesTotal for b in map_values(s.derive.transforms)])) AS rb,
      round(s.interval.uptimeSeconds * s.interval.usageRate) AS u
    FROM (
      SELECT json_transform(json, '{"ts": "VARCHAR", "shard": {"name": "VARCHAR"}, "txnCount": "BIGINT", "capture": "MAP(VARCHAR, STRUCT(\"out\" STRUCT(docsTotal BIGINT, bytesTotal BIGINT)))", "materialize": "MAP(VARCHAR, STRUCT(\"right\" STRUCT(docsTotal BIGINT, bytesTotal BIGINT)))", "derive": {"out": "STRUCT(docsTotal BIGINT, bytesTotal BIGINT)", "transforms": "MAP(VARCHAR, STRUCT(\"input\" STRUCT(docsTotal BIGINT, bytesTotal BIGINT)))"}, "interval": {"uptimeSeconds": "DOUBLE", "usageRate": "DOUBLE"}}') AS s
      FROM read_ndjson_objects(getvariable('data'))
    )
    WHERE s.ts IS NOT NULL
  )
  GROUP BY ALL ORDER BY ALL;

-- And to a file.
COPY answer TO 'hand-written.csv';
