"""E-mail as a messenger: residents write to a mailbox, which is read by IMAP, and get answers by SMTP.

Options: `address`, `password`, `subject` of answers, `imap` and `smtp` (host:port); `tls` is "yes" unless set to "no".
A writer can enter any sender: an e-mail is a tip, and no proof of its sender.
"""
# ruff: noqa: ARG002, D101, D102  the port describes the methods and their parameters

import imaplib
import re
import smtplib
import ssl
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from threading import Event
from typing import Any, ClassVar

from own_mail_reading import parse_mail, read_mail

from anninh_core import vocabulary as v
from anninh_core.kernel import errors
from anninh_core.plugins import hookimpl
from anninh_core.ports import ABILITIES, AcceptedOptions, AdapterServices, MessengerType, Verdict

MARGIN = timedelta(minutes=2)
TIMEOUT = 30.0  # Timeout in seconds.
MOST = 50  # Maximum number of messages that one poll returns.
ADDRESS = re.compile(r"[^@\s<>,;\"]+@[^@\s<>,;\"]+")
NO = v.Ability(v.Support.IMPOSSIBLE, "e-mail has no groups, no webhook, and no answer to what became of a message")
LATER = v.Ability(v.Support.NOT_YET, "this example carries text only; files that come are named and not kept")
YES = dict.fromkeys(("send_person", "reply", "poll_replay"), v.Ability(v.Support.FULL))


