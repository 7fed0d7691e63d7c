"""Virus scanning by the ClamAV daemon, over a Unix or TCP socket in clamd's own protocol.

A file is sent as a stream: `zINSTREAM`, pieces with their lengths, a length of zero. The daemon receives neither a file
name nor a case; it may keep the stream in a temporary file during the scan.
"""

import socket
import struct
from contextlib import suppress

from anninh_core.kernel.errors import ConfigurationError
from anninh_core.ports.scanner import ScanResult
from anninh_core.vocabulary.files import Scan

_PIECE = 64 * 1024
_MAX_ANSWER = 4096
_FOUND = " FOUND"
_OK = ": OK"
_TOO_LARGE = "size limit exceeded"


class ClamdScanner:
    """Client of a ClamAV daemon.

    Args:
        address: `unix:PATH` or `tcp:HOST:PORT`, as in `clamd.conf`.
        seconds: timeout of each socket operation.
        most_bytes: largest file that the daemon accepts (`StreamMaxLength`); larger files stay unscanned.

    Raises:
        ConfigurationError: `address` is invalid.
    """

    def __init__(self, address: str, seconds: float = 30, most_bytes: int = 25 * 1024 * 1024) -> None:
        kind, _, place = address.partition(":")
        host, _, port = place.rpartition(":")
        if not (kind == "unix" and place) and not (kind == "tcp" and host and port.isdigit()):
            raise ConfigurationError(
                "The address {address!r} in `files.scanner` is invalid: write it as unix:PATH or tcp:HOST:PORT.",
                address=address,
            )
        self._is_local = kind == "unix"
        self._path = place
        self._host = (host.strip("[]"), int(port) if kind == "tcp" else 0)
        self._seconds = seconds
        self._most_bytes = most_bytes

    def scan(self, data: bytes) -> ScanResult:
        """Return the daemon's verdict on a file, or `UNSCANNED` with a reason if the daemon can't be reached."""
        if len(data) > self._most_bytes:
            return ScanResult(Scan.TOO_LARGE, detail=f"over {self._most_bytes:,} bytes")
        try:
            answer = self._send_command(b"zINSTREAM\0", data)
        except OSError as error:
            return ScanResult(Scan.UNSCANNED, detail=type(error).__name__)
        if answer.endswith(_FOUND):
            return ScanResult(Scan.INFECTED, answer.removesuffix(_FOUND).partition(": ")[2][:200])
        if answer.endswith(_OK):
            return ScanResult(Scan.CLEAN)
        if _TOO_LARGE in answer:
            return ScanResult(Scan.TOO_LARGE, detail=answer[:200])
        return ScanResult(Scan.UNSCANNED, detail=answer[:200] or "no answer")

    def find_problem(self) -> str:
        """Return why the daemon can't be used now, or "" if it can."""
        try:
            answer = self._send_command(b"zPING\0")
        except OSError as error:
            return f"it can't be reached ({type(error).__name__})"
        return "" if answer == "PONG" else f"it answers {answer[:60]!r} instead of PONG"

    def _send_command(self, command: bytes, data: bytes | None = None) -> str:
        with self._connect() as connection:
            connection.sendall(command)
            if data is not None:
                # If a file is too long, the daemon answers and closes the connection: its answer still has to be read.
                with suppress(BrokenPipeError, ConnectionResetError):
                    for start in range(0, len(data), _PIECE):
                        piece = data[start : start + _PIECE]
                        connection.sendall(struct.pack(">I", len(piece)) + piece)
                    connection.sendall(bytes(4))
            return _read_answer(connection)

    def _connect(self) -> socket.socket:
        if not self._is_local:
            return socket.create_connection(self._host, self._seconds)
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.settimeout(self._seconds)
            connection.connect(self._path)
        except BaseException:
            connection.close()
            raise
        return connection


def _read_answer(connection: socket.socket) -> str:
    answer = b""
    while b"\0" not in answer and len(answer) < _MAX_ANSWER:
        piece = connection.recv(_MAX_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
