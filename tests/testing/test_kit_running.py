"""Kits run inside a program: each rule's outcome is returned, and nothing is printed."""

from pathlib import Path

import pytest

from anninh_core.kernel.errors import BadInput
from anninh_core.testing.kits import RuleOutcome, run_files, run_source

KIT = """
import pytest
from anninh_core.testing.kits import ConformanceKit

class Kit(ConformanceKit, kit=True):
    def test_holds(self):
        '''X-01 One is one.'''
        print("loud")
    def test_fails(self):
        '''X-02 One is two.'''
        assert 1 == 2, "one is one"
    @pytest.mark.parametrize("number", [1, 2])
    def test_is_skipped(self, number):
        '''X-03 Numbers are asked for.'''
        pytest.skip(f"no number {number}")
    @pytest.mark.parametrize("number", [1, 2])
    def test_is_half_skipped(self, number):
        '''X-04 Some numbers are asked for.'''
        if number == 2:
            pytest.skip("no number 2")
    def test_is_excused(self):
        '''X-05 One is three.'''

class TestMine(Kit):
    @pytest.mark.xfail(reason="we count from two")
    def test_is_excused(self):
        raise AssertionError
    def test_of_my_own(self):
        raise AssertionError
"""


def test_outcomes_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    """Each rule is reported as held, failed, skipped or excused with its reasons, and tests that aren't rules don't
    run.
    """
    results = {result.rule: result for result in run_source(KIT)}
    assert {rule: result.outcome for rule, result in results.items()} == {
        "X-01": RuleOutcome.HELD,
        "X-02": RuleOutcome.FAILED,
        "X-03": RuleOutcome.SKIPPED,
        "X-04": RuleOutcome.HELD,
        "X-05": RuleOutcome.EXCUSED,
    }
    assert results["X-02"].reasons == ("AssertionError: one is one",)
    assert results["X-03"].reasons == ("no number 1", "no number 2")
    assert results["X-05"].reasons == ("we count from two",)
    assert (results["X-01"].kit, results["X-01"].case, results["X-01"].sentence) == ("Kit", "TestMine", "One is one.")
    assert capsys.readouterr().out == ""


@pytest.mark.slow
def test_only_chosen_rules_run() -> None:
    """Only the chosen rules run."""
    (result,) = run_source(KIT, chosen=lambda case, rule: (case.__name__, rule) == ("TestMine", "X-01"))
    assert result.rule == "X-01"
    assert run_source(KIT, chosen=lambda case, rule: rule == "X-09") == ()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def test_it(): pass", "subclasses a kit: see docs/howto/test_your_plugin"),
        ("import nothing_of_this_name", r"The tests can't be collected \(.*nothing_of_this_name.*\): correct them\."),
    ],
)
def test_run_without_rules_is_an_error(text: str, sentence: str, tmp_path: Path) -> None:
    """Tests that use no kit or can't be collected are an error, not an empty report."""
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=sentence):
        run_files([tmp_path])


@pytest.mark.slow
def test_test_files_are_never_cached(tmp_path: Path) -> None:
    """A test file is read again for each run, even if another folder has a file of the same name."""
    for folder, text in (("with", KIT), ("without", "def test_it(): pass")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_it.py").write_text(text, encoding="utf-8")
    assert len(run_files([tmp_path / "with"])) == 5
    with pytest.raises(BadInput, match="subclasses a kit: see docs/howto/test_your_plugin"):
        run_files([tmp_path / "without"])
    assert len(run_files([tmp_path / "with" / "test_it.py"])) == 5


@pytest.mark.slow
def test_modules_of_the_folder_are_importable(tmp_path: Path) -> None:
    """Tests can import modules from their own folder, as under plain pytest, and each folder has its own modules."""
    for folder, holds in (("one", True), ("two", False)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "beside.py").write_text(f"HOLDS = {holds}\n", encoding="utf-8")
        text = "from beside import HOLDS\n" + KIT.replace('print("loud")', "assert HOLDS")
        (tmp_path / folder / "test_it.py").write_text(text, encoding="utf-8")
    outcomes = [
        next(result.outcome for result in run_files([tmp_path / folder]) if result.rule == "X-01")
        for folder in ("one", "two")
    ]
    assert outcomes == [RuleOutcome.HELD, RuleOutcome.FAILED]


@pytest.mark.slow
def test_project_options_apply(tmp_path: Path) -> None:
    """The pytest options of a project's own settings apply, and an option that pytest refuses is reported."""
    (tmp_path / "test_it.py").write_text(KIT, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q -ra\n", encoding="utf-8")
    assert len(run_files([tmp_path])) == 5
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"`pytest` can't run the tests \(.*--no-such-option.*\): check the paths\."):
        run_files([tmp_path])
