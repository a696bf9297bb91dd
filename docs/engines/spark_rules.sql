-- What DuckDB has and Spark has not, or has otherwise, in Spark SQL: functions of the engine, and those of our own
-- rules (flowctl_ops/relations/rules.sql) that are made of what only DuckDB knows. Times are nanoseconds.

CREATE MACRO epoch_ns(ts) AS ts;
CREATE MACRO ns_timestamp(ns) AS ns;
CREATE MACRO isfinite(ts) AS ts BETWEEN -9223372036854775806 AND 9223372036854775806;
CREATE MACRO second_of(ns) AS ns DIV 1000000000 - CASE WHEN ns % 1000000000 < 0 THEN 1 ELSE 0 END;
CREATE MACRO timestamp_of(ns) AS
  CASE WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806 THEN
    CAST(timestamp_micros(second_of(ns) * 1000000 + pmod(ns, 1000000000) DIV 1000) AS TIMESTAMP_NTZ)
  END;
CREATE MACRO times_ns(times) AS transform(times, each -> unix_micros(CAST(each AS TIMESTAMP)) * 1000);
CREATE MACRO rfc3339(ns) AS
  CASE WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806 THEN concat(
    date_format(timestamp_seconds(second_of(ns)), 'yyyy-MM-dd\'T\'HH:mm:ss'),
    CASE WHEN ns % 1000000000 = 0 THEN ''
      ELSE concat('.', regexp_replace(lpad(CAST(pmod(ns, 1000000000) AS STRING), 9, '0'), '(000){1,2}$', '')) END,
    'Z'
  ) END;
CREATE MACRO rfc3339_ns(ns) AS rfc3339(ns);
CREATE MACRO rfc3339_ms(ns) AS date_format(timestamp_seconds(second_of(ns)), 'yyyy-MM-dd\'T\'HH:00:00.000\'Z\'');

-- Microseconds as Spark reads them, and the digits behind.
CREATE MACRO micros_of(ts) AS unix_micros(try_cast(upper(ts) AS TIMESTAMP));
CREATE MACRO text_ns(ts) AS
  CASE
    WHEN micros_of(ts) > 9223372036854774 THEN 9223372036854775807
    WHEN micros_of(ts) < -9223372036854774 THEN -9223372036854775807
    ELSE micros_of(ts) * 1000 + CAST(rpad(regexp_extract(ts, '[.][0-9]{6}([0-9]{0,3})', 1), 3, '0') AS BIGINT)
  END;

CREATE MACRO first_hour_of_month(hour) AS
  unix_seconds(CAST(date_trunc('MONTH', timestamp_seconds(hour * 3600)) AS TIMESTAMP)) DIV 3600;
CREATE MACRO bucket_of(hour, grain) AS
  CAST(
    CASE grain WHEN 'hourly' THEN hour WHEN 'daily' THEN hour - pmod(hour, 24) ELSE first_hour_of_month(CAST(hour AS BIGINT)) END
    AS BIGINT
  );
CREATE MACRO hour_of(ns, ts) AS
  CASE
    WHEN ns BETWEEN -9223372036854775806 AND 9223372036854775806
      THEN ns DIV 3600000000000 - CASE WHEN ns % 3600000000000 < 0 THEN 1 ELSE 0 END
    ELSE CAST(floor(unix_seconds(try_cast(upper(ts) AS TIMESTAMP)) / 3600) AS BIGINT)
  END;
CREATE MACRO hour_timestamp(hour) AS
  CASE WHEN hour > 2562047 THEN 9223372036854775807 WHEN hour < -2562047 THEN -9223372036854775807 ELSE hour * 3600000000000 END;
CREATE MACRO next_bucket(ns, grain) AS
  CASE grain
    WHEN 'hourly' THEN ns + 3600000000000
    WHEN 'daily' THEN ns + 86400000000000
    ELSE unix_seconds(timestamp_seconds(second_of(ns)) + INTERVAL '1' MONTH) * 1000000000
  END;

-- What a path says of a document stands in its columns already.
CREATE MACRO task_by_path(its_file) AS CAST(NULL AS STRING);

CREATE MACRO is_named(name, regex) AS rlike(name, concat('^(?s:', regex, ')\\z'));
CREATE MACRO prefixes_of(name) AS
  CASE WHEN instr(name, '/') = 0 THEN CAST(array() AS ARRAY<STRING>) ELSE
    transform(
      sequence(1, size(split(name, '/')) - 1),
      length -> concat(array_join(slice(split(name, '/'), 1, length), '/'), '/')
    )
  END;

CREATE MACRO wide(number) AS CAST(number AS DECIMAL(38, 0));
CREATE MACRO list_sum(numbers) AS
  aggregate(filter(numbers, each -> each IS NOT NULL), wide(NULL), (sum, each) -> wide(coalesce(sum, wide(0)) + wide(each)));
CREATE MACRO shares_of(parts, number) AS
  transform(
    sequence(0, number - 1),
    wanted -> list_sum(transform(filter(parts, part -> part.share = wanted), part -> part.bytes))
  );

-- A text as JSON writes it.
CREATE MACRO to_json(text) AS substring(to_json(array(text)), 2, length(to_json(array(text))) - 2);
