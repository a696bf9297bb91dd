-- What the user asked for, where the view `matching_documents` finds it.
SET VARIABLE names_regex = $names_regex;
SET VARIABLE kind = $kind;
SET VARIABLE since_ns = $since_ns;
SET VARIABLE until_ns = $until_ns;
SET VARIABLE max_rank = $max_rank;
SET VARIABLE grep = $grep;
SET VARIABLE invert = $invert;
SET VARIABLE conditions = $conditions;
SET VARIABLE keep_unmatched = $keep_unmatched;
