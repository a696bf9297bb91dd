-- Every rule about documents, names and times, each once, as macros that relations and questions share.

-- ── Levels, failures, names ─────────────────────────────────────────────────────────────────────

-- Rank 1 (error) to 5 (trace). What is outside Flow's five levels, or missing, must never be hidden.
CREATE OR REPLACE TEMP MACRO level_rank(level) AS
  CASE level WHEN 'info' THEN 3 WHEN 'debug' THEN 4 WHEN 'warn' THEN 2 WHEN 'trace' THEN 5 ELSE 1 END;

-- What Flow counts a log as. Source: estuary/flow ops-catalog/catalog-stats.ts.
CREATE OR REPLACE TEMP MACRO is_failure(level, message) AS
  level = 'error' AND message IS NOT DISTINCT FROM 'shard failed';
CREATE OR REPLACE TEMP MACRO is_error(level, message) AS
  level = 'error' AND NOT is_failure(level, message);
CREATE OR REPLACE TEMP MACRO is_warning(level) AS level = 'warn';

-- What tells of a task's life and is no warning: new terms, new specs, what the connector says of itself.
CREATE OR REPLACE TEMP MACRO is_term(message) AS message = 'initialized catalog task term';
CREATE OR REPLACE TEMP MACRO is_new_spec(message) AS message = 'applying updated task specification';
CREATE OR REPLACE TEMP MACRO is_applied(message) AS message = 'connector applied';
CREATE OR REPLACE TEMP MACRO is_backfill(message) AS starts_with(message, 'backfill triggered') OR starts_with(message, 'beginning backfill');
CREATE OR REPLACE TEMP MACRO is_status(event_type) AS event_type = 'connectorStatus';
CREATE OR REPLACE TEMP MACRO is_config_update(event_type) AS event_type = 'configUpdate';
CREATE OR REPLACE TEMP MACRO is_notable(message, event_type) AS
  coalesce(is_status(event_type) OR is_config_update(event_type), false)
  OR coalesce(is_term(message) OR is_new_spec(message) OR is_applied(message) OR is_backfill(message), false);

CREATE OR REPLACE TEMP MACRO tenant_of(name) AS split_part(name, '/', 1);

CREATE OR REPLACE TEMP MACRO is_prefix(name) AS ends_with(name, '/');

-- The prefixes of a name that end in a slash: `a/` and `a/b/` of `a/b/c`.
CREATE OR REPLACE TEMP MACRO prefixes_of(name) AS
  list_transform(
    range(1, len(string_split(name, '/'))),
    lambda length: array_to_string(string_split(name, '/')[:length], '/') || '/'
  );

-- Whether a name is one of those that a regular expression stands for.
CREATE OR REPLACE TEMP MACRO is_named(name, regex) AS regexp_full_match(name, regex, 's');

-- ── Searches ────────────────────────────────────────────────────────────────────────────────────

-- Whether a log says what is searched for, in its message or its error.
CREATE OR REPLACE TEMP MACRO says(message, error, pattern) AS
  coalesce(regexp_matches(message, pattern), false) OR coalesce(regexp_matches(error, pattern), false);

-- Whether a value of `fields` (as text; NULL if absent) meets a condition. As numbers where the text
-- compared with is one: whole ones exactly, others as doubles.
CREATE OR REPLACE TEMP MACRO compared(found, wanted, is_number, operator) AS
  CASE
    WHEN NOT is_number THEN
      CASE operator WHEN '>' THEN found > wanted WHEN '>=' THEN found >= wanted WHEN '<' THEN found < wanted ELSE found <= wanted END
    WHEN TRY_CAST(found AS HUGEINT) IS NOT NULL AND TRY_CAST(wanted AS HUGEINT) IS NOT NULL
      AND NOT contains(found || wanted, '.') AND NOT contains(lower(found || wanted), 'e') THEN
      CASE operator
        WHEN '>' THEN TRY_CAST(found AS HUGEINT) > TRY_CAST(wanted AS HUGEINT)
        WHEN '>=' THEN TRY_CAST(found AS HUGEINT) >= TRY_CAST(wanted AS HUGEINT)
        WHEN '<' THEN TRY_CAST(found AS HUGEINT) < TRY_CAST(wanted AS HUGEINT)
        ELSE TRY_CAST(found AS HUGEINT) <= TRY_CAST(wanted AS HUGEINT)
      END
    ELSE
      CASE operator
        WHEN '>' THEN TRY_CAST(found AS DOUBLE) > TRY_CAST(wanted AS DOUBLE)
        WHEN '>=' THEN TRY_CAST(found AS DOUBLE) >= TRY_CAST(wanted AS DOUBLE)
        WHEN '<' THEN TRY_CAST(found AS DOUBLE) < TRY_CAST(wanted AS DOUBLE)
        ELSE TRY_CAST(found AS DOUBLE) <= TRY_CAST(wanted AS DOUBLE)
      END
  END;