class MailMessenger:
    name: ClassVar[str] = "mail"
    accepted_options: ClassVar[AcceptedOptions] = AcceptedOptions(
        required=("address", "subject", "imap", "smtp"), optional=("tls",), secrets=("password",)
    )

    def __init__(self, instance: str, options: dict[str, str], services: AdapterServices) -> None:
        self.instance = instance
        self._options = self.accepted_options.read(f"messenger {instance!r}", options)
        self._clock = services.clock
        self._state = services.state
        self._open_imap: Callable[..., imaplib.IMAP4] = imaplib.IMAP4
        self._open_smtp: Callable[..., smtplib.SMTP] = smtplib.SMTP
        if self._options.get("tls") != "no":
            tls = ssl.create_default_context()
            self._open_imap = partial(imaplib.IMAP4_SSL, ssl_context=tls)
            self._open_smtp = partial(smtplib.SMTP_SSL, context=tls)
        # Position of the last returned events. It is stored at the core's next poll, which proves that the core stored
        # the events.
        self._given = b""
        self._closed = Event()
        abilities = dict.fromkeys(ABILITIES, NO) | {"media": LATER, "file": LATER} | YES
        self.capabilities = v.Capabilities(f"the mailbox {instance!r}", abilities)

    def send(self, message: v.OutgoingMessage) -> v.Receipt:
        used = {f"send_{message.to.place.value}": 1, "media": message.attachments}
        for ability in filter(used.get, used):
            self.capabilities.require(ability)
        if message.to.messenger != self.instance or not ADDRESS.fullmatch(message.to.id):
            raise errors.RecipientUnreachable(f"that is no address which {self.instance!r} reaches")
        if not message.text.strip():
            raise errors.RequestRejected(f"message {message.key} has no text")
        mail = self._build_mail(message)
        now = self._clock.now()
        with self._connect_smtp() as smtp:
            try:
                smtp.send_message(mail)
            except smtplib.SMTPRecipientsRefused as error:
                ((code, _),) = error.recipients.values()
                # The original error names the person, and so isn't passed on.
                raise _build_refusal(code, errors.RecipientUnreachable) from None
            except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
                raise _build_refusal(error.smtp_code, errors.RequestRejected) from None
            except (smtplib.SMTPException, OSError) as error:
                raise errors.UnknownOutcome("the connection broke before the mail server answered") from error
        return v.Receipt(mail["Message-ID"], now)

    def _build_mail(self, message: v.OutgoingMessage) -> EmailMessage:
        mail = EmailMessage(policy.SMTP)
        mail["From"] = self._options["address"]
        mail["To"] = message.to.id
        mail["Subject"] = self._options["subject"]
        mail["Date"] = format_datetime(self._clock.now())
        mail["Message-ID"] = f"<{message.key}@{self._options['address'].rpartition('@')[2]}>"
        if message.reply_to:
            mail["In-Reply-To"] = message.reply_to
        mail.set_content(message.text, cte="base64")
        return mail

    @contextmanager
    def _connect_smtp(self) -> Generator[smtplib.SMTP]:
        try:
            smtp = self._open_smtp(*_parse_host_and_port(self._options["smtp"]), timeout=TIMEOUT)
        except (smtplib.SMTPException, OSError) as error:
            raise errors.RetryLater("the mail server can't be reached to send") from error
        try:
            smtp.login(self._options["address"], self._options["password"])
            yield smtp
        except smtplib.SMTPAuthenticationError:
            raise errors.NeedsPerson("the mail server refuses the password: somebody has to set another") from None
        except (smtplib.SMTPException, OSError):
            raise errors.RetryLater("the mail server broke off the sign-in") from None
        finally:
            # The server has answered already, so that an error while leaving has no effect.
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    @property
    def polls(self) -> bool:
        return True

    def poll(self, wait: timedelta) -> Sequence[bytes]:
        try:
            with self._state.lease("poll", wait + MARGIN) as lease:
                if lease is None:
                    return ()  # Another process polls.
                read = self._state.get("read")
                if self._given and self._given != read.value:
                    self._state.put("read", self._given, read.version, fence=lease)
                mails = self._read_new(self._given or read.value)
                if mails or not wait or self._closed.wait(wait.total_seconds()):
                    return mails
                return self._read_new(self._given or read.value)
        except errors.StorageError as error:
            raise errors.RetryLater("up to where the mailbox was read can't be kept now") from error

    def _read_new(self, read: bytes) -> Sequence[bytes]:
        """Return the mails after a position, written `validity:uid`, and note the new position."""
        try:
            imap = self._open_imap(*_parse_host_and_port(self._options["imap"]), timeout=TIMEOUT)
        except (imaplib.IMAP4.error, OSError) as error:
            raise errors.RetryLater("the mailbox can't be reached") from error
        try:
            return self._fetch_new_mails(imap, read)
        except (imaplib.IMAP4.abort, OSError):
            raise errors.RetryLater("the connection to the mailbox broke") from None
        except imaplib.IMAP4.error:
            raise errors.NeedsPerson("the mailbox refuses the password: somebody has to set another") from None
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                imap.logout()
            with suppress(OSError):  # A failed logout leaves the connection open.
                imap.shutdown()

    def _fetch_new_mails(self, imap: imaplib.IMAP4, read: bytes) -> Sequence[bytes]:
        imap.login(self._options["address"], self._options["password"])
        _get_imap_result(imap.select(readonly=True))
        validity = (imap.response("UIDVALIDITY")[1] or [b""])[0] or b"0"
        last = int(read.partition(b":")[2]) if read.startswith(validity + b":") else 0
        numbers = map(int, (_get_imap_result(imap.uid("SEARCH", f"UID {last + 1}:*")) or b"").split())
        # `*` means the last mail, even if it is older than the position.
        fresh = sorted(number for number in numbers if number > last)[:MOST]
        mails = [_get_imap_result(imap.uid("FETCH", str(number), "(BODY.PEEK[])")) for number in fresh]
        if fresh:
            self._given = b"%s:%d" % (validity, fresh[-1])
        return [mail[1] for mail in mails if mail]  # A mail that was deleted meanwhile is None.

    def dedupe_key(self, request: v.WebhookRequest) -> str:
        return str(read_mail(request.body)["Message-ID"])

    def parse(self, body: bytes) -> Sequence[v.InboundMessage]:
        return parse_mail(read_mail(body), self.instance, self._options["address"])

    def verify(self, request: v.WebhookRequest) -> bool:
        return False  # There are no webhooks.

    def reconcile(self, message: v.OutgoingMessage, since: datetime) -> Verdict:
        raise self.capabilities.refusal("reconcile")

    def _refuse_group_operation(self, *_: object, **__: object) -> Any:
        raise self.capabilities.refusal("send_group")

    create_group = list_members = remove_member = lock_posting = delete_message = _refuse_group_operation

    def close(self) -> None:
        self._closed.set()


def _parse_host_and_port(option: str) -> tuple[str, int]:
    host, _, port = option.rpartition(":")
    return host, int(port)


def _get_imap_result(answer: tuple[str, Sequence[Any]]) -> Any:
    if answer[0] != "OK":
        raise errors.RetryLater("the mailbox can't be read now")
    return answer[1][0]


def _build_refusal(code: int, final: type[errors.DeliveryError]) -> errors.DeliveryError:
    reason = f"the mail server answers {code}"
    return errors.RetryLater(reason) if 400 <= code < 500 else final(reason)


@hookimpl
def anninh_messengers() -> Sequence[MessengerType]:
    return [MailMessenger]
