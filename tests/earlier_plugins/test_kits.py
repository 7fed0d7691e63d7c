"""Plugins of an earlier version pass today's contract tests, or fail with a sentence that the migration page for plugin
authors explains.
"""

from collections.abc import Callable, Iterable, Mapping

import pytest
from tests.docs.pages import DOCS
from tests.earlier_plugins.conftest import PACKAGES, Install

from anninh_core.kernel.errors import BadInput, RetryLater
from anninh_core.testing.kits import RuleOutcome, RuleResult, run_files, run_source

ROWS = [line for line in (DOCS / "howto/migrate_a_plugin.md").read_text("utf-8").splitlines() if line.startswith("|")]
KEEPING = ("S-143", "S-230", "S-234")
"""The rules about stored and renamed data that the default run checks; checking all rules takes eight seconds."""
WITH_OPTIONS = """
import pytest
from test_anninh_letter_box import SECRET, LetterBoxMessenger
from test_anninh_letter_box import TestLetterBoxMessenger as Earlier

class TestOptions(Earlier):
    @pytest.fixture
    def options(self, outbox):
        return {"outbox": str(outbox), "secret": SECRET}

    @pytest.fixture
    def messenger(self, services, options):
        return LetterBoxMessenger("letter_box", dict(options), services)
"""
"""Source of the messenger's test with the fixture `options`, which a later kit requires."""


def run_kits(package: str, *rules: str) -> Mapping[str, str]:
    """Run the tests of a plugin package against today's contract tests; return the reason of failure for each failed
    rule.

    Args:
        package: the name of a folder in `earlier_plugins`.
        rules: the rules to run; without any, all rules run.
    """
    return read_failures(run_files([PACKAGES / package], chosen=lambda _case, rule: not rules or rule in rules))


def read_failures(results: Iterable[RuleResult]) -> Mapping[str, str]:
    reasons = {result.rule: result.reasons for result in results if result.outcome is RuleOutcome.FAILED}
    return {rule: first for rule, (first, *_) in reasons.items()}


def check_failures(failures: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Check that exactly the expected rules fail, each with its sentence, and that a row of the migration page has that
    sentence.
    """
    assert failures.keys() == expected.keys()
    assert {rule: failures[rule] for rule, sentence in expected.items() if sentence not in failures[rule]} == {}
    rows = {rule: [row for row in ROWS if rule in row and sentence in row] for rule, sentence in expected.items()}
    assert [rule for rule, found in rows.items() if not found] == []


@pytest.mark.parametrize("package", ["letter_box", "text_lines"])
def test_messenger_and_format(package: str, install_package: Install) -> None:
    """An earlier messenger and an earlier report format pass unchanged; rules added later are skipped until the
    plugin's tests supply what they need.
    """
    install_package(package)
    assert run_kits(package) == {}


def test_messenger_that_shows_its_options(install_package: Install) -> None:
    """As soon as a messenger's test supplies options, the rules about options fail with the way to declare them."""
    install_package("letter_box")
    failures = read_failures(run_source(WITH_OPTIONS))
    believed = "whoever signs with an empty secret is believed"
    check_failures(failures, {"M-124": believed, "M-125": "is ignored, so a misspelt option is lost in silence"})


def test_storage_from_the_template(install_package: Install) -> None:
    """An earlier storage made by `anninh new plugin` loses what `put_back` stored, because it doesn't know that
    method.
    """
    install_package("call_list")
    failures = run_kits("call_list", *KEEPING)
    check_failures(failures, {"S-230": "what `put_back` stored was lost by closing the storage"})


@pytest.mark.slow
def test_storage_from_the_template_and_all_rules(install_package: Install) -> None:
    """An earlier storage made by `anninh new plugin` also loses the renaming of ended rows; each rule that finds this
    names the act, and all other rules hold.
    """
    install_package("call_list")
    renamed = dict.fromkeys(("S-219", "S-220", "S-222"), "rename what has ended")
    put_back = "what `put_back` stored was lost by closing the storage"
    check_failures(run_kits("call_list"), {**renamed, "S-230": put_back})


def test_storage_by_hand_with_strict_warnings(install_package: Install) -> None:
    """A plugin author whose tests treat warnings as errors reads the new name of a moved class."""
    install_package("ledger")
    moved = "ConfigurationError is now anninh_core.kernel.errors.ConfigurationError; the old name works until 1.0"
    with pytest.raises(BadInput, match=f"DeprecationWarning: anninh_core.kernel.{moved}"):
        run_kits("ledger")


def test_storage_by_hand(install_package: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """For a hand-written storage, the failing rules name the method added to the port and the fields added to a
    settlement.
    """
    install_package("ledger")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W default::DeprecationWarning")
    expected = {
        "S-111": "",  # The expected sentence is empty, because pytest shows the differing fields below the first line.
        "S-215": "",
        "S-217": "the storage lacks queues.rename_ended (step 11)",
        "S-231": "store `conversation` of `InboxSettled` in a row that is done",
        "S-232": "store `conversation` of `OutboxSettled` in a row that is closed",
        "S-234": "queues.rename_ended is missing",
    }
    check_failures(run_kits("ledger"), expected)


@pytest.mark.parametrize(
    ("error", "texts", "named", "sentence"),
    [
        (RetryLater, (), {"message": "busy"}, "missing 1 required positional argument: 'sentence'"),
        (BadInput, ("no stall", "12"), {}, "takes from 1 to 2 positional arguments but 3 were given"),
    ],
)
def test_errors_of_the_earlier_form(
    error: Callable[..., Exception], texts: tuple[str, ...], named: Mapping[str, str], sentence: str
) -> None:
    """An error constructed in the earlier form is refused with a sentence that the migration page explains."""
    with pytest.raises(TypeError, match=sentence):
        error(*texts, **named)
    assert [row for row in ROWS if sentence in row]
