"""A TCP proxy on loopback that can break a connection at a chosen byte."""

import re
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

_PREPARED_COMMIT = re.compile(rb"(_pg3_\d+)\x00COMMIT\x00")


class Proxy:
    """Forwards bytes between a client and a server.

    Attributes:
        watch: called with each piece that a client sends: "" forwards it, "before" cuts the connection instead, "after"
            forwards it and cuts once the server has responded, so that the response is lost.

    Args:
        port: the server's port.
    """

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self.watch: Callable[[bytes], str] = lambda _: ""
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> Self:
        self._start_thread(self._accept_clients)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._threads[0].join()

    def _start_thread(self, run: Callable[..., None], *arguments: object) -> None:
        thread = threading.Thread(target=run, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept_clients(self) -> None:
        with suppress(OSError):  # The listener was closed.
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                link = _Link(client, server)
                self._start_thread(self._forward_requests, link)
                self._start_thread(link.forward_responses)

    def _forward_requests(self, link: "_Link") -> None:
        with suppress(OSError):
            while piece := link.client.recv(65536):
                order = self.watch(link.add_commit_word(piece))
                if order == "before":
                    break
                link.mute = order == "after"
                link.server.sendall(piece)
        if not link.mute:
            link.close_sockets()


class _Link:
    """The sockets of a client and of the server whose bytes are forwarded."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client = client
        self.server = server
        self.mute = False
        self._commits: set[bytes] = set()

    def add_commit_word(self, piece: bytes) -> bytes:
        """Return the client's bytes, with the word COMMIT added if the driver sends only the name of its prepared
        statement.
        """
        self._commits.update(_PREPARED_COMMIT.findall(piece))
        is_commit = any(b"\x00" + name + b"\x00" in piece for name in self._commits)
        return piece + b" COMMIT" if is_commit else piece

    def forward_responses(self) -> None:
        with suppress(OSError):
            while piece := self.server.recv(65536):
                if self.mute:
                    break
                self.client.sendall(piece)
        self.close_sockets()

    def close_sockets(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