CREATE OR REPLACE TEMP MACRO meets(found, operator, wanted, is_number) AS
  CASE operator
    WHEN '=' THEN coalesce(found = wanted, false)
    WHEN '!=' THEN found IS DISTINCT FROM wanted
    WHEN '~' THEN coalesce(regexp_matches(found, wanted), false)
    WHEN '!~' THEN NOT coalesce(regexp_matches(found, wanted), false)
    ELSE coalesce(compared(found, wanted, is_number, operator), false)
  END;
CREATE OR REPLACE TEMP MACRO meets_all(doc, conditions) AS
  len(conditions) = 0
  OR list_bool_and(
    list_transform(
      conditions,
      lambda condition: meets(
        coalesce(doc ->> condition.path, doc ->> condition.flat_path), condition.operator, condition.wanted, condition.is_number
      )
    )
  );

-- ── Times ───────────────────────────────────────────────────────────────────────────────────────

-- Nanoseconds since the Unix epoch of a date-time text, its offset honoured; NULL if it is none.
-- Years that do not fit are as far off as can be said, which is what `far_off` tells.
CREATE OR REPLACE TEMP MACRO text_ns(ts) AS
  coalesce(
    epoch_ns(TRY_CAST(ts AS TIMESTAMPTZ_NS)),
    epoch_ns(TRY_CAST(upper(ts) AS TIMESTAMPTZ_NS)),
    (2 * (TRY_CAST(ts AS TIMESTAMPTZ) >= TIMESTAMPTZ '1970-01-01 00:00:00+00')::BIGINT - 1) * 9223372036854775807
  );
CREATE OR REPLACE TEMP MACRO far_off(ns) AS ns NOT BETWEEN -9223372036854775806 AND 9223372036854775806;

-- Nanoseconds since the Unix epoch as a time; infinite where it does not fit.
CREATE OR REPLACE TEMP MACRO ns_timestamp(ns) AS
  CASE
    WHEN ns > 9223372036854775806 THEN 'infinity'::TIMESTAMP_NS
    WHEN ns < -9223372036854775806 THEN '-infinity'::TIMESTAMP_NS
    ELSE make_timestamp_ns(ns)
  END;

-- And back: nanoseconds since the Unix epoch of a time, as far off as can be said where it is infinite.
CREATE OR REPLACE TEMP MACRO timestamp_ns(ts) AS
  CASE
    WHEN isfinite(ts) THEN epoch_ns(ts)
    WHEN ts > TIMESTAMP_NS '1970-01-01 00:00:00' THEN 9223372036854775807
    WHEN ts IS NOT NULL THEN -9223372036854775807
  END;

-- A time as RFC 3339 in UTC, with the digits that it has: 0, 3, 6 or 9 as Flow writes them; NULL of
-- one that does not fit.
CREATE OR REPLACE TEMP MACRO rfc3339(ts) AS
  CASE WHEN isfinite(ts) THEN
    CASE
      WHEN epoch_ns(ts) % 1000000000 = 0 THEN strftime(ts, '%Y-%m-%dT%H:%M:%SZ')
      WHEN epoch_ns(ts) % 1000000 = 0 THEN strftime(ts, '%Y-%m-%dT%H:%M:%S.%gZ')
      WHEN epoch_ns(ts) % 1000 = 0 THEN strftime(ts, '%Y-%m-%dT%H:%M:%S.%fZ')
      ELSE strftime(ts, '%Y-%m-%dT%H:%M:%S.%nZ')
    END
  END;

-- Hours since the Unix epoch of a time; text where it does not fit into nanoseconds. (Trimmed so that
-- the engine does not take this for what `text_ns` reads, and read it of every document.)
CREATE OR REPLACE TEMP MACRO hour_of(ns, ts) AS
  CASE
    WHEN NOT far_off(ns) THEN (ns - ((ns % 3600000000000) + 3600000000000) % 3600000000000) // 3600000000000
    ELSE epoch_us(date_trunc('hour', TRY_CAST(trim(ts) AS TIMESTAMPTZ))) // 3600000000
  END;

-- The bucket of a grain that an hour lies in, and the next one, by their first hours.
CREATE OR REPLACE TEMP MACRO bucket_of(hour, grain) AS
  CASE grain
    WHEN 'hourly' THEN hour
    WHEN 'daily' THEN hour - ((hour % 24) + 24) % 24
    ELSE epoch_us(date_trunc('month', make_timestamp(hour::BIGINT * 3600000000))) // 3600000000
  END::BIGINT;
CREATE OR REPLACE TEMP MACRO hour_timestamp(hour) AS
  ns_timestamp(greatest(least(hour::HUGEINT * 3600000000000, 9223372036854775807), -9223372036854775807)::BIGINT);
CREATE OR REPLACE TEMP MACRO next_bucket(ts, grain) AS
  (ts::TIMESTAMP + CASE grain WHEN 'hourly' THEN INTERVAL 1 HOUR WHEN 'daily' THEN INTERVAL 1 DAY ELSE INTERVAL 1 MONTH END)::TIMESTAMP_NS;

CREATE OR REPLACE TEMP MACRO grain_rank(grain) AS CASE grain WHEN 'hourly' THEN 1 WHEN 'daily' THEN 2 ELSE 3 END;

