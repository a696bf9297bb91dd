-- From here on a statement is the user's own: it reads what is there, and no file beside.
SET enable_external_access = false;
SET lock_configuration = true;
