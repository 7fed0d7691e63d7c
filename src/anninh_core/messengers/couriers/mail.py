"""A courier that sends files by e-mail through a server of the office (SMTP)."""

import smtplib
import ssl
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from email.message import EmailMessage
from pathlib import Path

from anninh_core.kernel.errors import ConfigurationError, NeedsPerson, RequestRejected, RetryLater
from anninh_core.kernel.text import is_blank
from anninh_core.ports.options import AcceptedOptions

_TIMEOUT = 30.0  # Timeout of the connection in seconds.
_PORTS = {"starttls": 587, "tls": 465, "none": 25}

Connect = Callable[[str, int, str], AbstractContextManager[smtplib.SMTP]]
"""Function that is called with host, port and security, and returns a connection, encrypted if `security` requires
it.
"""


class MailCourier:
    """Sends each file as the attachment of an e-mail; a `.txt` file as the text of the e-mail.

    Args:
        options: `host`, `sender` and `recipient`; `security` (`starttls` by default, `tls` or `none`), `port`, `user`
            with `password_file`, and `subject`. `recipient` may have several addresses, separated by commas.
        connect: opens the connection; tests replace it.

    Raises:
        ConfigurationError: an option is missing, unknown or invalid.
    """

    name = "mail"
    accepted_options = AcceptedOptions(
        required=("host", "sender", "recipient"),
        # The password isn't a declared secret: its file is read at each delivery, so a missing file doesn't prevent the
        # start.
        optional=("port", "security", "user", "password_file", "subject"),
    )

    def __init__(self, options: Mapping[str, str], connect: Connect | None = None) -> None:
        options = self.accepted_options.read("courier 'mail'", options)
        self._options = options
        self._security = options.get("security", "starttls")
        if self._security not in _PORTS or not options.get("port", "1").isdigit():
            raise ConfigurationError(
                "The courier `mail` has an invalid option: set `security` to starttls, tls or none, and "
                "`port` to a number."
            )
        if ("user" in options) != ("password_file" in options):
            raise ConfigurationError(
                "The courier `mail` needs `user` and `password_file` together: set both or neither."
            )
        if "user" in options and self._security == "none":
            raise ConfigurationError(
                "The courier `mail` doesn't send a password without encryption: set `security` to starttls or tls."
            )
        self._connect = connect or _connect_to_server

    def deliver(self, file_name: str, data: bytes) -> None:
        """Send the file by e-mail.

        Raises:
            NeedsPerson: the password file is empty.
            RequestRejected: the server refuses the message permanently.
            RetryLater: another error.
        """
        port = int(self._options.get("port", _PORTS[self._security]))
        try:
            with self._connect(self._options["host"], port, self._security) as server:
                if "user" in self._options:
                    server.login(self._options["user"], self._read_password())
                server.send_message(self._build_message(file_name, data))
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            raise RequestRejected(
                "{host} refused the message ({reason}): check `user`, `password_file`, `sender` and "
                "`recipient` of the courier.",
                host=self._options["host"],
                reason=type(error).__name__,
            ) from error
        except (smtplib.SMTPException, OSError) as error:
            raise RetryLater(
                "{host} can't be reached or gave an invalid response ({reason}): try again later.",
                host=self._options["host"],
                reason=type(error).__name__,
            ) from error

    def _build_message(self, file_name: str, data: bytes) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._options["sender"]
        message["To"] = self._options["recipient"]
        if file_name.endswith(".txt"):
            text = data.decode(errors="replace")
            message["Subject"] = self._options.get("subject") or text.partition("\n")[0].strip() or file_name
            message.set_content(text)
            return message
        message["Subject"] = self._options.get("subject") or file_name
        message.set_content(file_name)
        message.add_attachment(data, maintype="application", subtype="jsonl", filename=file_name)
        return message

    def _read_password(self) -> str:
        password = Path(self._options["password_file"]).read_text(encoding="utf-8").strip()
        if is_blank(password):
            raise NeedsPerson(
                "The file that `password_file` of the courier names is empty: write the password into it."
            )
        return password


def _connect_to_server(host: str, port: int, security: str) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
    server = smtplib.SMTP(host, port, timeout=_TIMEOUT)
    if security == "starttls":
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server
