"""Every clause of the plan has a test, and each clause that can't be carried out is listed in `LATER`."""

import ast
from pathlib import Path

from tests.promises.clauses import CLAUSES, LATER


def find_clause_marks() -> list[str]:
    """Return the clause id of each `@pytest.mark.clause` in this folder."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in Path(__file__).parent.glob("test_*.py")]
    return [
        ast.literal_eval(node.args[0])
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.clause"
    ]


def test_each_clause_has_one_test() -> None:
    """Each clause of the plan has exactly one test, which passes or is expected to fail."""
    assert sorted(find_clause_marks()) == sorted(CLAUSES)


def test_later_clauses_name_their_gap() -> None:
    """A clause in `LATER` is a clause of the plan, with a line that describes the gap."""
    assert set(LATER) <= set(CLAUSES)
    assert all(len(reason) > 40 for reason in LATER.values())
