"""The messenger kit detects the flaws that it is meant for."""

import re

import pytest

from anninh_core import testing
from anninh_core.testing.kits.guard import kit_rules
from anninh_core.testing.kits.messenger.bench import require_group
from anninh_core.testing.kits.messenger.conformance import MessengerConformance

pytest_plugins = ["pytester"]

BENCH = """
from unicodedata import normalize
import pytest
from attrs import evolve
from datetime import timedelta
from anninh_core.kernel.errors import DeliveryError, NotFound, RecipientUnreachable, RetryLater, UnknownOutcome
from anninh_core.ports.health import ok, problem
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.testing import FixedClock, MockMessenger, memory_services
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.vocabulary import Ability, Address, Capabilities, Place, Receipt, Support
from anninh_core.vocabulary.rates import Rate

pytestmark = pytest.mark.slow

class Beyond:
    def __init__(self, chat, person):
        self.chat, self.person = chat, person
    def writes(self, text):
        self.chat.says(self.person.id, text)
    def incoming(self, text):
        self.writes(text)
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
    def secrets(self):
        return ["s3cr3t"]
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
ONCE = """
    @property
    def capabilities(self):
        told = super().capabilities
        return evolve(told, abilities={**told.abilities, "create_group_once": Ability(Support.FULL)})
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
    "says its words under each picture": (
        """def send(self, message):
            for picture in message.attachments[1:]:
                super().send(evolve(message, attachments=(picture,)))
            return super().send(evolve(message, attachments=message.attachments[:1]))
        """,
        {"test_pictures"},
    ),
    "guesses that it arrived": (
        "def reconcile(self, message, since): return Verdict.DELIVERED",
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
    "quotes whom it can't reach": (
        """def send(self, message):
            try:
                return super().send(message)
            except DeliveryError as error:
                raise type(error)(f'{message.to.key}: {error}') from error
        """,
        {"test_failures_are_discreet", "test_refusals_are_discreet"},
    ),
    "quotes what it couldn't send": (
        """def send(self, message):
            try:
                return super().send(message)
            except DeliveryError as error:
                error.add_note(message.text[:10])
                raise
        """,
        {"test_failures_are_discreet", "test_refusals_are_discreet"},
    ),
    "names strangers": (
        """def create_group(self, title, members):
            try:
                return super().create_group(title, members)
            except DeliveryError as error:
                raise RecipientUnreachable(members[0].id) from error
        """,
        {"test_group_errors_are_discreet"},
    ),
    "keeps back all it may send": (
        "safe_pace = property(lambda self: Rate(per_minute=10, burst=2, reserve=2))",
        {"test_safe_pace"},
    ),
    "takes everything for a probe": (
        "def is_probe(self, request): return True",
        {"test_event_is_no_probe"},
    ),
    "stumbles over probes and events of others": (
        """webhook_shared_by = ''
    def is_probe(self, request): return not request.body.decode() and not request.headers
    def takes(self, body): return self.parse(body) is None
        """,
        {"test_probe_of_garbage", "test_taking_garbage", "test_taking_its_own", "test_shared_by"},
    ),
    "shows a file outside of the root": (
        "def files(self): return {'../passwd': b'x'}",
        {"test_files"},
    ),
    "reads again under other keys": (
        """def missed_events(self):
            said = [m for m in self.chat.messages() if m.author]
            return [b'{"event":"dance","id":"again"}'] if said else []
        """,
        {"test_missed_key"},
    ),
    "brings back what nobody understands": (
        "def missed_events(self): return [b'[]']",
        {"test_missed", "test_missed_key"},
    ),
    "asks for everything twice": (
        """polls = True
    def poll(self, wait):
        self.came = getattr(self, 'came', []) + [request.body for request in self.chat.webhooks()]
        return self.came
        """,
        {"test_poll"},
    ),
    "fetches from anywhere": (
        "def fetch(self, attachment): return b'x'",
        {"test_foreign_file"},
    ),
    "names what it doesn't fetch": (
        "def fetch(self, attachment): raise RecipientUnreachable(attachment.url or 'none')",
        {"test_foreign_file"},
    ),
    "sends by any method": (
        "def send_by(self, method, message): return self.send(message)",
        {"test_unknown_delivery_method"},
    ),
    "finds whatever is looked for": (
        "def reconcile(self, message, since): return [Found(platform_id='m', at=since)]",
        {"test_unsent_is_not_found", "test_sent_is_found", "test_other_words_are_not_found"},
    ),
    "founds again and again": (
        ONCE,
        {"test_founds_once"},
    ),
    "takes a title for a key": (
        f"""{ONCE}
    def create_group(self, title, members, key=''):
        if not key:
            return super().create_group(title, members)
        self.known = getattr(self, 'known', None) or super().create_group(title, members)
        return self.known
        """,
        {"test_keys_found_apart"},
    ),
    "counts nobody": (
        "def look(self, group): return evolve(super().look(group), members=0)",
        {"test_look"},
    ),
    "tells its secrets": (
        "def health(self): return [ok('token', 'it is s3cr3t')]",
        {"test_health", "test_health_in_trouble"},
    ),
    "knows a problem but no way out": (
        "def health(self): return [problem('token', 'it ran out', '')]",
        {"test_health", "test_health_in_trouble"},
    ),
    "raises where it should find": (
        """def health(self):
            self.chat.account.create_group('probe', [])
            return [ok('platform', 'it answers')]
        """,
        {"test_health_in_trouble"},
    ),
    "sends to try its access": (
        "def try_access(self): self.chat.account.send(self.chat.person('Thử Văn An'), 'probe', group=False, key='k')",
        {"test_access"},
    ),
    "has no access, and raises what says nothing of that": (
        "def try_access(self): raise NotFound('s3cr3t')",
        {"test_access", "test_access_in_trouble"},
    ),
    "lets its storage's trouble out": (
        """def send(self, message):
            self._services.state.get('progress')
            return super().send(message)
        """,
        {"test_own_state_in_trouble"},
    ),
    "does things it doesn't tell": (
        "capabilities = property(lambda self: Capabilities('it'))",
        {"test_abilities_are_named", "test_unsupported", "test_unsupported_attachment"},
    ),
}


