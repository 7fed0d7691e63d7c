"""A mutant that a test notices is killed, one that none notices survives, and the code is put back after each."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen
from tools.mutation.covering import Covering, measure
from tools.mutation.trials import NOBODY, Trial, Worker, carry_out_all, copy_tree, open_workers
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
    """A package with tests, what its tests run, and a worker that mutates it."""

    root: Path
    covering: Covering
    worker: Worker

    def trial(self, old: str, new: str) -> Trial[str]:
        """Plant a change in the line where something stands, with the tests that run it."""
        line = SOURCE[: SOURCE.index(old)].count("\n") + 1
        stages = self.covering.stages(PATH, SOURCE, (line, 4 if line > 3 else 0), "tests")
        return Trial(new, PATH, SOURCE.replace(old, new), stages)

    def verdict(self, old: str, new: str) -> str:
        """Return what becomes of a planted change."""
        return self.worker.carry_out(self.trial(old, new))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toy]:
    """Write the package, measure its tests in a copy, and start a worker there."""
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
    covering = measure([root], ["src/toy"], ["tests"], folder)
    with open_workers([root], folder) as workers:
        yield Toy(root, covering, workers[0])


def test_the_unchanged_code_survives(toy: Toy) -> None:
    """Nothing is killed by the way in which tests are run."""
    assert toy.verdict("guests >= SEATS", "guests >= SEATS") == SURVIVED


def test_a_noticed_change_is_killed(toy: Toy) -> None:
    """A test fails with it."""
    assert toy.verdict("guests >= SEATS", "guests > SEATS") == KILLED


def test_what_an_import_runs_is_tried_by_all_tests_of_the_file(toy: Toy) -> None:
    """No test is known to run the line of a constant."""
    assert toy.verdict("SEATS = 10", "SEATS = 11") == KILLED


def test_an_unnoticed_change_survives(toy: Toy) -> None:
    """The tests that run the line pass with it."""
    assert toy.verdict("guests - 3", "guests - 4") == SURVIVED


def test_what_no_test_runs_is_told_apart(toy: Toy) -> None:
    """It survives, and no test had to run to say so."""
    assert toy.verdict("guests == 0", "guests != 0") == NOBODY


def test_code_that_cannot_be_imported_is_told_apart(toy: Toy) -> None:
    """It is killed before any test runs."""
    assert toy.verdict("SEATS = 10", "SEATS = TEN") == BROKEN


def test_only_tests_that_run_the_line_are_asked(toy: Toy) -> None:
    """Which do was measured."""
    (stage,) = toy.trial("guests >= SEATS", "").stages
    assert stage.tests == ("tests/test_limits.py::test_full",)


def test_several_verdicts_come_in_the_order_of_the_trials(toy: Toy) -> None:
    """Each with its trial; the code is put back after each."""
    trials = [toy.trial("guests > 0", new) for new in ("guests > 1", "guests > 5", "guests > 2")]
    verdicts = carry_out_all([toy.worker], trials, lambda _trial, _verdict: None)
    assert [(trial.subject, verdict) for trial, verdict in verdicts] == [
        ("guests > 1", SURVIVED),
        ("guests > 5", KILLED),
        ("guests > 2", SURVIVED),
    ]
    assert (toy.root / PATH).read_text(encoding="utf-8") == SOURCE


def test_what_was_measured_can_be_kept(toy: Toy) -> None:
    """Written and read it is the same."""
    assert Covering.parse(toy.covering.dump()) == toy.covering