-- ── UUIDs: producer, clock, flags ───────────────────────────────────────────────────────────────

-- A v1 UUID as a number, NULL if it is none.
CREATE OR REPLACE TEMP MACRO v1_number(uuid) AS
  CASE WHEN length(uuid) = 36 AND substr(uuid, 15, 1) = '1' THEN TRY_CAST(uuid AS UUID)::UHUGEINT END;
CREATE OR REPLACE TEMP MACRO v1_node(v1) AS (v1 & 18446744073709551615)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_flags(v1) AS ((v1_node(v1) >> 48) & 1023)::USMALLINT;

-- The clock in 100 ns since 1582 and a sequence (NULL where it was never set), and the producer. Shifts
-- of a number cost a tenth of what reading hexadecimal text does.
CREATE OR REPLACE TEMP MACRO v1_time(v1) AS (v1 >> 64)::UBIGINT;
CREATE OR REPLACE TEMP MACRO v1_clock(v1) AS
  nullif(
    ((v1_time(v1) & 4095) * 4503599627370496) | (((v1_time(v1) >> 16) & 65535) << 36) | ((v1_time(v1) >> 32) << 4)
    | ((v1_node(v1) >> 58) & 15),
    0
  );
CREATE OR REPLACE TEMP MACRO v1_producer(v1) AS (v1_node(v1) & 281474976710655)::BIGINT;

-- Acknowledgements (2) and control documents (others) are never data, whatever they look like.
CREATE OR REPLACE TEMP MACRO is_data(v1) AS coalesce(v1_flags(v1) <= 1, true);

-- Producer and clock of a document as one value: the UUID without its flags. NULL where a document
-- cannot be told from its copies: no v1 UUID, or a clock that was never set.
CREATE OR REPLACE TEMP MACRO document_key(v1) AS
  CASE WHEN v1 & 340282366920937330081295430285483048960 <> 0 THEN v1 & 340282366920938463463086658530593210367 END;

-- Where a message stands among all that was read: by its file, then by its place in the table.
CREATE OR REPLACE TEMP MACRO position_of(file, place) AS (enum_code(file)::BIGINT << 40) + place;

-- A value that takes long to work out, worked out once. The engine moves a condition below the value that it is about,
-- and works the value out again for each condition, unless it could be another one each time.
CREATE OR REPLACE TEMP MACRO once(value) AS CASE WHEN random() >= 0 THEN value END;

-- ── What a document is ──────────────────────────────────────────────────────────────────────────

-- Whether the engine reads as JSON what no strict parser does: NaN, Infinity, a comma before a bracket. Looked
-- for at a glance first, then outside of strings.
CREATE OR REPLACE TEMP MACRO is_lenient(text) AS
  CASE
    WHEN contains(text, 'NaN') OR contains(text, 'Infinity') OR regexp_matches(text, ',\s*[\]}]')
      THEN regexp_matches(regexp_replace(text, '"(?:[^"\\]|\\.)*"', '""', 'g'), 'NaN|Infinity|,\s*[\]}]')
    ELSE false
  END;

-- Whether a value says anything: what is absent, null or empty decides nothing.
CREATE OR REPLACE TEMP MACRO has_content(value) AS
  coalesce(value::VARCHAR NOT IN ('null', '{}', '[]', '""'), false);

-- The members that tell documents apart: of those that name a document whether they are there, of those that
-- count whether they say anything.
CREATE OR REPLACE TEMP MACRO members_of(doc) AS
  list_transform(
    [list_transform(
      json_extract(
        doc,
        [
          '$.catalogName', '$.grain', '$.level', '$.message', '$.ts', '$.shard', '$.fields', '$.capture',
          '$.materialize', '$.derive', '$.interval', '$.txnCount', '$.openSecondsTotal'
        ]
      ),
      lambda value: {'there': value IS NOT NULL, 'says': has_content(value)}
    )],
    lambda has: {
      'catalog_name': has[1].there, 'grain': has[2].there, 'level': has[3].there, 'message': has[4].there, 'ts': has[5].there,
      'shard': has[6].there, 'fields': has[7].there, 'moved': has[8].says OR has[9].says OR has[10].says,
      'interval': has[11].says, 'counted': has[12].there OR has[13].there
    }
  )[1];

-- What a JSON document is. Only asked where what it is for does not say it already.
CREATE OR REPLACE TEMP MACRO document_class(doc, uuid, has) AS
  CASE
    WHEN doc IS NULL THEN 'unreadable'
    WHEN NOT starts_with(ltrim(doc, E' \t\r\n'), '{') THEN 'foreign'
    WHEN NOT is_data(v1_number(coalesce(uuid, doc ->> '$._meta'))) THEN 'acknowledgement'
    WHEN has.catalog_name AND has.grain THEN 'catalog_stats'
    WHEN (has.level OR has.message) AND (has.ts OR has.shard OR has.fields OR (has.level AND has.message)) THEN 'log'
    WHEN has.moved OR has.interval OR has.counted THEN 'stats'
    WHEN coalesce(doc ->> '$._meta.ack', doc ->> '$.ack', doc ->> '$.is_ack') = 'true' THEN 'acknowledgement'
    WHEN has.shard AND has.ts THEN 'stats'
    WHEN json_exists(doc, ['$.capture', '$.materialize', '$.derive', '$.interval', '$.txnCount', '$.openSecondsTotal'])
      <> [false, false, false, false, false, false] THEN 'stats'
    ELSE 'foreign'
  END;

