"""DuckDB: the one room that imports it.

`running` runs statements and gives them room, `opening` opens an engine for the length of a
command, `definitions` knows the macros by their names.
"""

from flowctl_ops.engine.definitions import MACRO_FILES, macros
from flowctl_ops.engine.library import single_threaded
from flowctl_ops.engine.opening import opened
from flowctl_ops.engine.running import Engine

__all__ = ["MACRO_FILES", "Engine", "macros", "opened", "single_threaded"]
