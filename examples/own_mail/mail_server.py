"""A mail server with one mailbox on loopback, with the part of SMTP and IMAP that the messenger's tests use."""
# ruff: noqa: D102  for tests only

import base64
import re
from collections.abc import Iterator
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from typing import Any

RIGHT = b"\0office@example.org\0secret-of-the-box"


class MailServer:
    """Holds the received and the sent mail, and fails once in the way set in `failing`."""

    def __init__(self) -> None:
        self.box: list[bytes] = []
        self.sent: list[bytes] = []
        self.failing = ""
        self._servers = [_Server(self, handler) for handler in (_Smtp, _Imap)]
        self.smtp, self.imap = (f"127.0.0.1:{server.server_address[1]}" for server in self._servers)

    def fails(self, name: str) -> bool:
        """Return whether the failure `name` is set, and clear it."""
        if self.failing != name:
            return False
        self.failing = ""
        return True

    def close(self) -> None:
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, mail: MailServer, handler: Any) -> None:
        self.mail = mail
        super().__init__(("127.0.0.1", 0), handler)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()


class _Handler(StreamRequestHandler):
    @property
    def mail(self) -> MailServer:
        assert isinstance(self.server, _Server)
        return self.server.mail

    def say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def lines(self) -> Iterator[str]:
        while line := self.rfile.readline():
            yield line.decode().rstrip("\r\n")


class _Smtp(_Handler):
    def handle(self) -> None:
        if self.mail.fails("refused"):
            return self.say("421 busy")
        self.say("220 office")
        for line in self.lines():
            match line.split()[0].upper():
                case "EHLO":
                    self.say("250-office", "250 AUTH PLAIN")
                case "AUTH":
                    right = base64.b64decode(line.split()[2]) == RIGHT and not self.mail.fails("expired_token")
                    self.say("235 welcome" if right else "535 wrong")
                case "RCPT" if self.mail.fails("recipient_gone"):
                    self.say("550 nobody here")
                case "RCPT" if self.mail.fails("rate_limit"):
                    self.say("450 too many")
                case "DATA":
                    self.say("354 go on")
                    if not self._receive_mail():
                        return None
                case "QUIT":
                    return self.say("221 bye")
                case _:
                    self.say("250 well")
        return None

    def _receive_mail(self) -> bool:
        data = b"".join(iter(self.rfile.readline, b".\r\n"))
        if self.mail.fails("lost_before"):
            return False
        if self.mail.fails("rejected"):
            self.say("554 not this")
            return True
        self.mail.sent.append(re.sub(rb"(?m)^\.", b"", data))
        if self.mail.fails("lost_answer"):
            return False
        self.say("250 taken")
        return True


class _Imap(_Handler):
    def handle(self) -> None:
        if self.mail.fails("refused"):
            return self.say("* BYE busy")
        self.say("* OK office")
        for line in self.lines():
            tag, command, *rest = line.split(maxsplit=2)
            if not self._answer_command(tag, command.upper(), rest[0] if rest else ""):
                return None
        return None

    def _answer_command(self, tag: str, command: str, rest: str) -> bool:
        match command:
            case "CAPABILITY":
                self.say("* CAPABILITY IMAP4rev1")
            case "EXAMINE" if self.mail.fails("rate_limit"):
                self.say(f"{tag} NO [LIMIT] too often")
                return True
            case "EXAMINE":
                self.say(f"* {len(self.mail.box)} EXISTS", "* OK [UIDVALIDITY 7] valid")
            case "UID" if rest.startswith("SEARCH"):
                first, last = int(rest.partition("UID ")[2].partition(":")[0]), len(self.mail.box)
                # `*` means the last message, also if it is before the range.
                numbers = range(min(first, last), last + 1) if last else ()
                self.say(" ".join(["* SEARCH", *map(str, numbers)]))
            case "UID":
                if self.mail.fails("lost_before"):
                    return False
                self._send_mail(int(rest.split()[1]))
                if self.mail.fails("lost_answer"):
                    return False
            case "LOGOUT":
                self.say("* BYE", f"{tag} OK bye")
                return False
            case _:
                pass
        self.say(f"{tag} OK done")
        return True

    def _send_mail(self, number: int) -> None:
        data = self.mail.box[number - 1]
        self.wfile.write(b"* %d FETCH (UID %d BODY[] {%d}\r\n%s)\r\n" % (number, number, len(data), data))
