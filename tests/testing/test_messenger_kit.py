"""The messenger kit notices what it is there to notice."""

import re

import pytest

from anninh_core import testing
from anninh_core.testing.kits.guard import kit_rules
from anninh_core.testing.kits.messenger import MessengerConformance
from anninh_core.testing.kits.messenger_bench import needs_group

pytest_plugins = ["pytester"]

BENCH = """
from unicodedata import normalize
import pytest
from attrs import evolve
from anninh_core.kernel.errors import RetryLater, UnknownOutcome
from anninh_core.ports.messenger import Verdict
from anninh_core.testing import MockMessenger
from anninh_core.testing.kits.messenger import MessengerConformance
from anninh_core.vocabulary import Address, Capabilities, Place, Receipt

class Beyond:
    def __init__(self, chat, person):
        self.chat, self.person = chat, person
    def incoming(self, text):
        self.chat.says(self.person.id, text)
        return list(self.chat.webhooks())[0]
    def delivered(self):
        return [
            (Address("oa", Place.GROUP if m.group else Place.PERSON, m.conversation), m.text)
            for m in self.chat.messages() if not m.author
        ]
    def fail(self, name):
        self.chat.fail_next(name)
        return True

class Kit(MessengerConformance, kit=True):
    @pytest.fixture
    def person(self, mock_chat):
        return Address("oa", Place.PERSON, mock_chat.person("Thử Văn An"))
    @pytest.fixture
    def group(self, mock_chat):
        return Address("oa", Place.GROUP, mock_chat.found_group("Thôn Thử"))
    @pytest.fixture
    def outside(self, mock_chat, person):
        return Beyond(mock_chat, person)
"""
FLAWED = """
class Flawed{number}(MockMessenger):
    {flaw}

class Test{number}(Kit):
    @pytest.fixture
    def messenger(self, mock_chat, services):
        return Flawed{number}.on(mock_chat, "oa", services)
"""
FLAWS = {
    "cuts long texts": (
        "def send(self, message): return super().send(evolve(message, text=message.text[:500]))",
        {"test_text_is_not_altered", "test_very_long_text"},
    ),
    "sends without accents": (
        "def send(self, message): return super().send(evolve(message, text=message.text.replace('ế', 'e')))",
        {"test_text_is_not_altered", "test_very_long_text", "test_group_text_is_not_altered"},
    ),
    "tells time without zone": (
        "def send(self, message): return Receipt('m', super().send(message).at.replace(tzinfo=None))",
        {"test_person_receipt", "test_group_receipt", "test_picture"},
    ),
    "takes a lost answer for a failure": (
        """def send(self, message):
            try:
                return super().send(message)
            except UnknownOutcome as error:
                raise RetryLater('again') from error
        """,
        {"test_failures", "test_unknown_outcome"},
    ),
    "leaves pictures out": (
        "def send(self, message): return super().send(evolve(message, attachments=()))",
        {"test_missing_picture"},
    ),
    "guesses that it arrived": (
        "def reconcile(self, message): return Verdict.DELIVERED",
        {"test_reconcile_unsent", "test_unknown_outcome"},
    ),
    "believes everybody": (
        "def verify(self, request): return True",
        {"test_verify_tampered", "test_verify_headers", "test_verify_garbage"},
    ),
    "takes the text for the key": (
        "def dedupe_key(self, request): return self.parse(request.body)[0].text",
        {"test_events_differ"},
    ),
    "keeps text as it came": (
        "def parse(self, body): return [evolve(m, text=normalize('NFD', m.text)) for m in super().parse(body)]",
        {"test_text_is_understood"},
    ),
    "does things it doesn't tell": (
        "capabilities = property(lambda self: Capabilities('it'))",
        {"test_abilities_are_named", "test_unsupported", "test_unsupported_attachment"},
    ),
}


def test_rules_are_numbered() -> None:
    """Every rule has its number and a sentence that ends."""
    rules = kit_rules(MessengerConformance)
    assert len(rules) > 30
    assert all(number.startswith("M-") and sentence.endswith(".") for number, sentence in rules.items())


def test_flaws_are_found(pytester: pytest.Pytester) -> None:
    """A messenger with one flaw fails the rules about it; each flaw of the list is found."""
    codes = (FLAWED.format(number=number, flaw=code) for number, (code, _) in enumerate(FLAWS.values()))
    pytester.makepyfile(BENCH + "".join(codes))
    result = pytester.runpytest_inprocess("-q", "--tb=no")
    failed = re.findall(r"^FAILED .*::Test(\d+)::(test_\w+)", result.stdout.str(), re.MULTILINE)
    for number, (flaw, (_, rules)) in enumerate(FLAWS.items()):
        found = {rule for test, rule in failed if test == str(number)}
        assert rules <= found, f"{flaw}: {sorted(found)}"


def test_forgotten_fixture_is_an_error(pytester: pytest.Pytester) -> None:
    """Who forgets to give a messenger gets errors, not passes."""
    pytester.makepyfile(
        "from anninh_core.testing.kits.messenger import MessengerConformance\n"
        "class TestMine(MessengerConformance):\n"
        "    pass\n"
    )
    outcomes = pytester.runpytest_inprocess("-q").parseoutcomes()
    assert outcomes.keys() == {"errors"}


def test_group_is_asked_for() -> None:
    """A messenger that says it reaches groups fails with a sentence when the test gives no group."""
    messenger = testing.MockMessenger("oa", {}, testing.memory_services())
    with pytest.raises(AssertionError, match="let the fixture `group` give a group"):
        needs_group(messenger, "lock_posting", None)


def test_names_are_public() -> None:
    """What a user of the mock needs is found in one place."""
    assert {"Dialog", "FixedClock", "MockChat", "MockMessenger", "SeededIds", "memory_services"} <= set(testing.__all__)
