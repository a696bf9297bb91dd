"""One question each: a typed function here, the whole of its SQL beside it."""
