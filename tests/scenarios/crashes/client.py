"""The platform's side: it tells of an event over and over until that is acknowledged."""

from collections.abc import Collection, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event as Flag
from threading import Thread

import httpx
from tests.scenarios.crashes.town import Event, Talk
from tests.scenarios.crashes.world import ECHO, echo_of

from anninh_core.testing import MockChat

_THREADS = 3
_PAUSE = 0.01
"""Seconds between two tries."""


class Client:
    """Several people's events side by side, each person's one after the other, and echoes of what is answered.

    Args:
        port: of the door.
        chat: where our own messages stand.
        echoed: ids of the people of whose answers the platform tells.

    Attributes:
        acknowledged: ids of the events that were answered 200.
        refused: every other status that was answered.
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
        self._echoes = Thread(target=self._tell_echoes, name="echoes")
        self._echoes.start()

    def close(self) -> None:
        """Give up what isn't acknowledged."""
        self._stop.set()
        self._finished.set()
        self._echoes.join()
        self._pool.shutdown()
        self._http.close()

    def bring(self, talks: Iterable[Talk]) -> None:
        """Begin to tell of what was said."""
        self._brought += [self._pool.submit(self._tell, talk) for talk in talks]

    def finish(self, patience: float) -> None:
        """Return when everything is acknowledged.

        Raises:
            TimeoutError: it isn't.
        """
        for each in self._brought:
            each.result(patience)
        self._finished.set()
        self._echoes.join(patience)
        if self._echoes.is_alive():
            raise TimeoutError("an echo was never acknowledged")

    def _tell(self, talk: Talk) -> None:
        for event in talk:
            self._until_acknowledged(event)

    def _tell_echoes(self) -> None:
        """Tell of each answer a little after it was given, which its sender may not have heard by then."""
        told: set[str] = set()
        while not self._finished.wait(_PAUSE):
            ours = [said for said in self._chat.messages() if not said.author and said.conversation in self._echoed]
            self._finished.wait(_PAUSE)
            for said in ours:
                if said.id not in told and not self._finished.is_set():
                    told.add(said.id)
                    self._until_acknowledged(Event(f"{ECHO}{said.id}", "echoing", echo_of(self._chat, said)))

    def _until_acknowledged(self, event: Event) -> None:
        path = f"/hook/{event.instance}"
        request = event.request
        while not self._stop.is_set():
            try:
                answer = self._http.post(path, content=request.body, headers=request.headers)
            except httpx.TransportError:
                self._stop.wait(_PAUSE)
                continue
            if answer.status_code == httpx.codes.OK:
                self.acknowledged.append(event.id)
                return
            self.refused.append(answer.status_code)
            self._stop.wait(_PAUSE)
