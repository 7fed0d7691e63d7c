"""A mutant that a test detects is killed, any other survives, and the code is restored after each trial."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from tools.mutation.covering import CoverageByTest, measure_coverage
from tools.mutation.trials import NOBODY, MutationWorker, Trial, copy_tree, open_workers, try_all
from tools.mutation.worker import BROKEN, KILLED, SURVIVED

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("mutation")]

PATH = "src/toy/limits.py"
SOURCE = '''"""What a room holds."""

SEATS = 10


def is_full(guests: int) -> bool:
    """Tell whether nobody more gets in."""
    return guests >= SEATS


def rows(guests: int) -> int:
    """Return how many rows of three are begun."""
    begun = 0
    while guests > 0:
        begun, guests = begun + 1, guests - 3
    return begun


def is_empty(guests: int) -> bool:
    """Tell whether nobody is in; no test asks."""
    return guests == 0
'''
TESTS = """
from toy.limits import is_full, rows


def test_full():
    assert is_full(10)
    assert not is_full(9)


def test_rows():
    assert rows(3) == 1
"""


@frozen
class Toy:
    """A package with tests, the coverage of its tests, and a worker that mutates it."""

    root: Path
    covering: CoverageByTest
    worker: MutationWorker

    def trial(self, old: str, new: str) -> Trial[str]:
        """Return a trial that replaces `old` by `new`, with the tests that run the line of `old`."""
        line = SOURCE[: SOURCE.index(old)].count("\n") + 1
        stages = self.covering.build_stages(PATH, SOURCE, (line, 4 if line > 3 else 0), "tests")
        return Trial(new, PATH, SOURCE.replace(old, new), stages)

    def verdict(self, old: str, new: str) -> str:
        """Return the verdict about the change of `old` into `new`."""
        return self.worker.carry_out(self.trial(old, new))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """Yield a package in a copy, with the measured coverage of its tests and a worker."""
    folder = tmp_path_factory.mktemp("toy")
    for name, text in {
        PATH: SOURCE,
        "src/toy/__init__.py": "",
        "tests/test_limits.py": TESTS,
        "pyproject.toml": '[tool.pytest.ini_options]\nmarkers = ["slow: takes long"]\n',
    }.items():
        target = folder / "original" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    root = copy_tree(folder / "original", folder / "copy")
    covering = measure_coverage([root], ["src/toy"], ["tests"], folder)
    with open_workers([root], folder) as workers:
        yield Toy(root, covering, workers[0])


def test_unchanged_code_survives(toy: Toy) -> None:
    """Unchanged code survives, so that the way of running tests kills nothing."""
    assert toy.verdict("guests >= SEATS", "guests >= SEATS") == SURVIVED


def test_a_noticed_change_is_killed(toy: Toy) -> None:
    """A change with which a test fails is killed."""
    assert toy.verdict("guests >= SEATS", "guests > SEATS") == KILLED


def test_import_time_code_is_tried_with_all_tests(toy: Toy) -> None:
    """A change of a line that only the import runs is tried with all tests of the file."""
    assert toy.verdict("SEATS = 10", "SEATS = 11") == KILLED


def test_an_unnoticed_change_survives(toy: Toy) -> None:
    """A change with which all tests of the line pass survives."""
    assert toy.verdict("guests - 3", "guests - 4") == SURVIVED


def test_untested_line_has_its_own_verdict(toy: Toy) -> None:
    """A change of a line that no test runs has a verdict of its own, without running a test."""
    assert toy.verdict("guests == 0", "guests != 0") == NOBODY


def test_unimportable_code_has_its_own_verdict(toy: Toy) -> None:
    """A change that prevents the import has a verdict of its own, without running a test."""
    assert toy.verdict("SEATS = 10", "SEATS = TEN") == BROKEN


def test_only_tests_of_the_line_run(toy: Toy) -> None:
    """A trial runs only the tests that were measured to run the line."""
    (stage,) = toy.trial("guests >= SEATS", "").stages
    assert stage.tests == ("tests/test_limits.py::test_full",)


def test_verdicts_come_in_order_of_trials(toy: Toy) -> None:
    """Verdicts come with their trials in the order of the trials, and the code is restored after each."""
    trials = [toy.trial("guests > 0", new) for new in ("guests > 1", "guests > 5", "guests > 2")]
    verdicts = try_all([toy.worker], trials, lambda _trial, _verdict: None)
    assert [(trial.subject, verdict) for trial, verdict in verdicts] == [
        ("guests > 1", SURVIVED),
        ("guests > 5", KILLED),
        ("guests > 2", SURVIVED),
    ]
    assert (toy.root / PATH).read_text(encoding="utf-8") == SOURCE


def test_coverage_survives_dump_and_parse(toy: Toy) -> None:
    """Measured coverage is the same after writing and reading."""
    assert CoverageByTest.parse(toy.covering.dump()) == toy.covering
