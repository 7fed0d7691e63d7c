"""Rules for how the shared SQL statements are compiled for PostgreSQL."""

import pytest

from anninh_storage.postgres.statements import compile_statement


@pytest.mark.parametrize(
    ("statement", "values", "text", "gathered"),
    [
        ("SELECT 1", [], "SELECT 1", []),
        ("a = ? AND b < ?", [1, "x"], "a = %s AND b < %s", [1, "x"]),
        ("a IN (?) LIMIT ?", ["x", 5], "a = ANY(%s) LIMIT %s", [["x"], 5]),
        ("? = a AND b IN (?,?,?)", [1, "x", "y", "y"], "%s = a AND b = ANY(%s)", [1, ["x", "y", "y"]]),
        ("a IN ('new', 'done')", [], "a IN ('new', 'done')", []),
        ("(a IN (?,?))", [1, 2.5], "(a = ANY(%s))", [[1.0, 2.5]]),
        (
            "WITH v AS (VALUES (?,?),(?,?)) SELECT ?",
            ["a", "b", "c", "d", 1],
            "WITH v AS (SELECT * FROM unnest(%s::text[], %s::text[])) SELECT %s",
            [["a", "c"], ["b", "d"], 1],
        ),
        ("INSERT INTO t VALUES (?, ?) -- 5 %", [1, 2], "INSERT INTO t VALUES (%s, %s) -- 5 %%", [1, 2]),
    ],
)
def test_lists_become_arrays(statement: str, values: list[object], text: str, gathered: list[object]) -> None:
    """A list of values is passed to a statement as one array; everything else is unchanged."""
    compiled = compile_statement(statement)
    assert (compiled.text.decode(), compiled.bind_values(values)) == (text, gathered)
