"""The wording of the demo's logs: templates of ordinary lines, rarities, and causes of failure.

A body is the end of a log document as JSON text, with `%(name)s` places; `logs.py` fills them in.
"""

# ruff: noqa: E501 (a template is one line, however long)
from __future__ import annotations

SHARED = (
    (3, "debug", r'"message":"persisted connector-state delta","fields":{"module":"runtime_next::logger","patches":[{"bindingStateV1":{"public.%(table)s":{"cursor":"0/%(hex)s","mode":"active","scanned":%(n)d}}}]}'),
    (2, "debug", r'"message":"acknowledged checkpoint","fields":{"module":"runtime::harness","sources":["%(table)s","pivot=00"],"offsets":{"begin":%(n)d,"end":%(big)d},"etcd":null}'),
    (2, "trace", r'"message":"polled for ready shuffle members","fields":{"module":"shuffle::reader","ready":[0,%(small)d],"elapsed":"%(small)d.%(n)04dms","idle":false}'),
    (1, "warn", r'"message":"connector memory usage is high","fields":{"module":"proxy_runtime::container","usedBytes":%(big)d,"limitBytes":1073741824,"ratio":0.8%(small)d}'),
)  # fmt: skip

ORDINARY = {
    "capture": (
        (22, "info", r'"message":"replication stream progress","fields":{"module":"source/replication","cursor":"0/%(hex)s","eventsPerSecond":%(n)d,"lagBytes":%(big)d,"streams":{"public.%(table)s":%(small)d}}'),
        (14, "info", r'"message":"processed backfill chunk","fields":{"stream":"public.%(table)s","rows":%(n)d,"keyRange":["%(hex)s",null],"elapsed":"%(ms)d.%(small)03dms"}'),
        (10, "info", r'"message":"committed fence %(n)d at 0/%(hex)s","fields":{"module":"source/watermarks","fence":%(n)d,"replicationSlot":"flow_slot","txid":%(big)d}'),
        (8, "info", r'"message":"fetched page %(small)d of %(table)s","fields":{"request":{"method":"GET","url":"https://api.example.com/v2/%(table)s?page=%(small)d&since=%(n)d","status":200},"durationMs":%(ms)d,"records":%(n)d}'),
        (6, "info", r'"message":"captured %(n)d documents of public.%(table)s in %(ms)dms"'),
        (5, "debug", r'"message":"decoded relation message","fields":{"relation":"public.%(table)s","columns":["id","status","updated_at","payload"],"oid":%(n)d,"replicaIdentity":"d"}'),
        (4, "debug", r'"message":"keepalive","fields":{"module":"source/replication","walEnd":"0/%(hex)s","replyRequested":false}'),
        (1, "warn", r'"message":"retrying request after transient failure","fields":{"attempt":%(small)d,"backoff":"%(ms)dms","error":"Get \"https://api.example.com/v2/%(table)s\": context deadline exceeded","stream":"public.%(table)s"}'),
        (1, "warn", r'"message":"replication lag is %(ms)d seconds and growing","fields":{"module":"source/replication","lagBytes":%(big)d,"slot":"flow_slot"}'),
    ),
    "derivation": (
        (20, "info", r'"message":"flushed derivation transaction","fields":{"module":"runtime::derive","published":%(n)d,"bytes":%(big)d,"combined":{"groups":%(ms)d,"spills":0},"elapsedMs":%(ms)d}'),
        (12, "info", r'"message":"applied transform from_%(table)s","fields":{"module":"derive_sqlite::lambda","transform":"from_%(table)s","rows":%(n)d,"statements":["INSERT","SELECT"],"took":"%(ms)dus"}'),
        (8, "info", r'"message":"compacted task database","fields":{"module":"runtime::rocksdb","level":%(small)d,"filesIn":[%(n)d,%(ms)d],"bytesOut":%(big)d,"checkpoint":"%(hex)s"}'),
        (4, "debug", r'"message":"loaded register for key","fields":{"key":["%(hex)s",%(n)d],"hit":true,"transform":"from_%(table)s"}'),
        (1, "warn", r'"message":"lambda read a document that is newer than its clock","fields":{"transform":"from_%(table)s","skewMs":%(ms)d,"uuidProducer":"%(hex)s"}'),
    ),
    "materialization": (
        (18, "info", r'"message":"store completed for table %(table)s","fields":{"binding":%(small)d,"table":"public.%(table)s","inserted":%(n)d,"updated":%(ms)d,"deleted":0,"bytes":%(big)d,"elapsed":"%(ms)d.%(small)dms"}'),
        (14, "info", r'"message":"loaded %(n)d existing documents","fields":{"eventTarget":"%(table)s","queries":[{"binding":%(small)d,"keys":%(n)d},{"binding":0,"keys":%(ms)d}],"roundTrips":%(small)d,"elapsed":"%(ms)dms"}'),
        (10, "info", r'"message":"started commit","fields":{"module":"materialize/transactor","round":%(n)d,"stagedBytes":%(big)d,"files":["stage/%(hex)s.csv.gz"],"syncFrequency":"0s"}'),
        (8, "info", r'"message":"finished commit","fields":{"module":"materialize/transactor","round":%(n)d,"took":"%(ms)dms","warehouse":"FLOW_WH","queryId":"01b2-%(hex)s"}'),
        (4, "debug", r'"message":"evaluated merge bounds","fields":{"table":"public.%(table)s","bounds":{"id":[%(n)d,%(big)d],"day":["2026-10-0%(small)d",null]}}'),
        (1, "warn", r'"message":"store of %(table)s is slow","fields":{"binding":%(small)d,"elapsedSeconds":%(ms)d,"pendingBytes":%(big)d,"hint":"the destination is throttling"}'),
        (1, "warn", r'"message":"deadlock detected; the transaction will be retried","fields":{"SQLSTATE":"40P01","table":"public.%(table)s","attempt":%(small)d}'),
    ),
}  # fmt: skip