-- The task of a document where the path does not say it: the shard's, then what Dekaf writes.
CREATE OR REPLACE TEMP MACRO task_in(doc) AS
  coalesce(
    doc ->> '$.shard.name',
    doc ->> '$.fields.task_name',
    list_filter(json_extract_string(doc, '$.spans[*].fields.session_task_name'), lambda name: name IS NOT NULL)[1]
  );

-- ── What a stats document says ──────────────────────────────────────────────────────────────────

-- The members of a stats document, bindings as a map by the name of their collection, transforms by
-- their own. Counters are `uint64` in Flow.
CREATE OR REPLACE TEMP MACRO bindings_type() AS
  'MAP(VARCHAR, STRUCT(\"left\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"right\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), \"out\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR, lastPublishedAt VARCHAR))';
CREATE OR REPLACE TEMP MACRO parts_type() AS
  '"capture": "' || bindings_type() || '",
    "materialize": "' || bindings_type() || '",
    "derive": {
      "transforms": "MAP(VARCHAR, STRUCT(\"source\" VARCHAR, \"input\" STRUCT(docsTotal UBIGINT, bytesTotal UBIGINT), bytesBehind BIGINT, lastSourcePublishedAt VARCHAR))",
      "published": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"},
      "out": {"docsTotal": "UBIGINT", "bytesTotal": "UBIGINT"},
      "lastPublishedAt": "VARCHAR"
    },
    "interval": {"uptimeSeconds": "DOUBLE", "usageRate": "DOUBLE"}';
CREATE OR REPLACE TEMP MACRO stats_type() AS
  '{
    "_meta": {"uuid": "VARCHAR"},
    "ts": "VARCHAR",
    "level": "VARCHAR",
    "message": "VARCHAR",
    "catalogName": "VARCHAR",
    "shard": {"kind": "VARCHAR", "name": "VARCHAR", "keyBegin": "VARCHAR", "rClockBegin": "VARCHAR", "build": "VARCHAR"},
    "txnCount": "UBIGINT",
    "openSecondsTotal": "VARCHAR",
    ' || parts_type() || '
  }';

-- Which part of a document counts, by what it says: an empty one is none. Source: catalog-stats.ts,
-- which takes the first of them.
CREATE OR REPLACE TEMP MACRO part_of(stats) AS
  CASE
    WHEN cardinality(stats.capture) > 0 THEN 'capture'
    WHEN cardinality(stats.materialize) > 0 THEN 'materialize'
    WHEN cardinality(stats.derive.transforms) > 0 OR stats.derive.published IS NOT NULL OR stats.derive."out" IS NOT NULL
      OR stats.derive.lastPublishedAt IS NOT NULL THEN 'derive'
    WHEN stats.interval IS NOT NULL THEN 'interval'
    WHEN stats.capture IS NOT NULL THEN 'capture'
    WHEN stats.materialize IS NOT NULL THEN 'materialize'
    WHEN stats.derive IS NOT NULL THEN 'derive'
  END;
CREATE OR REPLACE TEMP MACRO kind_of(part) AS
  CASE part WHEN 'capture' THEN 'capture' WHEN 'materialize' THEN 'materialization' WHEN 'derive' THEN 'derivation' END;

-- Usage is metered on documents that say nothing else: whole seconds, halves up as JavaScript has it.
CREATE OR REPLACE TEMP MACRO usage_of(part, uptime_seconds, usage_rate) AS
  CASE WHEN part = 'interval' THEN TRY_CAST(floor(uptime_seconds * usage_rate + 0.5) AS BIGINT) END;

-- Who reads and who writes: a materialization's bindings and a derivation's transforms are read (`right`),
-- a capture's bindings and a derivation's output are written (`out`).
CREATE OR REPLACE TEMP MACRO is_read(kind, transform) AS kind = 'materialization' OR transform IS NOT NULL;
CREATE OR REPLACE TEMP MACRO is_written(kind, transform) AS kind = 'capture' OR (kind = 'derivation' AND transform IS NULL);

-- What a task itself read or wrote by one binding, as Flow meters it.
CREATE OR REPLACE TEMP MACRO moved_by_me(kind, transform, read_count, written_count) AS
  CASE WHEN is_read(kind, transform) THEN coalesce(read_count, 0) WHEN is_written(kind, transform) THEN coalesce(written_count, 0) ELSE 0 END;

-- What is summed of a member that Flow leaves out where it is zero.
CREATE OR REPLACE TEMP MACRO sum_of(counts) AS coalesce(list_sum(counts), 0);

