"""The platform's side: it tells of an event over and over until that is acknowledged."""

from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event as Flag

import httpx
from tests.scenarios.crashes.town import Event, Talk

_THREADS = 3
_PAUSE = 0.01
"""Seconds between two tries."""


class Client:
    """Several people's events side by side, each person's one after the other.

    Attributes:
        acknowledged: ids of the events that were answered 200.
        refused: every other status that was answered.
    """

    def __init__(self, port: int) -> None:
        self.acknowledged: list[str] = []
        self.refused: list[int] = []
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)
        self._pool = ThreadPoolExecutor(_THREADS)
        self._brought: list[Future[None]] = []
        self._stop = Flag()

    def close(self) -> None:
        """Give up what isn't acknowledged."""
        self._stop.set()
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

    def _tell(self, talk: Talk) -> None:
        for event in talk:
            self._until_acknowledged(event)

    def _until_acknowledged(self, event: Event) -> None:
        path, request = f"/hook/{event.instance}", event.request
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
