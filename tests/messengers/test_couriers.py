"""Couriers deliver signed heads to a folder or by email, repeatedly until they are accepted."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from anninh_core.app import Settings
from anninh_core.app.settings import CourierSettings, HeadSettings
from anninh_core.domain.audit.heads.head_file import parse_head_file
from anninh_core.kernel.errors import ConfigurationError, NeedsPerson, RequestRejected, RetryLater
from anninh_core.messengers import FolderCourier, MailCourier
from anninh_core.testing import UnsafeLocalUsers, memory_app

MAIL = {"host": "mail.invalid", "sender": "office@mail.invalid", "recipient": "superior@mail.invalid"}


class MockMailServer:
    """A mock mail server that records connections and messages."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.calls: list[tuple[Any, ...]] = []
        self.messages: list[EmailMessage] = []

    @contextmanager
    def connect(self, host: str, port: int, security: str) -> Iterator[Any]:
        self.calls.append((host, port, security))
        yield self

    def login(self, user: str, password: str) -> None:
        self.calls.append((user, password))

    def send_message(self, message: EmailMessage) -> None:
        if self.error is not None:
            raise self.error
        self.messages.append(message)


def test_worker_delivers_new_heads_once(tmp_path: Path) -> None:
    """All heads are delivered in one file each time there is a new head; if the folder is missing, the delivery is
    tried again.
    """
    folder = tmp_path / "superior"
    couriers = {"superior": CourierSettings(type="folder", options={"folder": str(folder)})}
    app = memory_app(settings=Settings(heads=HeadSettings(couriers=couriers)))
    boss = UnsafeLocalUsers(app).appoint("Một", app.district.root, *app.district.roles)
    deliver = app.worker.jobs["deliver_heads"].run
    assert deliver() == 0
    app.audit.sign_head(boss)
    assert deliver() == 0
    folder.mkdir()
    assert [deliver(), deliver()] == [1, 0]
    app.audit.sign_head(boss)
    assert deliver() == 1
    (file,) = folder.iterdir()
    assert [head.number for head in parse_head_file(file.read_bytes()).heads] == [1, 2]


def test_mail_has_the_file_attached(tmp_path: Path) -> None:
    """The file is attached to an encrypted email, and the password is read from a file."""
    server = MockMailServer()
    secret = tmp_path / "password"
    secret.write_text("pass\n", encoding="utf-8")
    options = {**MAIL, "user": "office", "password_file": str(secret)}
    MailCourier(options, server.connect).deliver("hoa-lu.heads.jsonl", b"{}\n")
    assert server.calls == [("mail.invalid", 587, "starttls"), ("office", "pass")]
    (message,) = server.messages
    (attachment,) = message.iter_attachments()
    assert (attachment.get_filename(), attachment.get_payload(decode=True)) == ("hoa-lu.heads.jsonl", b"{}\n")
    assert message["To"] == "superior@mail.invalid"


def test_text_is_the_body_of_the_mail() -> None:
    """A text is sent as the email's body, with its first line as the subject, to several recipients."""
    server = MockMailServer()
    recipients = "lan@mail.invalid, minh@mail.invalid"
    courier = MailCourier({**MAIL, "recipient": recipients}, server.connect)
    courier.deliver("hoa-lu.watch.txt", "2 sự cố: worker\n\nChi tiết.\n".encode())
    (message,) = server.messages
    assert (message["Subject"], message["To"]) == ("2 sự cố: worker", recipients)
    assert message.get_content() == "2 sự cố: worker\n\nChi tiết.\n"
    assert [*message.iter_attachments()] == []


@pytest.mark.parametrize("content", ["", " \n", "\u200b"])
def test_a_blank_password_is_not_sent(content: str, tmp_path: Path) -> None:
    """With an empty password file no sign-in is tried, and the error asks a person to write the password into the
    file.
    """
    server = MockMailServer()
    secret = tmp_path / "password"
    secret.write_text(content, encoding="utf-8")
    courier = MailCourier({**MAIL, "user": "office", "password_file": str(secret)}, server.connect)
    with pytest.raises(NeedsPerson, match="`password_file` of the courier names is empty: write the password into it"):
        courier.deliver("hoa-lu.heads.jsonl", b"{}\n")
    assert server.calls == [("mail.invalid", 587, "starttls")]
    assert not server.messages


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (smtplib.SMTPRecipientsRefused({}), RequestRejected),
        (smtplib.SMTPServerDisconnected("gone"), RetryLater),
        (TimeoutError(), RetryLater),
    ],
)
def test_undelivered_mail_raises(error: Exception, told: type[Exception]) -> None:
    """A refused email raises `RequestRejected`, and a temporary failure raises `RetryLater`."""
    with pytest.raises(told, match=r"mail\.invalid"):
        MailCourier(MAIL, MockMailServer(error).connect).deliver("a", b"")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {**MAIL, "colour": "red"},
        {**MAIL, "security": "maybe"},
        {**MAIL, "port": "many"},
        {**MAIL, "user": "office"},
        {**MAIL, "user": "office", "password_file": "x", "security": "none"},
    ],
    ids=range(6),
)
def test_wrong_options_are_refused_at_once(options: dict[str, str]) -> None:
    """Wrong options are refused when the courier is created, and a password is never sent unencrypted."""
    with pytest.raises(ConfigurationError, match=r"courier ['`]mail['`]"):
        MailCourier(options)


def test_folder_courier_needs_only_its_folder() -> None:
    """A folder courier needs the option `folder` and has no other."""
    for options in ({}, {"folder": ""}, {"folder": "x", "path": "y"}):
        with pytest.raises(ConfigurationError, match="courier 'folder'"):
            FolderCourier(options)


def test_unknown_courier_is_refused_at_opening() -> None:
    """An unknown courier is refused when the app opens, and the error names the known couriers."""
    settings = Settings(heads=HeadSettings(couriers={"superior": CourierSettings(type="pigeon")}))
    with pytest.raises(ConfigurationError, match="folder, mail"):
        memory_app(settings=settings)
