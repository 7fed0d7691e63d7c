"""Measures which tests run which line, once per run and without any mutant, and selects the tests for a mutant."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coverage import CoverageData
from tools.mutation.exclusions import Position

CHECKOUT = Path(__file__).parents[2]
PYTEST = ("-q", "-p", "no:cacheprovider", "-m", "not slow", "--hypothesis-seed=0", "-p", "tools.mutation.selecting")
_BUDGET = 20.0
"""Measured CPU seconds that the tests of one mutant may take; further tests are left out."""
_FIRST = 2.0
"""CPU seconds of the tests that run first; most mutants need no others."""
_SLACK = 20.0
_PATIENCE = 6
"""A run of tests times out after `_SLACK` seconds plus `_PATIENCE` times the CPU time of its tests."""


@dataclass(frozen=True)
class Stage:
    """Tests of a mutant that run together.

    Attributes:
        limit: seconds after which the mutant counts as hanging.
    """

    tests: tuple[str, ...]
    limit: float


@dataclass
class CoverageByTest:
    """The measured coverage of the code by the tests.

    Attributes:
        lines: for each file, the tests that run each line; "" means the import.
        seconds: CPU time of each test with its fixtures.
    """

    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    def add_measurements(self, root: Path, database: Path, durations: Path) -> None:
        """Add the measurements of one pytest run in a copy of the tree."""
        self.seconds |= json.loads(durations.read_text(encoding="utf-8"))
        data = CoverageData(str(database))
        data.read()
        for name in data.measured_files():
            lines = self.lines.setdefault(Path(name).relative_to(root).as_posix(), {})
            for number, contexts in data.contexts_by_lineno(name).items():
                lines.setdefault(number, set()).update(context.rpartition("|")[0] for context in contexts)

    def dump(self) -> str:
        """Return the coverage as JSON, which `parse` can read."""
        lines = {path: {number: sorted(tests) for number, tests in lines.items()} for path, lines in self.lines.items()}
        return json.dumps({"lines": lines, "seconds": self.seconds})

    @classmethod
    def parse(cls, text: str) -> "CoverageByTest":
        """Return the coverage that `dump` wrote as JSON."""
        data = json.loads(text)
        lines = {
            path: {int(number): set(tests) for number, tests in lines.items()} for path, lines in data["lines"].items()
        }
        return cls(lines, data["seconds"])

    def build_stages(self, path: str, source: str, at: Position, mirror: str) -> list[Stage]:
        """Return the tests for a change at a position of a file, in stages: those that run it, beginning with the
        folder that mirrors the source.

        Code that runs at import (constants, fields, decorators) is tested by that folder and by all tests that run
        anything in the file.
        """
        tests_by_line = self.lines.get(path, {})
        running = set[str]().union(*(tests_by_line.get(number, ()) for number in _get_statement_lines(source, at)))
        if "" in running or not _is_in_function(source, at):
            running |= {test for test in self.seconds if test.startswith(f"{mirror}/")}.union(*tests_by_line.values())
        return list(_split_into_stages(self._order_tests(running & self.seconds.keys(), mirror), self.seconds))

    def _order_tests(self, tests: Iterable[str], mirror: str) -> list[str]:
        files: dict[str, list[str]] = {}
        for test in sorted(tests):
            files.setdefault(test.partition("::")[0], []).append(test)
        cost = {name: sum(self.seconds[test] for test in file_tests) for name, file_tests in files.items()}
        order = sorted(files, key=lambda name: (not name.startswith(f"{mirror}/"), cost[name], name))
        return [test for name in order for test in files[name]]


def _split_into_stages(tests: Sequence[str], seconds: Mapping[str, float]) -> Iterator[Stage]:
    """Yield the tests that fit into the budget, with those of the first `_FIRST` seconds as a stage of their own."""
    first = list[str]()
    later = list[str]()
    spent = 0.0
    for test in tests:
        if spent + seconds[test] <= _BUDGET:
            spent += seconds[test]
            (first if spent <= _FIRST else later).append(test)
    for group in (first, later):
        if group:
            yield Stage(tuple(group), _SLACK + _PATIENCE * sum(seconds[test] for test in group))


def _get_statement_lines(source: str, at: Position) -> range:
    """Return the lines of the innermost statement around a position, without the statements inside it."""
    around = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.stmt | ast.excepthandler)]
    enclosing = [node for node in around if node.lineno <= at[0] <= (node.end_lineno or node.lineno)]
    if not enclosing:
        return range(at[0], at[0] + 1)
    inner = min(enclosing, key=lambda node: (node.end_lineno or node.lineno) - node.lineno)
    body = getattr(inner, "body", None)
    end = max(body[0].lineno - 1, inner.lineno) if body else inner.end_lineno or inner.lineno
    return range(inner.lineno, end + 1)


def _is_in_function(source: str, at: Position) -> bool:
    """Return whether a position is in the body of a function, not in its decorators or defaults."""
    functions = [
        function
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return any(
        (function.body[0].lineno, function.body[0].col_offset) <= at
        and at[0] <= (function.end_lineno or function.lineno)
        for function in functions
    )


def build_environment(root: Path) -> dict[str, str]:
    """Return environment variables with which a process imports a copy of the tree, without settings of other pytest or
    coverage runs.
    """
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_", "COVERAGE_"))}
    return {**ours, "PYTHONPATH": os.pathsep.join(map(str, (root / "src", root, CHECKOUT, CHECKOUT / "src")))}


def measure_coverage(roots: Sequence[Path], folders: Iterable[str], tests: Iterable[str], room: Path) -> CoverageByTest:
    """Run all tests once, divided among the copies of the tree, and return the measured coverage.

    Raises:
        RuntimeError: a test fails without any mutant.
    """
    test_files = {
        path.relative_to(roots[0]).as_posix() for folder in tests for path in (roots[0] / folder).rglob("test_*.py")
    }
    files = sorted(test_files)
    covered = list(folders)
    parts = [(root, room / f"part{number}") for number, root in enumerate(roots[: len(files)])]
    running = [
        _start_pytest(root, part, covered, files[number :: len(parts)]) for number, (root, part) in enumerate(parts)
    ]
    outputs = [process.communicate()[0] for process in running]
    for process, output in zip(running, outputs, strict=True):
        if process.returncode:
            raise RuntimeError(f"tests fail without a mutant:\n{output[-3000:]}")
    covering = CoverageByTest()
    for root, part in parts:
        covering.add_measurements(root, part.with_suffix(".coverage"), part.with_suffix(".json"))
    return covering


def _start_pytest(root: Path, part: Path, folders: Iterable[str], files: Iterable[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pytest", *PYTEST, "--durations-to", str(part.with_suffix(".json"))]
    command += ["--dist=no", "--cov-context=test"]  # With any other value of `dist` coverage records no tests.
    command += ["--cov-report=", f"--basetemp={part}", *(f"--cov={root / folder}" for folder in folders)]
    return subprocess.Popen(
        [*command, *files],
        cwd=root,
        env={**build_environment(root), "COVERAGE_FILE": str(part.with_suffix(".coverage"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