-- Whether bindings of a document have one name twice, so that they are no map.
CREATE OR REPLACE TEMP MACRO loses_bindings(doc) AS
  list_bool_or(
    list_transform(
      json_extract(doc, ['$.capture', '$.materialize', '$.derive.transforms']),
      lambda part: has_content(part) AND json_transform(part, '"MAP(VARCHAR, JSON)"') IS NULL
    )
  );

-- Whether a value of a document may have been lost in the cast to its type: a pair of counts that is not
-- whole, or none where there may be one.
CREATE OR REPLACE TEMP MACRO pair_is_odd(pair) AS pair IS NOT NULL AND (pair.docsTotal IS NULL OR pair.bytesTotal IS NULL);
CREATE OR REPLACE TEMP MACRO binding_is_odd(binding) AS
  binding IS NULL OR pair_is_odd(binding."left") OR pair_is_odd(binding."right") OR pair_is_odd(binding."out")
  OR (binding."left" IS NULL AND binding."right" IS NULL AND binding."out" IS NULL);
CREATE OR REPLACE TEMP MACRO may_lose_counts(part, stats, doc) AS
  CASE part
    WHEN 'capture' THEN list_bool_or(list_transform(map_values(stats.capture), lambda binding: binding_is_odd(binding)))
    WHEN 'materialize' THEN list_bool_or(list_transform(map_values(stats.materialize), lambda binding: binding_is_odd(binding)))
    WHEN 'derive' THEN pair_is_odd(stats.derive."out") OR stats.derive."out" IS NULL OR pair_is_odd(stats.derive.published)
      OR coalesce(list_bool_or(list_transform(map_values(stats.derive.transforms), lambda transform:
        transform IS NULL OR transform."input" IS NULL OR pair_is_odd(transform."input"))), true)
    WHEN 'interval' THEN stats.interval.uptimeSeconds IS NULL
      OR CASE WHEN stats.interval.usageRate IS NULL THEN json_exists(doc, '$.interval.usageRate') ELSE false END
    ELSE stats.txnCount IS NULL
  END;

-- Whether a number stands in a document where its type gives none: text that is no number, say.
CREATE OR REPLACE TEMP MACRO is_lost(text, type_of_it) AS
  has_content(text) AND CASE type_of_it WHEN 'count' THEN TRY_CAST(text ->> '$' AS UBIGINT) IS NULL ELSE TRY_CAST(text ->> '$' AS DOUBLE) IS NULL END;
CREATE OR REPLACE TEMP MACRO loses_counts(doc) AS
  list_bool_or(
    list_transform(
      list_concat(
        json_extract(doc, ['$.txnCount', '$.derive.out.docsTotal', '$.derive.out.bytesTotal', '$.derive.published.docsTotal', '$.derive.published.bytesTotal']),
        json_extract(doc, '$.capture.*.*.*'), json_extract(doc, '$.materialize.*.*.*'), json_extract(doc, '$.derive.transforms.*.input.*')
      ),
      lambda value: is_lost(value, 'count')
    )
  )
  OR list_bool_or(
    list_transform(
      list_concat(
        json_extract(doc, '$.capture.*.left'), json_extract(doc, '$.capture.*.right'), json_extract(doc, '$.capture.*.out'),
        json_extract(doc, '$.materialize.*.left'), json_extract(doc, '$.materialize.*.right'),
        json_extract(doc, '$.materialize.*.out'), json_extract(doc, '$.derive.transforms.*.input'), [json_extract(doc, '$.derive.out')]
      ),
      lambda side: has_content(side) AND json_type(side) <> 'OBJECT'
    )
  )
  OR is_lost(json_extract(doc, '$.interval.uptimeSeconds'), 'number')
  OR is_lost(json_extract(doc, '$.interval.usageRate'), 'number');

-- ── What the roll-up keeps of a task's documents ────────────────────────────────────────────────

-- Whether the members that we know are all that a document has: every key of its text is one of theirs,
-- and none is null. Keys are counted, which tells where no white space stands before a colon.
CREATE OR REPLACE TEMP MACRO keys_in(text) AS (strlen(text) - strlen(replace(text, '":', ''))) // 2;
CREATE OR REPLACE TEMP MACRO has(value) AS (value IS NOT NULL)::INTEGER;
CREATE OR REPLACE TEMP MACRO pair_keys(pair) AS
  CASE
    WHEN pair IS NULL THEN 0
    WHEN pair.docsTotal IS NULL OR pair.bytesTotal IS NULL THEN -1000000
    ELSE 3
  END;
CREATE OR REPLACE TEMP MACRO binding_keys(binding) AS
  CASE WHEN binding IS NULL THEN -1000000 ELSE 1 END
  + pair_keys(binding."left") + pair_keys(binding."right") + pair_keys(binding."out")
  + has(binding.bytesBehind) + has(binding.lastSourcePublishedAt) + has(binding.lastPublishedAt);
CREATE OR REPLACE TEMP MACRO transform_keys(transform) AS
  CASE WHEN transform IS NULL THEN -1000000 ELSE 1 END
  + pair_keys(transform."input") + has(transform.source) + has(transform.bytesBehind) + has(transform.lastSourcePublishedAt);
