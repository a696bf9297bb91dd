-- What the user asked for, where the views of stats find it, and what is to be kept of a document.
SET VARIABLE names_regex = $names_regex;
SET VARIABLE kind = $kind;
SET VARIABLE since_ns = $since_ns;
SET VARIABLE until_ns = $until_ns;
SET VARIABLE count_uncommitted = $count_uncommitted;
SET VARIABLE keep_details = $keep_details;
SET VARIABLE keep_shards = $keep_shards;
SET VARIABLE keep_documents = $keep_documents;
SET VARIABLE slot_grain = $slot_grain;
SET VARIABLE slot_since = $slot_since;
SET VARIABLE slot_width = $slot_width;
