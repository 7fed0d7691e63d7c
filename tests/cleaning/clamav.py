"""A daemon that speaks ClamAV's protocol on a real socket, with one signature."""

import socket
import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

EVIL = b"X5O!P%@AP[4-THU-MA-DOC"
"""Content that the daemon reports as infected: invented, and unknown to real scanners."""


class _CommandHandler(socketserver.StreamRequestHandler):
    server: "Daemon"

    def handle(self) -> None:
        command = self._read_command()
        self.server.asked.append(command)
        if self.server.answer is not None:
            if command == "zINSTREAM":
                self._scan()  # The stream is read here too, because unread input would reset the connection.
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
    """A daemon for tests that speaks ClamAV's protocol.

    Attributes:
        answer: its response to every command, None to scan and answer truthfully.
        most_bytes: maximal length of a stream.
        asked: the received commands; `streams` has the scanned data.
    """

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, bind_address: tuple[str, int] | str) -> None:
        self.address_family = socket.AF_UNIX if isinstance(bind_address, str) else socket.AF_INET
        self.answer: bytes | None = None
        self.most_bytes = 1_000_000
        self.asked: list[str] = []
        self.streams: list[bytes] = []
        super().__init__(bind_address, _CommandHandler)  # type: ignore[arg-type]

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()

    @property
    def address(self) -> str:
        """The daemon's address in the format of the settings."""
        bound: object = self.socket.getsockname()
        return f"tcp:{bound[0]}:{bound[1]}" if isinstance(bound, tuple) else f"unix:{bound}"


@contextmanager
def running_daemon(path: Path | None = None) -> Iterator[Daemon]:
    """Run a daemon on the Unix socket `path`, or on a free port of loopback."""
    daemon = Daemon(str(path) if path else ("127.0.0.1", 0))
    thread = threading.Thread(target=daemon.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield daemon
    finally:
        daemon.shutdown()
        thread.join()
        daemon.server_close()
