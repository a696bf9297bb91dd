"""The scripts for other engines ask our modules for what is there; to see that needs no engine."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.engines.scripts import FOLDER

SCRIPTS = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_what_a_script_asks_our_modules_for_is_there(script: Path) -> None:
    tree = ast.parse(script.read_text("utf-8"))
    modules: dict[str, ModuleType] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("flowctl_ops"):
            module = import_module(node.module or "")
            for each in node.names:
                if not hasattr(module, each.name):
                    import_module(f"{node.module}.{each.name}")  # sets it, or says that it is not
                found = getattr(module, each.name)
                if isinstance(found, ModuleType):
                    modules[each.asname or each.name] = found
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            asked = modules.get(node.value.id)
            assert asked is None or hasattr(asked, node.attr), ast.unparse(node)


def test_there_are_scripts() -> None:
    assert len(SCRIPTS) > 2
