"""Load the scripts of `docs/engines`, as whoever keeps them does."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "docs" / "engines"


def load(name: str) -> Any:
    """Give a script as a module; it finds its neighbours."""
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return importlib.import_module(name)