# Hundreds of ordinary lines stand beside one of these.
ERRORS = {
    "capture": r'"message":"failed to decode change event","fields":{"error":"column \"price\": strconv.ParseFloat: parsing \"%(n)d,00\": invalid syntax","stream":"public.%(table)s","cursor":"0/%(hex)s"}',
    "derivation": r'"message":"lambda raised an error and was retried","fields":{"error":"UNIQUE constraint failed: %(table)s.id","transform":"from_%(table)s","row":{"id":%(n)d}}',
    "materialization": r'"message":"could not apply a column comment","fields":{"error":"permission denied for table %(table)s","SQLSTATE":"42501"}',
}  # fmt: skip

# Once a day in every task.
RARITIES = (
    ("info", r'"message":"inferred schema updated","fields":{"binding":0,"collection_generation_id":102272023e800296,"collection_name":"%(collection)s","module":"runtime::capture::protocol","schema":{"$schema":"https://json-schema.org/draft/2019-09/schema","additionalProperties":false,"properties":{"_meta":{"additionalProperties":false,"properties":{"op":{"enum":["c","u","d"]},"uuid":{"maxLength":64,"minLength":32,"type":"string"}},"required":["uuid"],"type":"object"},"amount":{"maximum":%(big)d,"minimum":0,"type":["number","null"]},"id":{"minimum":1,"type":"integer"},"level":{"maxLength":8,"type":"string"},"lines":{"items":{"properties":{"quantity":{"maximum":%(n)d,"type":"integer"},"sku":{"maxLength":32,"type":"string"}},"required":["sku"],"type":"object"},"maxItems":64,"type":"array"}},"required":["_meta","id"],"type":"object","x-collection-generation-id":"102272023e800296"}}'),
    ("info", r'"message":"Streaming change events (all %(small)d bindings are backfilled)","fields":{"eventType":"connectorStatus"}'),
    ("info", r'"message":"connector applied","fields":{"actionDescription":"ALTER TABLE public.%(table)s\n  ALTER COLUMN \"Größe\" DROP NOT NULL;","module":"runtime_next::logger"}'),
    ("info", r'"message":"Übertragung abgeschlossen: 東京 → Zürich, %(n)d Datensätze ✓","fields":{"région":"Île-de-France","emoji":"🚋"}'),
    ("warn", r'"message":"\u001b[33mWARN\u001b[0m  DeprecationWarning: Buffer() is deprecated","fields":null'),
    ("error", r'"message":"Traceback (most recent call last):\n  File \"/connector/source_shop/streams.py\", line %(n)d, in read_records\n    record = next(pages)\n             ^^^^^^^^^^^\n  File \"/connector/source_shop/http.py\", line 88, in get\n    raise RateLimited(response.headers[\"Retry-After\"])\nsource_shop.http.RateLimited: %(small)d"'),
    ("warn", ""),
    ("warn", r'"fields":{"count":"%(n)d","tags":["retry",{"deep":[1,[2,[null]]]}]}'),
    ("info", r'"message":"my testing log","fields":{"five":"5","module":"flow_connector_init"},"spans":[{"ts":"2026-10-05T00:00:00Z","level":"info","message":"my testing span","fields":{"the_answer":42}}]'),
)  # fmt: skip

