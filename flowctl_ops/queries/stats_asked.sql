-- The NAMEs that `--rollup` gives a row, and what each of them stands for.
asked AS (SELECT unnest($pairs::STRUCT(name VARCHAR, regex VARCHAR)[], recursive := true)),
