"""The messenger kit, for an official account of the simulated Zalo."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from tests.zalo.conftest import BEGIN, Bench, build_bench, build_required_options

from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.testing import FixedClock
from anninh_core.testing.kits import MessengerConformance
from anninh_core.testing.kits.messenger.outside import Outside
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest
from anninh_zalo.testing import Person
from anninh_zalo.testing.simulation.parts import image
from anninh_zalo.testing.state import SandboxMessage

_SENDING = "/message"


class SimulatedOutside:
    """The simulated Zalo, as the kit sees the world outside the messenger."""

    def __init__(self, bench: Bench, person: Person, group: str) -> None:
        self._bench = bench
        self._person = person
        self._group = group
        self._before = len(person.heard)
        self._last = WebhookRequest(b"")

    def incoming(self, text: str) -> WebhookRequest:
        """Let the person write a message, and return its webhook request."""
        self._person.says(text)
        self._last = self._bench.request()
        return self._last

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let the named event happen, and return its webhook request; None for events that Zalo doesn't have, such as
        edits and webhooks with several events.
        """
        match event:
            case "another_person":
                self._bench.account.person("Khuất Văn Thử").says(text)
            case "echo":
                self._bench.account.operator_says(self._person.id, text)
            case "group":
                self._person.says_in_group(self._group, text)
            case "picture":
                self._person.says(text, image("https://photo.invalid/anh.jpg"))
            case "quote":
                self._person.says(text, quote=quoted)
            case "redelivery":
                return self._last
            case "unknown":
                self._bench.account.event("user_dances", sender={"id": self._person.id})
            case _:
                return None
        return self._bench.request()

    @property
    def wrote_at(self) -> datetime:
        """The time on the stopped clock."""
        return self._bench.clock.now()

    def quotes(self) -> Sequence[str]:
        """Return the quote of each message that the person has received."""
        return [message.quote for message in self._person.heard[self._before :]]

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return the messages that the person has received, in private or in the group, each with its address."""
        return [(self._get_address(message), message.text) for message in self._person.heard[self._before :]]

    def _get_address(self, message: SandboxMessage) -> Address:
        return Address(
            "oa", *((Place.GROUP, message.conversation) if message.group else (Place.PERSON, self._person.id))
        )

    def fail(self, name: str) -> bool:
        """Let the next message fail; a token must be refused twice, because the first refusal renews it."""
        self._bench.sandbox.fail_next(name, _SENDING, times=2 if name == "expired_token" else 1)
        return True


class TestOfficialAccount(MessengerConformance):
    """An official account conforms to the messenger kit."""

    @pytest.fixture
    def services(self) -> AdapterServices:
        return memory_services(FixedClock(BEGIN))

    @pytest.fixture
    def bench(self, services: AdapterServices, tmp_path: Path) -> Iterator[Bench]:
        proof_file = tmp_path / "zalo_verifierAbc.html"
        proof_file.write_bytes(b"<html>it is ours</html>")
        # The kit compares texts without numbering.
        new_bench = build_bench(services, numbering="", domain_file=str(proof_file))
        for _ in range(4):
            new_bench.account.asset("gmf10")
        yield new_bench
        new_bench.messenger.close()

    @pytest.fixture
    def options(self, bench: Bench) -> Mapping[str, str]:
        return {**build_required_options(bench.app, bench.account), "template.tip.answer": "12"}

    @pytest.fixture
    def secrets(self, bench: Bench) -> Sequence[str]:
        tokens = bench.messenger.tokens.tokens()
        assert tokens is not None
        return [bench.app.secret, bench.app.oa_secret, tokens.access, tokens.refresh]

    @pytest.fixture
    def member(self, bench: Bench) -> Person:
        person = bench.account.person("Khuất Thị Thử")
        person.says("chào")
        return person

    @pytest.fixture
    def messenger(self, bench: Bench) -> Messenger:
        return bench.messenger

    @pytest.fixture
    def person(self, member: Person) -> Address:
        return Address("oa", Place.PERSON, member.id)

    @pytest.fixture
    def group(self, bench: Bench, member: Person) -> Address:
        return bench.messenger.create_group("An ninh thử", [Address("oa", Place.PERSON, member.id)]).address

    @pytest.fixture
    def outside(self, bench: Bench, member: Person, group: Address) -> Outside:
        return SimulatedOutside(bench, member, group.id)
