"""Type checkers find misspelt verbs and arguments."""

import re
from pathlib import Path

import pytest
from tests.docs.pyright import list_diagnostics
from tests.support.type_check import check_types

PROGRAM = """
from anninh_core import Actor, App, TipState


def assign(app: App, officer: Actor, tip: str) -> str:
    app.tips.asign(officer, tip, unit="hoa-lu")
    app.tips.assign(officer, tip, units="hoa-lu")
    app.tips.settle(officer, tip, "resolved", answer="Xong", reason="handled")
    app.tips.locks.confirms(officer, tip, "Có cơ sở")
    app.tips.locks.confirm(officer, tip, why="Có cơ sở")
    app.tips.confirm_lock(officer, tip, "Có cơ sở")
    app.tips.locks.confirm(officer, tip, "Có cơ sở")
    state: TipState = app.tips.assign(officer, tip, unit="hoa-lu").state
    return state
"""
WRONG = [6, 7, 9, 10, 11]
"""Lines of code with a misspelt verb, a misspelt argument, both in a nested noun, and a former name."""


@pytest.mark.xdist_group("mypy")
@pytest.mark.slow  # Mypy reads the whole library.
def test_mypy_finds_wrong_calls(tmp_path: Path) -> None:
    """Mypy in strict mode finds the wrong calls, and accepts the value of an enumeration."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    assert [int(line) for line in re.findall(r"program\.py:(\d+): error", check_types([program], tmp_path))] == WRONG


@pytest.mark.slow  # Pyright reads the whole library.
def test_pyright_finds_wrong_calls(tmp_path: Path) -> None:
    """Pyright in strict mode finds the wrong calls, and nothing else."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "program.py").write_text(PROGRAM, encoding="utf-8")
    lines = [complaint.split(":")[1] for complaint in list_diagnostics([pages], tmp_path / "settings.json")]
    assert sorted({int(line) for line in lines}) == WRONG
