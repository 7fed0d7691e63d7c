"""Officers at the board: this program reads a JSON line with `url`, `tokens` and `tips`, and clicks until its input
ends.

Each opens the list, a tip, and the form for a tip reported in person, submits it, and is redirected to the new tip;
between two clicks there is a random pause of some seconds. Prints as JSON the milliseconds of each response by kind,
and the number of responses by status.
"""

import gzip
import json
import select
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from http.client import HTTPConnection
from random import Random
from urllib.parse import urlencode, urlsplit

import httpx
from tests.board.visitor import ReceivedPage

from benchmarks.programs.serve_board import UNIT
from benchmarks.town import list_tip_texts

THINKS_S = 5.0
"""Mean seconds between a response and the next click: an officer in a hurry."""


class Officer:
    """An officer at a browser.

    Args:
        url: of the board.
        token: of the session.
        tips: ids of the tips to open.
        number: seed of this officer's random choices.
        ended: set when the officer has to stop.
    """

    def __init__(self, url: str, token: str, tips: Sequence[str], number: int, ended: threading.Event) -> None:
        self._url = url
        self._random = Random(number)
        self._tips = tips
        self._ended = ended
        place = urlsplit(url)
        self._connection = HTTPConnection(str(place.hostname), place.port, timeout=30)
        self._headers = {
            "Cookie": f"anninh_board={token}",
            "Accept-Encoding": "gzip",
            "Origin": url,
            "Sec-Fetch-Site": "same-origin",
        }
        self.waits: defaultdict[str, list[float]] = defaultdict(list)
        self.answers: Counter[int] = Counter()

    def work(self) -> None:
        """Click until `ended` is set."""
        for _ in self._yield_until_ended():
            for step in (self._open_list, self._open_tip, self._submit_tip):
                if self._ended.wait(self._random.uniform(0, 2 * THINKS_S)):
                    break
                step()
        self._connection.close()

    def _yield_until_ended(self) -> Iterator[None]:
        while not self._ended.is_set():
            yield

    def _open_list(self) -> None:
        self._request("list", "GET", "/tips")

    def _open_tip(self) -> None:
        self._request("tip", "GET", f"/tips/{self._random.choice(self._tips)}")

    def _submit_tip(self) -> None:
        form = ReceivedPage(200, self._request("form", "GET", "/tips/new"), httpx.Headers(), "").form(
            "/tips/record_walk_in"
        )
        if self._ended.wait(self._random.uniform(0, 2 * THINKS_S)):
            return
        fields = {**form.fields, "text": self._random.choice(list_tip_texts()), "unit": UNIT}
        self._request("act", "POST", form.action, urlencode(fields, doseq=True))

    def _request(self, kind: str, method: str, path: str, body: str | None = None) -> str:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        self._close_dropped_connection()
        begun = time.perf_counter()
        self._connection.request(method, path, body, {**self._headers, **form})
        response = self._connection.getresponse()
        data = response.read()
        self.waits[kind].append(1000 * (time.perf_counter() - begun))
        self.answers[response.status] += 1
        if response.status == 303:
            return self._request("tip", "GET", str(response.headers["Location"]))
        return (gzip.decompress(data) if response.headers["Content-Encoding"] == "gzip" else data).decode()

    def _close_dropped_connection(self) -> None:
        """Close the idle connection if the server has closed it, so that the next request reconnects, as in a
        browser.
        """
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()


def run_officers(parameters: Mapping[str, object], turn: int) -> Mapping[str, object]:
    """Let the officers click until the standard input ends; return their waiting times and response statuses."""
    tokens = list(map(str, parameters["tokens"]))  # type: ignore[call-overload]  # JSON
    tips = list(map(str, parameters["tips"]))  # type: ignore[call-overload]  # JSON
    ended = threading.Event()
    officers = [
        Officer(str(parameters["url"]), token, tips, 1000 * turn + number, ended) for number, token in enumerate(tokens)
    ]
    threads = [threading.Thread(target=officer.work) for officer in officers]
    for thread in threads:
        thread.start()
    print("begun", flush=True)
    sys.stdin.read()
    ended.set()
    for thread in threads:
        thread.join()
    kinds = sorted({kind for officer in officers for kind in officer.waits})
    waits = {kind: [wait for officer in officers for wait in officer.waits[kind]] for kind in kinds}
    answers = sum((officer.answers for officer in officers), Counter[int]())
    return {"waits": waits, "answers": {str(status): count for status, count in answers.items()}}


def main(turn: str) -> None:
    print(json.dumps(run_officers(json.loads(sys.stdin.readline()), int(turn))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
