-- What the newest documents say of each binding, filled set of streams by set of streams.
CREATE OR REPLACE TEMP TABLE binding_states (
  task VARCHAR,
  kind VARCHAR,
  collection VARCHAR,
  transform VARCHAR,
  shard VARCHAR,
  ns BIGINT,
  bytes_behind BIGINT,
  last_source_published_at VARCHAR
);

-- Tasks that ever said how far they are behind, and when collections were last published to.
CREATE OR REPLACE TEMP TABLE reporting_tasks (task VARCHAR);
CREATE OR REPLACE TEMP TABLE published_collections (collection VARCHAR, ns BIGINT);
