"""Tests of the messenger by the kit's rules, against a mail server on loopback. Run them with `pytest`."""
# ruff: noqa: D101, D102  the kit describes its fixtures

from collections.abc import Callable, Iterator, Mapping, Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from mail_server import MailServer
from own_mail import MailMessenger

from anninh_core.kernel.errors import BadInput
from anninh_core.plugins import Plugins
from anninh_core.ports import AdapterServices, Messenger
from anninh_core.testing import memory_services
from anninh_core.testing.kits import MessengerConformance
from anninh_core.vocabulary import Address, Place, WebhookRequest

WHO = "chi.thu@example.net"
PASSWORD = "secret-of-the-box"  # noqa: S105  of the server beside this file
DATE = "Wed, 01 Sep 2021 08:00:00 +0700"
FAILURES = ("expired_token", "lost_answer", "lost_before", "rate_limit", "recipient_gone", "refused", "rejected")


def build_mail(text: str, number: int = 1, headers: Mapping[str, str] | None = None) -> bytes:
    """Return a mail from the kit's person, as bytes."""
    mail = EmailMessage(policy.SMTP)
    defaults = {
        "From": f"Chị Thử <{WHO}>",
        "To": "office@example.org",
        "Date": DATE,
        "Message-ID": f"<{number}@example.net>",
    }
    for name, value in {**defaults, **(headers or {})}.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


class Post:
    """The other side of the messenger: people write to the mailbox, and the server keeps our mail."""

    wrote_at = parsedate_to_datetime(DATE)

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._written = 0

    def incoming(self, text: str) -> WebhookRequest:
        self._written += 1
        return WebhookRequest(build_mail(text, self._written))

    def writes(self, text: str) -> None:
        self._server.box.append(self.incoming(text).body)

    def stage(self, event: str, text: str, quoted: str = "") -> WebhookRequest | None:
        self._written += 1
        headers = {"quote": {"In-Reply-To": quoted}, "echo": {"From": "office@example.org"}}.get(event)
        return None if headers is None else WebhookRequest(build_mail(text, self._written, headers))

    def delivered(self) -> Sequence[tuple[Address, str]]:
        mails = [message_from_bytes(data, policy=policy.default) for data in self._server.sent]
        return [
            (
                Address("mail", Place.PERSON, str(mail["To"])),
                mail.get_content().replace("\r\n", "\n").removesuffix("\n"),
            )
            for mail in mails
        ]

    def quotes(self) -> Sequence[str]:
        return [message_from_bytes(data, policy=policy.default).get("In-Reply-To", "") for data in self._server.sent]

    def fail(self, name: str) -> bool:
        if name in FAILURES:
            self._server.failing = name
        return name in FAILURES


@pytest.fixture
def server() -> Iterator[MailServer]:
    opened = MailServer()
    yield opened
    opened.close()


def build_options(server: MailServer) -> dict[str, str]:
    options = {"address": "office@example.org", "password": PASSWORD, "subject": "Trả lời", "tls": "no"}
    return {**options, "imap": server.imap, "smtp": server.smtp}


def build_messenger(server: MailServer, services: AdapterServices) -> MailMessenger:
    return MailMessenger("mail", build_options(server), services)


class TestMailMessenger(MessengerConformance):
    @pytest.fixture
    def options(self, server: MailServer) -> Mapping[str, str]:
        return build_options(server)

    @pytest.fixture
    def messenger(self, services: AdapterServices, server: MailServer) -> Iterator[Messenger]:
        messenger = build_messenger(server, services)
        yield messenger
        messenger.close()

    @pytest.fixture
    def restarted(self, services: AdapterServices, server: MailServer) -> Callable[[], Messenger]:
        return lambda: build_messenger(server, services)

    @pytest.fixture
    def secrets(self) -> Sequence[str]:
        return [PASSWORD]

    @pytest.fixture
    def person(self) -> Address:
        return Address("mail", Place.PERSON, WHO)

    @pytest.fixture
    def group(self) -> None:
        return None

    @pytest.fixture
    def outside(self, server: MailServer) -> Post:
        return Post(server)


@pytest.fixture
def single_messenger(server: MailServer) -> MailMessenger:
    return build_messenger(server, memory_services())


def test_html_becomes_text_after_the_subject(single_messenger: MailMessenger) -> None:
    mail = build_mail("<style>p {}</style><p>Có trộm &amp; cướp</p>", headers={"Subject": "Tin báo"})
    (message,) = single_messenger.parse(mail.replace(b"text/plain", b"text/html"))
    assert message.text == "Tin báo\nCó trộm & cướp"


def test_attachment_is_named(single_messenger: MailMessenger) -> None:
    mail = message_from_bytes(build_mail("Ảnh đây"), policy=policy.default)
    mail.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="a.png")
    (message,) = single_messenger.parse(mail.as_bytes())
    assert [(attachment.name, attachment.lost) for attachment in message.attachments] == [("a.png", "refused")]


def test_automatic_and_broken_mail_is_no_message(single_messenger: MailMessenger) -> None:
    assert single_messenger.parse(build_mail("Tôi đi vắng", headers={"Auto-Submitted": "auto-replied"})) == []
    with pytest.raises(BadInput):
        single_messenger.parse(b"Subject: x\r\n\r\nwords")
    with pytest.raises(BadInput):
        single_messenger.parse(build_mail("Tôi đi vắng", headers={"Date": "long ago"}))


def test_plugin_is_registered() -> None:
    assert Plugins(["mail"]).messenger("mail") is MailMessenger
