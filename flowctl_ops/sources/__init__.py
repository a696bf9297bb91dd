"""Which files hold the documents, and how each is read.

`find` lists files, `select` chooses those that a question needs, `Reader` shows their documents to
the engine as the view `source_documents`.
"""

from flowctl_ops.sources.cover import Hole
from flowctl_ops.sources.files import Found, Problem, SourceFile, as_text
from flowctl_ops.sources.find import find, nearest
from flowctl_ops.sources.prune import DEFAULT_SLACK_NS
from flowctl_ops.sources.reading import Reader
from flowctl_ops.sources.select import OTHER_COLLECTION, Selection, select

__all__ = [
    "DEFAULT_SLACK_NS",
    "OTHER_COLLECTION",
    "Found",
    "Hole",
    "Problem",
    "Reader",
    "Selection",
    "SourceFile",
    "as_text",
    "find",
    "nearest",
    "select",
]
