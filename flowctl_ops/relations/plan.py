"""The floor plan of the SQL: every relation in the one order in which they may read each other."""

from __future__ import annotations

PUBLIC = ("logs", "failures", "stats", "bindings", "names", "catalog_stats", "left_out", "files")

ORDER = (
    "read_files",
    "log_messages",
    "log_keys",
    "log_copies",
    "logs",
    "failures",
    "stats_messages",
    "sequenced",
    "neighbours",
    "unusual",
    "exact",
    "uncommitted",
    "uncounted",
    "left_out_stats",
    "left_out",
    "commits",
    "counted",
    "stats",
    "exported",
    "exported_documents",
    "stored_movements",
    "movements",
    "stats_to_store",
    "bindings_to_store",
    "bindings",
    "names",
    "binding_sums",
    "roll_up",
    "exported_roll_up",
    "odd_buckets",
    "reduced",
    "details",
    "catalog_stats",
    "files",
)
