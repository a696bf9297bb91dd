-- The NAMEs that `--rollup` gives a row, and what each of them stands for.
asked (name, regex) AS (VALUES $pairs),