# Once each: a new spec of the task that fails at the end, and a backfill of the first.
CHANGES = (
    ("info", r'"message":"applying updated task specification","fields":{"last_version":"0e3a5f1c2b4d6a80","module":"runtime_next::logger","next_version":"0e3a5f1c2b4d6a93"}'),
    ("info", r'"message":"current transaction ID","fields":{"xid":748291334}'),
    ("info", r'"message":"backfill triggered","fields":{"stateKey":"public.orders","stream":"public.orders"}'),
)  # fmt: skip

# Once, in the second capture: what Flow's schema does not allow, and yet was seen.
ODDITIES = (
    ("notice", '"message":"a level outside the five"'),
    ("info", '"message":"from a connector that never set its clock"'),
)

# What a connector says, and what the runtime makes of it when the shard fails.
CAUSES = {
    "capture": (
        (r'"message":"replication failed","fields":{"error":"ERROR: replication slot \"flow_slot\" is active for PID %(n)d (SQLSTATE 55006)","module":"source/replication"}', r'runTransactions: readMessage: capture failed: connector failed: replication stream: unable to start replication: ERROR: replication slot \"flow_slot\" is active for PID %(n)d (SQLSTATE 55006)'),
        (r'"message":"could not refresh access token","fields":{"error":"oauth2: \"invalid_grant\" \"Token has been expired or revoked.\"","status":400}', r'runTransactions: readMessage: capture failed: connector failed: fetching %(table)s: oauth2: \"invalid_grant\" \"Token has been expired or revoked.\"\n\nCaused by:\n    0: connector exited with code 1\n    1: status: Internal'),
    ),
    "derivation": (
        (r'"message":"lambda failed","fields":{"error":"CHECK constraint failed: total >= 0","transform":"from_%(table)s"}', r"runTransactions: readMessage: derivation failed: transform from_%(table)s: CHECK constraint failed: total >= 0"),
    ),
    "materialization": (
        (r'"message":"RunTransactions failed","fields":{"error":"store: ERROR: duplicate key value violates unique constraint \"%(table)s_pkey\" (SQLSTATE 23505)","binding":%(small)d}', r'runTransactions: readMessage: materialization failed: connector failed: transactor.Store: executing store of public.%(table)s: ERROR: duplicate key value violates unique constraint \"%(table)s_pkey\" (SQLSTATE 23505)'),
        (r'"message":"disk full on destination","fields":{"error":"could not extend file \"base/16384/%(n)d\": No space left on device (SQLSTATE 53100)"}', r"runTransactions: readMessage: rpc error: code = ResourceExhausted desc = h2 protocol error: http2 error"),
    ),
}  # fmt: skip
NOISE = r'"message":"retrying after failed attempt","fields":{"attempt":%(small)d,"error":"write tcp 10.8.0.%(small)d:49152->10.8.0.2:5432: i/o timeout","backoff":"%(ms)dms"}'
