-- How every connection is set up: numbers bound its size, one zone its times, and no file of
-- the user's is ever looked up by a table's name.
SET threads = $threads;
SET memory_limit = $memory_limit;
SET temp_directory = $temp_directory;
SET TimeZone = 'UTC';
SET python_enable_replacements = false;
SET autoinstall_known_extensions = false;
SET autoload_known_extensions = false;