def test_rules_are_numbered() -> None:
    """Each rule has a number and a sentence that ends with a full stop."""
    rules = kit_rules(MessengerConformance)
    assert len(rules) > 30
    assert all(number.startswith("M-") and sentence.endswith(".") for number, sentence in rules.items())


@pytest.mark.slow
def test_flaws_are_found(pytester: pytest.Pytester) -> None:
    """A messenger with one flaw of the list fails the rules about that flaw."""
    codes = (FLAWED.format(number=number, flaw=code) for number, (code, _) in enumerate(FLAWS.values()))
    pytester.makepyfile(BENCH + "".join(codes))
    result = pytester.runpytest_inprocess("-q", "--tb=no")
    failures = re.findall(r"^FAILED .*::Test(\d+)::(test_\w+)", result.stdout.str(), re.MULTILINE)
    for number, (flaw, (_, rules)) in enumerate(FLAWS.items()):
        failed_rules = {rule for test, rule in failures if test == str(number)}
        assert rules <= failed_rules, f"{flaw}: {sorted(failed_rules)}"


def test_forgotten_fixture_is_an_error(pytester: pytest.Pytester) -> None:
    """A test class that provides no messenger gets errors instead of passes."""
    pytester.makepyfile(
        "from anninh_core.testing.kits.messenger.conformance import MessengerConformance\n"
        "class TestMine(MessengerConformance):\n"
        "    pass\n"
    )
    outcomes = pytester.runpytest_inprocess("-q").parseoutcomes()
    assert outcomes.keys() == {"errors"}


def test_missing_group_fails_with_advice() -> None:
    """A messenger that claims to reach groups fails with advice if the test provides no group."""
    messenger = testing.MockMessenger("oa", {}, testing.memory_services())
    with pytest.raises(AssertionError, match="let the fixture `group` give a group"):
        require_group(messenger, "lock_posting", None)


def test_mock_names_are_exported() -> None:
    """Everything that users of the mock need is exported by `anninh_core.testing`."""
    assert {"Dialog", "FixedClock", "MockChat", "MockMessenger", "SeededIds", "memory_services"} <= set(dir(testing))