CREATE OR REPLACE TEMP MACRO part_keys(stats) AS
  CASE WHEN stats.capture IS NULL THEN 0
    ELSE 1 + sum_of(list_transform(map_values(stats.capture), lambda binding: binding_keys(binding))) END
  + CASE WHEN stats.materialize IS NULL THEN 0
    ELSE 1 + sum_of(list_transform(map_values(stats.materialize), lambda binding: binding_keys(binding))) END
  + CASE WHEN stats.derive IS NULL THEN 0
    ELSE 1 + pair_keys(stats.derive.published) + pair_keys(stats.derive."out") + has(stats.derive.lastPublishedAt)
      + CASE WHEN stats.derive.transforms IS NULL THEN 0
        ELSE 1 + sum_of(list_transform(map_values(stats.derive.transforms), lambda transform: transform_keys(transform))) END END
  + CASE WHEN stats.interval IS NULL THEN 0
    ELSE 1 + has(stats.interval.uptimeSeconds) + has(stats.interval.usageRate) END;
CREATE OR REPLACE TEMP MACRO other_keys(stats) AS
  2 * has(stats._meta.uuid) + has(stats.ts) + has(stats.txnCount) + has(stats.openSecondsTotal) + has(stats.shard)
  + has(stats.shard.kind) + has(stats.shard.name) + has(stats.shard.keyBegin) + has(stats.shard.rClockBegin) + has(stats.shard.build);
CREATE OR REPLACE TEMP MACRO parts_in(stats) AS
  has(stats.capture) + has(stats.materialize) + has(stats.derive) + has(stats.interval);
CREATE OR REPLACE TEMP MACRO is_plain(doc, stats) AS
  CASE
    WHEN parts_in(stats) > 1 THEN false
    WHEN keys_in(doc::VARCHAR) = other_keys(stats) + part_keys(stats) THEN true
    ELSE keys_in(detail_text(doc)) = part_keys(stats)
      AND NOT regexp_matches(detail_text(doc), '"[ \t\r\n]')
  END;

-- The members of a document that the roll-up keeps of a task, as they were read.
CREATE OR REPLACE TEMP MACRO detail_text(doc) AS
  '{' || concat_ws(
    ',',
    '"capture":' || json_extract(doc, '$.capture'),
    '"materialize":' || json_extract(doc, '$.materialize'),
    '"derive":' || json_extract(doc, '$.derive'),
    '"interval":' || json_extract(doc, '$.interval')
  ) || '}';

-- An object without its members that are null, at any depth, as RFC 7396 merges it into none.
CREATE OR REPLACE TEMP MACRO without_nulls(object) AS json_merge_patch('{' || '}', object)::VARCHAR;

-- The same members made of columns; what is NULL is left out.
CREATE OR REPLACE TEMP MACRO pair_text(docs, bytes) AS
  CASE WHEN docs IS NOT NULL OR bytes IS NOT NULL THEN
    '{' || concat_ws(',', '"docsTotal":' || docs, '"bytesTotal":' || bytes) || '}'
  END;
CREATE OR REPLACE TEMP MACRO binding_text(is_transform, sums) AS
  '{' || CASE WHEN is_transform THEN
    concat_ws(
      ',',
      '"source":' || to_json(sums.collection),
      '"input":' || pair_text(sums.right_docs, sums.right_bytes),
      '"bytesBehind":' || sums.bytes_behind,
      '"lastSourcePublishedAt":' || to_json(sums.last_source_published_at)
    )
  ELSE
    concat_ws(
      ',',
      '"left":' || pair_text(sums.left_docs, sums.left_bytes),
      '"right":' || pair_text(sums.right_docs, sums.right_bytes),
      '"out":' || pair_text(sums.out_docs, sums.out_bytes),
      '"bytesBehind":' || sums.bytes_behind,
      '"lastSourcePublishedAt":' || to_json(sums.last_source_published_at),
      '"lastPublishedAt":' || to_json(sums.last_published_at)
    )
  END || '}';
CREATE OR REPLACE TEMP MACRO number_text(number) AS
  CASE WHEN number = floor(number) AND abs(number) < 1e18 THEN number::BIGINT::VARCHAR ELSE number::VARCHAR END;
CREATE OR REPLACE TEMP MACRO interval_text(uptime, rate) AS
  '{' || concat_ws(',', '"uptimeSeconds":' || number_text(uptime), '"usageRate":' || number_text(rate)) || '}';
CREATE OR REPLACE TEMP MACRO derive_text(transforms, published_docs, published_bytes, output) AS
  '{' || concat_ws(
    ',',
    '"transforms":' || transforms,
    '"published":' || pair_text(published_docs, published_bytes),
    '"out":' || pair_text(output.out_docs, output.out_bytes),
    '"lastPublishedAt":' || to_json(output.last_published_at)
  ) || '}';
CREATE OR REPLACE TEMP MACRO object_text(members) AS '{' || array_to_string(members, ',') || '}';

