"""The mock messenger passes the messenger kit and keeps further promises to its users."""

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
from anninh_core.testing.mock.signed_webhook import SIGNATURE, sign_body
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
    return WebhookRequest(body, ((SIGNATURE, sign_body(secret, body)),))


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
            # the mock chat has no edits, sends one event per webhook, and doesn't report the official account's own
            # messages
            case _:
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
    """The mock passes the kit of the port that it imitates."""

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
    """The class satisfies the protocol of registered messenger types."""
    messenger_type: MessengerType = MockMessenger
    assert messenger_type.name == "mock"


def test_group_message_names_group_and_sender(mock_chat: MockChat, mock_messenger: MockMessenger) -> None:
    """A post in a group keeps the group as its conversation, the person as sender, the quoted message and the
    location.
    """
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
    """A person who reads the chat causes exactly one seen report per message."""
    person = mock_chat.person("Thử Văn An")
    receipt = mock_messenger.send(outgoing(Address("oa", Place.PERSON, person)))
    mock_chat.sees(person)
    mock_chat.sees(person)
    (request,) = mock_chat.webhooks()
    (report,) = mock_messenger.parse(request.body)
    assert report == DeliveryReport("oa", receipt.platform_id, DeliveryNews.SEEN, receipt.at)


def test_withdrawal_has_person_and_time(
    mock_chat: MockChat, mock_messenger: MockMessenger, anninh_clock: FixedClock
) -> None:
    """Each withdrawal is a separate event with the person's address and the time."""
    person = mock_chat.person("Thử Văn An")
    for _ in range(2):
        mock_chat.withdraws(person)
    requests = [*mock_chat.webhooks()]
    withdrawals = [part for request in requests for part in mock_messenger.parse(request.body)]
    assert withdrawals == [Withdrawal(conversation=Address("oa", Place.PERSON, person), at=anninh_clock.now())] * 2
    assert len({mock_messenger.dedupe_key(request) for request in requests}) == 2


def test_unknown_event_gives_nothing(mock_messenger: MockMessenger) -> None:
    """An event of an unknown kind is parsed as no event."""
    assert mock_messenger.parse(b'{"event":"dance","id":"e1"}') == []


def test_naive_time_is_refused(mock_messenger: MockMessenger) -> None:
    """An event with a time without a zone is refused."""
    with pytest.raises(BadInput, match="timezone"):
        mock_messenger.parse(b'{"event":"seen","id":"e1","message_id":"m1","at":"2021-09-02T08:00:00"}')


def test_unknown_recipient_is_unreachable(mock_messenger: MockMessenger) -> None:
    """An unknown person, group or member is reported as permanently unreachable."""
    unknown_person = Address("oa", Place.PERSON, "p9")
    unknown_group = Address("oa", Place.GROUP, "g9")
    for to in (unknown_person, unknown_group):
        with pytest.raises(RecipientUnreachable, match="mock chat"):
            mock_messenger.send(outgoing(to))
    with pytest.raises(RecipientUnreachable, match="The mock chat doesn't know 1 of the 1 people: add them first"):
        mock_messenger.create_group("Thôn Thử", [unknown_person])
    with pytest.raises(RecipientUnreachable, match="'g9'"):
        mock_messenger.list_members(unknown_group)


def test_invalid_requests_are_rejected(mock_chat: MockChat, mock_messenger: MockMessenger) -> None:
    """A blank title, an unknown post and a person in place of a group are rejected."""
    group = Address("oa", Place.GROUP, mock_chat.found_group("Thôn Thử"))
    with pytest.raises(RequestRejected, match="title"):
        mock_messenger.create_group(" ", [])
    with pytest.raises(RequestRejected, match="'m9'"):
        mock_messenger.delete_message(group, "m9")
    with pytest.raises(RequestRejected, match="This is the address of a person: give the address of a group"):
        mock_messenger.lock_posting(Address("oa", Place.PERSON, "p1"), True)


def test_unknown_option_is_named() -> None:
    """An unknown option is refused with the list of allowed ones."""
    with pytest.raises(
        ConfigurationError, match=r"'pth' \(did you mean 'path'\?\): .* Allowed options: path, rungs, secret"
    ):
        MockMessenger("oa", {"pth": "x"}, memory_services())


def test_instances_share_a_chat_file(tmp_path: Path, anninh_clock: FixedClock) -> None:
    """Two instances with the same `path` use one chat service."""
    options = {"path": str(tmp_path / "chat.jsonl"), "secret": "s"}
    first, second = (MockMessenger("oa", options, memory_services(anninh_clock)) for _ in range(2))
    person = first.chat.person("Thử Văn An")
    second.send(outgoing(Address("oa", Place.PERSON, person)))
    assert first.chat.hears(person) == ["Chào bà con"]
    second.chat.says(person, "vâng")
    (request,) = first.chat.webhooks()
    assert second.verify(request)
    assert not MockMessenger.on(MockChat(anninh_clock), "oa").verify(request)


def test_second_run_of_a_chat_is_processed(tmp_path: Path) -> None:
    """If the storage is kept and the chat starts from zero, new messages aren't taken for duplicates of earlier
    ones.
    """
    settings = Settings(plugins=(*DEFAULT_PLUGINS, "mock"), messengers={"oa": MessengerSettings(type="mock")})
    for run in (1, 2):
        with open_app(load_profile("hoa_lu_2021"), settings.resolve_paths(tmp_path)) as app:
            oa = MockMessenger.of(app)
            oa.chat.says(oa.chat.person(f"Người dân {run}"), f"Có trộm ở xóm {run}")
            pump(app, oa.chat)
            assert "Mã tiếp nhận" in "\n".join(oa.chat.hears(oa.chat.person(f"Người dân {run}")))
            assert app.internals.context.storage.queues.depth()["inbox.done"] == run


def test_unknown_mock_is_refused_with_the_messengers() -> None:
    """A wrong mock name is refused with the list of the app's messengers."""
    with memory_app() as app:
        assert MockMessenger.of(app, "oa") is app.internals.messengers["oa"]
        with pytest.raises(ConfigurationError, match=r"The app has no mock messenger 'zalo'\. Its messengers: oa\."):
            MockMessenger.of(app, "zalo")


def test_chat_in_a_file_continues_its_ids(tmp_path: Path, mock_chat: MockChat) -> None:
    """A chat in a file continues its ids, which are short and have no mark of the run."""
    options = {"path": str(tmp_path / "chat.jsonl")}
    first = MockMessenger("oa", options, memory_services())
    assert first.chat.person("Thử Văn An") == mock_chat.person("Thử Văn An")
    second = MockMessenger("oa", options, memory_services())
    assert second.chat.person("Thử Thị Bình") == "p0002"
