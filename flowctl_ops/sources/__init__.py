"""Which files hold the documents, and how each is read.

`find` lists files, `select` chooses those that a question needs, `Reading` makes them readable.
"""

from flowctl_ops.sources.cover import Hole
from flowctl_ops.sources.files import Found, Problem, SourceFile, as_text
from flowctl_ops.sources.find import find, is_pipe, nearest
from flowctl_ops.sources.prune import DEFAULT_SLACK_NS, outside, told
from flowctl_ops.sources.reading import Reading
from flowctl_ops.sources.select import OTHER_COLLECTION, OUTSIDE, Selection, select
from flowctl_ops.sources.stored import StoredParts

__all__ = [
    "DEFAULT_SLACK_NS",
    "OTHER_COLLECTION",
    "OUTSIDE",
    "Found",
    "Hole",
    "Problem",
    "Reading",
    "Selection",
    "SourceFile",
    "StoredParts",
    "as_text",
    "find",
    "is_pipe",
    "nearest",
    "outside",
    "select",
    "told",
]