-- The `taskStats` of an exported document, its parts as maps by name where they are lists of bindings.
CREATE OR REPLACE TEMP MACRO named_parts(parts, name) AS
  CASE
    WHEN json_type(parts) <> 'ARRAY' THEN parts::VARCHAR
    ELSE object_text(
      list_transform(
        json_extract(parts, '$[*]'),
        lambda part: coalesce(json_extract(part, '$.' || name), '""') || ':' || json_merge_patch(part, '{"' || name || '":null}')
      )
    )
  END;
CREATE OR REPLACE TEMP MACRO task_stats_in(doc) AS
  CASE
    WHEN json_type(doc, '$.taskStats.capture') = 'ARRAY' OR json_type(doc, '$.taskStats.materialize') = 'ARRAY'
      OR json_type(doc, '$.taskStats.derive.transforms') = 'ARRAY' THEN
      ('{' || concat_ws(
        ',',
        CASE WHEN has_content(json_extract(doc, '$.taskStats.capture')) THEN '"capture":' || named_parts(json_extract(doc, '$.taskStats.capture'), 'collection') END,
        CASE WHEN has_content(json_extract(doc, '$.taskStats.materialize')) THEN '"materialize":' || named_parts(json_extract(doc, '$.taskStats.materialize'), 'collection') END,
        CASE WHEN has_content(json_extract(doc, '$.taskStats.derive')) THEN
          '"derive":' || CASE
            WHEN json_type(doc, '$.taskStats.derive.transforms') = 'ARRAY' THEN
              json_merge_patch(
                json_merge_patch(json_extract(doc, '$.taskStats.derive'), '{"transforms":null}'),
                '{"transforms":' || named_parts(json_extract(doc, '$.taskStats.derive.transforms'), 'transform') || '}'
              )::VARCHAR
            ELSE json_extract(doc, '$.taskStats.derive')::VARCHAR
          END
        END,
        CASE WHEN has_content(json_extract(doc, '$.taskStats.interval')) THEN '"interval":' || json_extract(doc, '$.taskStats.interval') END
      ) || '}')::JSON
    ELSE json_extract(doc, '$.taskStats')
  END;
CREATE OR REPLACE TEMP MACRO kind_in(detail) AS
  CASE
    WHEN has_content(json_extract(detail, '$.capture')) THEN 'capture'
    WHEN has_content(json_extract(detail, '$.materialize')) THEN 'materialization'
    WHEN has_content(json_extract(detail, '$.derive')) THEN 'derivation'
  END;

-- ── What a log says, and what its path does ─────────────────────────────────────────────────────

-- What nearly every question wants of a log, in one look at it; the message, under either name that connectors
-- give it; the shard.
CREATE OR REPLACE TEMP MACRO said_in(doc) AS
  json_transform(
    doc,
    '{
      "message": "VARCHAR", "msg": "VARCHAR", "fields": "JSON",
      "shard": {"kind": "VARCHAR", "keyBegin": "VARCHAR", "rClockBegin": "VARCHAR", "build": "VARCHAR"}
    }'
  );
CREATE OR REPLACE TEMP MACRO message_in(doc) AS coalesce(said_in(doc).message, said_in(doc).msg);
CREATE OR REPLACE TEMP MACRO shard_in(doc) AS said_in(doc).shard;

-- What the path of a file says, which outweighs what its documents do. Lists and no join, since a join
-- would not keep documents in journal order.
CREATE OR REPLACE TEMP MACRO task_by_path(its_file) AS (SELECT list(task ORDER BY file) FROM read_files)[enum_code(its_file)::BIGINT + 1];
CREATE OR REPLACE TEMP MACRO kind_by_path(its_file) AS (SELECT list(kind ORDER BY file) FROM read_files)[enum_code(its_file)::BIGINT + 1];
CREATE OR REPLACE TEMP MACRO level_by_path(its_file) AS (SELECT list(level ORDER BY file) FROM read_files)[enum_code(its_file)::BIGINT + 1];
CREATE OR REPLACE TEMP MACRO shown_path(its_file) AS (SELECT list(shown ORDER BY file) FROM read_files)[enum_code(its_file)::BIGINT + 1];

-- ── How sums are put in order, and written ──────────────────────────────────────────────────────

-- The bytes, and the documents, that count for a name: what it read and wrote, what was read from it and
-- written to it, or both, as is shown of it.
CREATE OR REPLACE TEMP MACRO moved_bytes(sums, by_me, of_me) AS
  CASE WHEN by_me THEN coalesce(sums.bytes_read_by_me, 0) + coalesce(sums.bytes_written_by_me, 0) ELSE 0 END
  + CASE WHEN of_me THEN coalesce(sums.bytes_read_from_me, 0) + coalesce(sums.bytes_written_to_me, 0) ELSE 0 END;
CREATE OR REPLACE TEMP MACRO moved_docs(sums, by_me, of_me) AS
  CASE WHEN by_me THEN coalesce(sums.docs_read_by_me, 0) + coalesce(sums.docs_written_by_me, 0) ELSE 0 END
  + CASE WHEN of_me THEN coalesce(sums.docs_read_from_me, 0) + coalesce(sums.docs_written_to_me, 0) ELSE 0 END;

