"""Kits are run inside a program: what becomes of each rule is told, and nothing is printed."""

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


def test_outcomes_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Held, failed, skipped and excused, each with its reasons; what is no rule isn't run."""
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
    """Whoever asks for one rule waits for no other."""
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
def test_no_proof_is_told(text: str, sentence: str, tmp_path: Path) -> None:
    """Tests without a kit, and such as can't be read, are an error and no empty card."""
    (tmp_path / "test_it.py").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=sentence):
        run_files([tmp_path])


@pytest.mark.slow
def test_a_file_is_read_anew(tmp_path: Path) -> None:
    """A file of the same name from another folder, or of before a change, isn't taken for it."""
    for folder, text in (("with", KIT), ("without", "def test_it(): pass")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "test_it.py").write_text(text, encoding="utf-8")
    assert len(run_files([tmp_path / "with"])) == 5
    with pytest.raises(BadInput, match="subclasses a kit: see docs/howto/test_your_plugin"):
        run_files([tmp_path / "without"])
    assert len(run_files([tmp_path / "with" / "test_it.py"])) == 5


@pytest.mark.slow
def test_what_lies_beside_is_found(tmp_path: Path) -> None:
    """A module in the folder of the tests can be imported, as under pytest alone, and each folder has its own."""
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
def test_options_of_the_author_count(tmp_path: Path) -> None:
    """What a project's own settings ask of pytest is taken, or told where pytest can't."""
    (tmp_path / "test_it.py").write_text(KIT, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -q -ra\n", encoding="utf-8")
    assert len(run_files([tmp_path])) == 5
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"`pytest` can't run the tests \(.*--no-such-option.*\): check the paths\."):
        run_files([tmp_path])
