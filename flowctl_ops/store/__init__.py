"""Materialized data: the documents that count, once, as Parquet, and kept up to date.

`relations` say what counts; this package writes it and remembers of which files it was. The format
is read back in `sources/stored.py`.
"""
