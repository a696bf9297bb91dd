"""A module per command: options in, one query, one render, notes."""
