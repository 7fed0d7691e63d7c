"""The platform's side of a crash run: it sends each event to the web server until the server acknowledges it."""

from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event as Flag
from threading import Thread

import httpx
from tests.scenarios.crashes.town import Event, Talk
from tests.scenarios.crashes.world import ECHO, build_echo

from anninh_core.testing import MockChat

_THREADS = 3
_PAUSE = 0.01
"""Seconds between two attempts to send an event."""


class EventClient:
    """A client that sends several people's events concurrently, each person's events in sequence, and echoes of our
    replies.

    Args:
        port: port of the web server.
        chat: source of our own messages.
        echoed: ids of the people whose replies the platform echoes.

    Attributes:
        acknowledged: ids of the events with response 200.
        refused: every other response status.
    """

    def __init__(self, port: int, chat: MockChat, echoed: Collection[str]) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._pool = ThreadPoolExecutor(_THREADS)
        self._brought: list[Future[None]] = []
        self._stop = Flag()
        self._finished = Flag()
        self._chat = chat
        self._echoed = echoed
        self._echoes = Thread(target=self._send_echoes, name="echoes")
        self._echoes.start()

    def close(self) -> None:
        """Stop, and drop the events that aren't acknowledged."""
        self._stop.set()
        self._finished.set()
        self._echoes.join()
        self._pool.shutdown()
        self._http.close()

    def send_talks(self, talks: Iterable[Talk]) -> None:
        """Begin to send the events of each talk in `talks`."""
        self._brought += [self._pool.submit(self._send_events, talk) for talk in talks]

    def wait_until_acknowledged(self, patience: float) -> None:
        """Wait until every event is acknowledged.

        Raises:
            TimeoutError: an event is still not acknowledged.
        """
        for future in self._brought:
            future.result(patience)
        self._finished.set()
        self._echoes.join(patience)
        if self._echoes.is_alive():
            raise TimeoutError("an echo was never acknowledged")

    def _send_events(self, talk: Talk) -> None:
        for event in talk:
            self._post_until_acknowledged(event)

    def _send_echoes(self) -> None:
        """Send an echo of each of our replies a little later, possibly before its sender has finished."""
        echoed_ids: set[str] = set()
        while not self._finished.wait(_PAUSE):
            ours = [
                message
                for message in self._chat.messages()
                if not message.author and message.conversation in self._echoed
            ]
            self._finished.wait(_PAUSE)
            for message in ours:
                if message.id not in echoed_ids and not self._finished.is_set():
                    echoed_ids.add(message.id)
                    self._post_until_acknowledged(
                        Event(f"{ECHO}{message.id}", "echoing", build_echo(self._chat, message))
                    )

    def _post_until_acknowledged(self, event: Event) -> None:
        path = f"/hook/{event.instance}"
        request = event.request
        while not self._stop.is_set():
            try:
                response = self._http.post(path, content=request.body, headers=request.headers)
            except httpx.TransportError:
                self._stop.wait(_PAUSE)
                continue
            if response.status_code == httpx.codes.OK:
                self.acknowledged.append(event.id)
                return
            self.refused.append(response.status_code)
            self._stop.wait(_PAUSE)
