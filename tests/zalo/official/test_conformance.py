"""The messenger kit over the pretend Zalo."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
from tests.zalo.conftest import BEGIN, Bench, bench_with, options_of

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


class Beyond:
    """The pretend Zalo as the kit wants to see it."""

    def __init__(self, bench: Bench, person: Person, group: str) -> None:
        self._bench = bench
        self._person = person
        self._group = group
        self._before = len(person.heard)
        self._last = WebhookRequest(b"")

    def incoming(self, text: str) -> WebhookRequest:
        """Let the person write."""
        self._person.says(text)
        self._last = self._bench.request()
        return self._last

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        """Let something else happen; nobody edits on Zalo, and each webhook tells of one thing."""
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
        """The clock stands."""
        return self._bench.clock.now()

    def quotes(self) -> Sequence[str]:
        """Return what each message that the person heard quotes."""
        return [message.quote for message in self._person.heard[self._before :]]

    def delivered(self) -> Sequence[tuple[Address, str]]:
        """Return what the person heard, alone or in the group."""
        return [(self._where(one), one.text) for one in self._person.heard[self._before :]]

    def _where(self, heard: SandboxMessage) -> Address:
        return Address("oa", *((Place.GROUP, heard.conversation) if heard.group else (Place.PERSON, self._person.id)))

    def fail(self, name: str) -> bool:
        """Script a failure of sending; a token has to be refused twice, for the first time it is renewed."""
        self._bench.sandbox.fail_next(name, _SENDING, times=2 if name == "expired_token" else 1)
        return True


class TestOfficialAccount(MessengerConformance):
    """An official account passes."""

    @pytest.fixture
    def services(self) -> AdapterServices:
        return memory_services(FixedClock(BEGIN))

    @pytest.fixture
    def bench(self, services: AdapterServices, tmp_path: Path) -> Iterator[Bench]:
        proof = tmp_path / "zalo_verifierAbc.html"
        proof.write_bytes(b"<html>it is ours</html>")
        made = bench_with(services, numbering="", domain_file=str(proof))  # the kit looks for the words alone
        for _ in range(4):
            made.account.asset("gmf10")
        yield made
        made.messenger.close()

    @pytest.fixture
    def options(self, bench: Bench) -> Mapping[str, str]:
        return {**options_of(bench.app, bench.account), "template.tip.answer": "12"}

    @pytest.fixture
    def secrets(self, bench: Bench) -> Sequence[str]:
        given = bench.messenger.tokens.tokens()
        assert given is not None
        return [bench.app.secret, bench.app.oa_secret, given.access, given.refresh]

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
        return Beyond(bench, member, group.id)
