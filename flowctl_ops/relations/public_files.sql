-- The public view of the files that were found, each with what became of it.
CREATE OR REPLACE TEMP TABLE found_files (
  path VARCHAR,
  collection VARCHAR,
  journal VARCHAR,
  kind VARCHAR,
  task VARCHAR,
  format VARCHAR,
  begin_offset BIGINT,
  end_offset BIGINT,
  size BIGINT,
  opened_at TIMESTAMP_NS,
  used BOOLEAN,
  why_not VARCHAR
);

INSERT INTO found_files
SELECT
  file.path,
  file.collection,
  file.journal,
  file.kind,
  file.task,
  file.format,
  file.begin_offset,
  file.end_offset,
  file.size,
  make_timestamp_ns(file.hour * 3600000000000),
  file.used,
  file.why_not
FROM (
  SELECT unnest($files::STRUCT(
    path VARCHAR, collection VARCHAR, journal VARCHAR, kind VARCHAR, task VARCHAR, format VARCHAR,
    begin_offset BIGINT, end_offset BIGINT, size BIGINT, hour BIGINT, used BOOLEAN, why_not VARCHAR
  )[]) AS file
);

CREATE OR REPLACE TEMP VIEW files AS
SELECT path, collection, journal, kind, task, format, begin_offset, end_offset, size, opened_at, used, why_not
FROM found_files;
