-- Where a question that follows remembers the producers and clocks of what it has given: those of late, and
-- those before them.
CREATE OR REPLACE TEMP TABLE keys_given (key UHUGEINT);
CREATE OR REPLACE TEMP TABLE keys_given_before (key UHUGEINT);
