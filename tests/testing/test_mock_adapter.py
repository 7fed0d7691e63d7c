"""The mock messenger passes the kit; what else it owes its users."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anninh_core.app import MessengerSettings, Settings, open_app
from anninh_core.kernel.errors import BadInput, ConfigurationError, RecipientUnreachable, RequestRejected
from anninh_core.plugins import DEFAULT_PLUGINS
from anninh_core.ports.messengers.adapter import AdapterServices
from anninh_core.ports.messengers.messenger import MessengerType
from anninh_core.profile import load_profile
from anninh_core.testing.apps import memory_app, pump
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.testing.kits.messenger.conformance import MessengerConformance
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.testing.mock.signed_webhook import SIGNATURE, signature
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.messages import (
    Address,
    Attachment,
    DeliveryNews,
    DeliveryReport,
    InboundMessage,
    OutgoingMessage,
    Place,
    WebhookRequest,
    Withdrawal,
)


def sign(secret: str, body: bytes) -> WebhookRequest:
    return WebhookRequest(body, ((SIGNATURE, signature(secret, body)),))


class Beyond:
    """The kit's view of a mock chat."""

    delay = timedelta(seconds=30)

    def __init__(self, chat: MockChat, person: Address, group: Address) -> None:
        self._chat = chat
        self._person = person
        self._group = group
        self._last = WebhookRequest(b"")
        self.wrote_at = datetime.max.replace(tzinfo=UTC)

    def incoming(self, text: str) -> WebhookRequest:
        self.wrote_at = self._chat.says(self._person.id, text).at
        return self._fetch()

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        match event:
            case "another_person":
                self._chat.says(self._chat.person("Thử Thị Bình"), text)
            case "group":
                self._chat.says(self._person.id, text, to=self._group.id)
            case "picture":
                picture = Attachment("image", "anh.png", url=self._chat.file(PICTURE))
                self._chat.says(self._person.id, text, attachments=[picture])
            case "quote":
                self._chat.says(self._person.id, text, reply_to=quoted)
            case "redelivery":
                return self._last
            case "unknown":
                return sign(self._chat.secret, b'{"event":"dance","id":"e-1"}')
            case _:  # nobody edits in the mock chat, it tells one thing at a time, and nothing of what we said
                return None
        return self._fetch()

    def quotes(self) -> Sequence[str]:
        return [message.reply_to for message in self._chat.messages() if not message.author]

    def _fetch(self) -> WebhookRequest:
        (self._last,) = self._chat.webhooks()
        return self._last

    def delivered(self) -> Sequence[tuple[Address, str]]:
        return [
            (Address("oa", Place.GROUP if message.group else Place.PERSON, message.conversation), message.text)
            for message in self._chat.messages()
            if not message.author
        ]

    def fail(self, name: str) -> bool:
        self._chat.fail_next(name)
        return True


class TestMockMessenger(MessengerConformance):
    """The mock is held to what it stands for."""

    @pytest.fixture
    def options(self, tmp_path: Path) -> Mapping[str, str]:
        return {"path": str(tmp_path / "chat.jsonl"), "secret": "secret-of-the-webhook", "rungs": "template phone"}

    @pytest.fixture
    def messenger(self, mock_chat: MockChat, services: AdapterServices) -> MockMessenger:
        return MockMessenger.on(mock_chat, "oa", services)

    @pytest.fixture
    def person(self, mock_chat: MockChat) -> Address:
        return Address("oa", Place.PERSON, mock_chat.person("Thử Văn An"))

    @pytest.fixture
    def group(self, mock_chat: MockChat) -> Address:
        return Address("oa", Place.GROUP, mock_chat.found_group("Thôn Thử"))

    @pytest.fixture
    def outside(self, mock_chat: MockChat, person: Address, group: Address) -> Beyond:
        return Beyond(mock_chat, person, group)

    @pytest.fixture
    def secrets(self, mock_chat: MockChat) -> Sequence[str]:
        return [mock_chat.secret]


def outgoing(to: Address, text: str = "Chào bà con", key: str = "k-1") -> OutgoingMessage:
    return OutgoingMessage(key=key, to=to, text=text, purpose="test")


def test_type_fits_the_port() -> None:
    """The class is what the port says a plugin registers."""
    kind: MessengerType = MockMessenger
    assert kind.name == "mock"


def test_group_message_names_group_and_sender(mock_chat: MockChat, mock_messenger: MockMessenger) -> None:
    """A post in a group keeps the group as conversation, the person as sender, the quote and the place on the map."""
    person = mock_chat.person("Thử Thị Bình")
    group = mock_chat.found_group("Thôn Thử")
    here = Attachment("location", latitude=20.25, longitude=105.97)
    mock_chat.says(person, "ở đây ạ", to=group, attachments=[here], reply_to="m0001")
    (request,) = mock_chat.webhooks()
    (message,) = mock_messenger.parse(request.body)
    assert isinstance(message, InboundMessage)
    assert message.conversation == Address("oa", Place.GROUP, group)
    assert message.sender == Address("oa", Place.PERSON, person)
    assert (message.sender_name, message.attachments, message.reply_to) == ("Thử Thị Bình", (here,), "m0001")


def test_seen_is_reported(mock_chat: MockChat, mock_messenger: MockMessenger) -> None:
    """A person who looks causes one report for each message, once."""
    person = mock_chat.person("Thử Văn An")
    receipt = mock_messenger.send(outgoing(Address("oa", Place.PERSON, person)))
    mock_chat.sees(person)
    mock_chat.sees(person)
    (request,) = mock_chat.webhooks()
    (report,) = mock_messenger.parse(request.body)
    assert report == DeliveryReport("oa", receipt.platform_id, DeliveryNews.SEEN, receipt.at)