-- What names are put in order by; the greatest first.
CREATE OR REPLACE TEMP MACRO sort_key(sums, sort, by_me, of_me) AS
  CASE sort
    WHEN 'bytes' THEN moved_bytes(sums, by_me, of_me)
    WHEN 'docs' THEN moved_docs(sums, by_me, of_me)
    WHEN 'transactions' THEN sums.txn_count
    WHEN 'warnings' THEN sums.warnings
    WHEN 'errors' THEN sums.errors
    WHEN 'failures' THEN sums.failures
    WHEN 'usage' THEN sums.usage_seconds
    ELSE 0
  END::HUGEINT;

-- Parts of a time, by their numbers from 0 on, as a list of so many; NULL where there is none.
CREATE OR REPLACE TEMP MACRO shares_of(parts, number) AS
  list_transform(
    range(number),
    lambda wanted: list_sum(list_transform(list_filter(parts, lambda part: part.share = wanted), lambda part: part.bytes))
  );

-- The parts of a document of the roll-up as JSON, as Flow writes it: what is zero is left out.
CREATE OR REPLACE TEMP MACRO counts_object(docs, bytes) AS
  CASE WHEN docs <> 0 OR bytes <> 0 THEN '{"docsTotal":' || docs || ',"bytesTotal":' || bytes || '}' END;
CREATE OR REPLACE TEMP MACRO summary_object(sums) AS
  '{' || concat_ws(
    ',',
    '"readByMe":' || counts_object(sums.docs_read_by_me, sums.bytes_read_by_me),
    '"writtenByMe":' || counts_object(sums.docs_written_by_me, sums.bytes_written_by_me),
    '"readFromMe":' || counts_object(sums.docs_read_from_me, sums.bytes_read_from_me),
    '"writtenToMe":' || counts_object(sums.docs_written_to_me, sums.bytes_written_to_me),
    '"txnCount":' || nullif(sums.txn_count, 0),
    '"usageSeconds":' || nullif(sums.usage_seconds, 0),
    '"warnings":' || nullif(sums.warnings, 0),
    '"errors":' || nullif(sums.errors, 0),
    '"failures":' || nullif(sums.failures, 0),
    '"lastPublishedAt":' || to_json(sums.last_published_at)
  ) || '}';
CREATE OR REPLACE TEMP MACRO rfc3339_ns(ns) AS rfc3339(make_timestamp_ns(ns));
CREATE OR REPLACE TEMP MACRO rfc3339_ms(ts) AS strftime(ts, '%Y-%m-%dT%H:00:00.000Z');

-- ── Materialized data ───────────────────────────────────────────────────────────────────────────

-- Where a position points: the number of its file, and the place there. See `position_of`.
CREATE OR REPLACE TEMP MACRO code_of(position) AS position >> 40;
CREATE OR REPLACE TEMP MACRO place_of(position) AS position & 1099511627775;

-- The day of a time, counted from the Unix epoch; NULL where it does not fit, or there is none.
CREATE OR REPLACE TEMP MACRO day_of(ns) AS
  CASE WHEN NOT far_off(ns) THEN (ns - ((ns % 86400000000000) + 86400000000000) % 86400000000000) // 86400000000000 END;

-- Which logs lie in files of their own: warnings, worse, and what else tells of a task's life. They are few, and
-- what most questions are about.
CREATE OR REPLACE TEMP MACRO is_kept_apart(level, is_notable) AS level_rank(level) <= 2 OR is_notable;

-- Whether the sums of a name of the roll-up say that it is a task's, which reads, writes, runs or logs.
CREATE OR REPLACE TEMP MACRO did_something(summary) AS
  greatest(
    TRY_CAST(summary ->> '$.readByMe.docsTotal' AS HUGEINT),
    TRY_CAST(summary ->> '$.readByMe.bytesTotal' AS HUGEINT),
    TRY_CAST(summary ->> '$.writtenByMe.docsTotal' AS HUGEINT),
    TRY_CAST(summary ->> '$.writtenByMe.bytesTotal' AS HUGEINT),
    TRY_CAST(summary ->> '$.txnCount' AS HUGEINT),
    TRY_CAST(summary ->> '$.usageSeconds' AS HUGEINT),
    TRY_CAST(summary ->> '$.warnings' AS HUGEINT),
    TRY_CAST(summary ->> '$.errors' AS HUGEINT),
    TRY_CAST(summary ->> '$.failures' AS HUGEINT)
  ) > 0;

-- The task that a document of the roll-up is of; NULL for a collection, a prefix, and any other document.
CREATE OR REPLACE TEMP MACRO rolled_up_task(doc) AS
  CASE
    WHEN has_content(task_stats_in(doc))
      OR (NOT is_prefix(doc ->> '$.catalogName') AND did_something(json_extract(doc, '$.statsSummary')))
    THEN doc ->> '$.catalogName'
  END;
