"""Plugins of an earlier version pass today's kits, or fail by a sentence that the page for their authors has, too."""

from collections.abc import Callable, Iterable, Mapping

import pytest
from tests.docs.pages import DOCS
from tests.earlier_plugins.conftest import PACKAGES, Install

from anninh_core.kernel.errors import BadInput, RetryLater
from anninh_core.testing.kits import RuleOutcome, RuleResult, run_files, run_source

ROWS = [line for line in (DOCS / "howto/migrate_a_plugin.md").read_text("utf-8").splitlines() if line.startswith("|")]
KEEPING = ("S-143", "S-230", "S-234")
"""Rules about what is kept and renamed, for the default run; all rules take eight seconds."""
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
"""The messenger's test, with the fixture that a later kit takes."""


def run_kits(package: str, *rules: str) -> Mapping[str, str]:
    """Run the tests of a package against today's kits; return rule -> why it fails.

    Args:
        package: a folder of this one.
        rules: those that run; all where none is named.
    """
    return read_failures(run_files([PACKAGES / package], chosen=lambda _case, rule: not rules or rule in rules))


def read_failures(results: Iterable[RuleResult]) -> Mapping[str, str]:
    reasons = {result.rule: result.reasons for result in results if result.outcome is RuleOutcome.FAILED}
    return {rule: first for rule, (first, *_) in reasons.items()}


def check_failures(failures: Mapping[str, str], expected: Mapping[str, str]) -> None:
    """Check that these rules fail and no others, each by its sentence, which stands in a row of the page, too."""
    assert failures.keys() == expected.keys()
    assert {rule: failures[rule] for rule, sentence in expected.items() if sentence not in failures[rule]} == {}
    rows = {rule: [row for row in ROWS if rule in row and sentence in row] for rule, sentence in expected.items()}
    assert [rule for rule, found in rows.items() if not found] == []


@pytest.mark.parametrize("package", ["letter_box", "text_lines"])
def test_messenger_and_format(package: str, install_package: Install) -> None:
    """They pass as they are: rules that came later are skipped until the tests give what they need."""
    install_package(package)
    assert run_kits(package) == {}


def test_messenger_that_shows_its_options(install_package: Install) -> None:
    """As soon as its test gives the options, the rules about them say how to declare them."""
    install_package("letter_box")
    failures = read_failures(run_source(WITH_OPTIONS))
    believed = "whoever signs with an empty secret is believed"
    check_failures(failures, {"M-124": believed, "M-125": "is ignored, so a misspelt option is lost in silence"})


def test_storage_from_the_template(install_package: Install) -> None:
    """The storage that `anninh new plugin` wrote loses what was put back, as it doesn't know that method."""
    install_package("call_list")
    failures = run_kits("call_list", *KEEPING)
    check_failures(failures, {"S-230": "what `put_back` stored was lost by closing the storage"})


@pytest.mark.slow
def test_storage_from_the_template_and_all_rules(install_package: Install) -> None:
    """It loses the other names of ended rows, too; each rule that finds it names the act, and all others hold."""
    install_package("call_list")
    renamed = dict.fromkeys(("S-219", "S-220", "S-222"), "rename what has ended")
    put_back = "what `put_back` stored was lost by closing the storage"
    check_failures(run_kits("call_list"), {**renamed, "S-230": put_back})


def test_storage_by_hand_with_strict_warnings(install_package: Install) -> None:
    """An author whose tests take warnings for errors reads the new name of what moved."""
    install_package("ledger")
    moved = "ConfigurationError is now anninh_core.kernel.errors.ConfigurationError; the old name works until 1.0"
    with pytest.raises(BadInput, match=f"DeprecationWarning: anninh_core.kernel.{moved}"):
        run_kits("ledger")


def test_storage_by_hand(install_package: Install, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rules name the method that was added to the port, and the fields that a settlement has since."""
    install_package("ledger")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-W default::DeprecationWarning")
    expected = {
        "S-111": "",  # pytest tells the fields that differ below the first line
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
    """An error that is made as it could be then is refused by a sentence that the page explains."""
    with pytest.raises(TypeError, match=sentence):
        error(*texts, **named)
    assert [row for row in ROWS if sentence in row]