def test_a_withdrawal_names_who_and_when(
    mock_chat: MockChat, mock_messenger: MockMessenger, anninh_clock: FixedClock
) -> None:
    """Each is an event of its own, with the person's address."""
    person = mock_chat.person("Thử Văn An")
    for _ in range(2):
        mock_chat.withdraws(person)
    requests = [*mock_chat.webhooks()]
    told = [part for request in requests for part in mock_messenger.parse(request.body)]
    assert told == [Withdrawal(conversation=Address("oa", Place.PERSON, person), at=anninh_clock.now())] * 2
    assert len({mock_messenger.dedupe_key(request) for request in requests}) == 2


def test_unknown_event_gives_nothing(mock_messenger: MockMessenger) -> None:
    """An event of a kind that is not known yet is understood as nothing."""
    assert mock_messenger.parse(b'{"event":"dance","id":"e1"}') == []


def test_naive_time_is_refused(mock_messenger: MockMessenger) -> None:
    """An event with a time without zone is not understood."""
    with pytest.raises(BadInput, match="timezone"):
        mock_messenger.parse(b'{"event":"seen","id":"e1","message_id":"m1","at":"2021-09-02T08:00:00"}')


def test_unknown_recipient_is_unreachable(mock_messenger: MockMessenger) -> None:
    """Nobody of that id: unreachable for good, for a person, a group and a member."""
    nobody = Address("oa", Place.PERSON, "p9")
    nowhere = Address("oa", Place.GROUP, "g9")
    for to in (nobody, nowhere):
        with pytest.raises(RecipientUnreachable, match="mock chat"):
            mock_messenger.send(outgoing(to))
    with pytest.raises(RecipientUnreachable, match="The mock chat doesn't know 1 of the 1 people: add them first"):
        mock_messenger.create_group("Thôn Thử", [nobody])
    with pytest.raises(RecipientUnreachable, match="'g9'"):
        mock_messenger.list_members(nowhere)


def test_requests_that_fit_nothing(mock_chat: MockChat, mock_messenger: MockMessenger) -> None:
    """A blank title, a post that isn't there and a person in place of a group are rejected."""
    group = Address("oa", Place.GROUP, mock_chat.found_group("Thôn Thử"))
    with pytest.raises(RequestRejected, match="title"):
        mock_messenger.create_group(" ", [])
    with pytest.raises(RequestRejected, match="'m9'"):
        mock_messenger.delete_message(group, "m9")
    with pytest.raises(RequestRejected, match="This is the address of a person: give the address of a group"):
        mock_messenger.lock_posting(Address("oa", Place.PERSON, "p1"), True)


def test_unknown_option_is_named() -> None:
    """A misspelt option is refused with the ones that exist."""
    with pytest.raises(
        ConfigurationError, match=r"'pth' \(did you mean 'path'\?\): .* Allowed options: path, rungs, secret"
    ):
        MockMessenger("oa", {"pth": "x"}, memory_services())


def test_two_instances_meet_in_one_file(tmp_path: Path, anninh_clock: FixedClock) -> None:
    """Built from the same `path`, as by settings, two instances speak to one service."""
    options = {"path": str(tmp_path / "chat.jsonl"), "secret": "s"}
    one, two = (MockMessenger("oa", options, memory_services(anninh_clock)) for _ in range(2))
    person = one.chat.person("Thử Văn An")
    two.send(outgoing(Address("oa", Place.PERSON, person)))
    assert one.chat.hears(person) == ["Chào bà con"]
    two.chat.says(person, "vâng")
    (request,) = one.chat.webhooks()
    assert two.verify(request)
    assert not MockMessenger.on(MockChat(anninh_clock), "oa").verify(request)


def test_a_chat_of_a_second_run_is_heard(tmp_path: Path) -> None:
    """Where the storage stays and the chat begins anew, nothing new is taken for something heard before."""
    settings = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"oa": MessengerSettings(type="mock")})
    for run in (1, 2):
        with open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(tmp_path)) as app:
            oa = MockMessenger.of(app)
            oa.chat.says(oa.chat.person(f"Người dân {run}"), f"Có trộm ở xóm {run}")
            pump(app, oa.chat)
            assert "Mã tiếp nhận" in "\n".join(oa.chat.hears(oa.chat.person(f"Người dân {run}")))
            assert app.internals.context.storage.queues.depth()["inbox.done"] == run


def test_an_app_that_has_none_says_which_messengers_it_has() -> None:
    """Whoever asks an app for its mock by a wrong name, or on a real platform, reads what is there."""
    with memory_app() as app:
        assert MockMessenger.of(app, "oa") is app.internals.messengers["oa"]
        with pytest.raises(ConfigurationError, match=r"The app has no mock messenger 'zalo'\. Its messengers: oa\."):
            MockMessenger.of(app, "zalo")


def test_a_chat_in_a_file_goes_on_with_its_ids(tmp_path: Path, mock_chat: MockChat) -> None:
    """Ids in a file are kept, so they can be counted; without a run's own sign they are short, as in a test."""
    options = {"path": str(tmp_path / "chat.jsonl")}
    first = MockMessenger("oa", options, memory_services())
    assert first.chat.person("Thử Văn An") == mock_chat.person("Thử Văn An")
    again = MockMessenger("oa", options, memory_services())
    assert again.chat.person("Thử Thị Bình") == "p0002"
