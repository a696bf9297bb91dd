"""Answers about Estuary Flow tasks from local copies of their ops collections."""

__version__ = "0.1.0"
