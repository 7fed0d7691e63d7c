"""A daemon that speaks ClamAV's protocol on a real socket, and knows one signature."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVIL = b"X5O!P%@AP[4-THU-MA-DOC"
"""What the daemon takes for harmful: made up, and known to no scanner."""


class _Talk(socketserver.StreamRequestHandler):
    server: "Daemon"

    def handle(self) -> None:
        command = self._read_command()
        self.server.asked.append(command)
        if self.server.answer is not None:
            if command == "zINSTREAM":
                self._scan()  # what is left unread would reset the connection
            self.wfile.write(self.server.answer)
        elif command == "zPING":
            self.wfile.write(b"PONG\0")
        elif command == "zINSTREAM":
            self.wfile.write(self._scan())

    def _read_command(self) -> str:
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        return command.rstrip(b"\0").decode()

    def _scan(self) -> bytes:
        data = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            data += self.rfile.read(size)
            if len(data) > self.server.most_bytes:
                return b"INSTREAM size limit exceeded. ERROR\0"
        self.server.streams.append(data)
        return b"stream: Thu.Ma.Doc FOUND\0" if EVIL in data else b"stream: OK\0"


class Daemon(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """The daemon.

    Attributes:
        answer: what it says to everything, None for the truth.
        most_bytes: it takes no longer stream.
        asked: the commands that came, and `streams` what was scanned.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, place: tuple[str, int] | str) -> None:
        self.address_family = socket.AF_UNIX if isinstance(place, str) else socket.AF_INET
        self.answer: bytes | None = None
        self.most_bytes = 1_000_000
        self.asked: list[str] = []
        self.streams: list[bytes] = []
        super().__init__(place, _Talk)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    @property
    def address(self) -> str:
        """The address as the settings take it."""
        place: object = self.socket.getsockname()
        return f"tcp:{place[0]}:{place[1]}" if isinstance(place, tuple) else f"unix:{place}"


@contextmanager
def running_daemon(path: Path | None = None) -> Iterator[Daemon]:
    """Run a daemon on a local socket, or on a free port of the loopback."""
    daemon = Daemon(str(path) if path else ("127.0.0.1", 0))
    thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield daemon
    finally:
        daemon.shutdown()
        thread.join()
        daemon.server_close()
