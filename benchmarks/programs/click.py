"""Officers at the board: reads a JSON line with `url`, `tokens` and `tips`, and clicks until its input ends.

Each opens the list, a tip, and the form for a tip told at the door, sends that, and is led to the new tip; between two
clicks there are some seconds, drawn anew each time. Prints as JSON the milliseconds of each answer by kind, and what
was answered.
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
from tests.board.visitor import Shown

from benchmarks.programs.serve_board import UNIT
from benchmarks.town import tip_texts

THINKS_S = 5.0
"""Mean seconds between an answer and the next click: somebody who hurries."""


class Officer:
    """Somebody at a browser.

    Args:
        url: of the board.
        token: of the sign-in.
        tips: to look at.
        number: makes what is drawn the officer's own.
        ended: is set when it is time to go.
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
        """Click until it is time to go."""
        for _ in self._turns():
            for step in (self._look, self._open, self._note):
                if self._ended.wait(self._random.uniform(0, 2 * THINKS_S)):
                    break
                step()
        self._connection.close()

    def _turns(self) -> Iterator[None]:
        while not self._ended.is_set():
            yield

    def _look(self) -> None:
        self._ask("list", "GET", "/tips")

    def _open(self) -> None:
        self._ask("tip", "GET", f"/tips/{self._random.choice(self._tips)}")

    def _note(self) -> None:
        form = Shown(200, self._ask("form", "GET", "/tips/new"), httpx.Headers(), "").form("/tips/record_walk_in")
        if self._ended.wait(self._random.uniform(0, 2 * THINKS_S)):
            return
        fields = {**form.fields, "text": self._random.choice(tip_texts()), "unit": UNIT}
        self._ask("act", "POST", form.action, urlencode(fields, doseq=True))

    def _ask(self, kind: str, method: str, path: str, body: str | None = None) -> str:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        self._notice_end()
        begun = time.perf_counter()
        self._connection.request(method, path, body, {**self._headers, **form})
        response = self._connection.getresponse()
        data = response.read()
        self.waits[kind].append(1000 * (time.perf_counter() - begun))
        self.answers[response.status] += 1
        if response.status == 303:
            return self._ask("tip", "GET", str(response.headers["Location"]))
        return (gzip.decompress(data) if response.headers["Content-Encoding"] == "gzip" else data).decode()

    def _notice_end(self) -> None:
        """Connect anew where the server has closed the idle connection, as browsers do."""
        if self._connection.sock is not None and select.select([self._connection.sock], [], [], 0)[0]:
            self._connection.close()


def run(told: Mapping[str, object], turn: int) -> Mapping[str, object]:
    """Let the officers click until the standard input ends."""
    tokens = list(map(str, told["tokens"]))  # type: ignore[call-overload]  # JSON
    tips = list(map(str, told["tips"]))  # type: ignore[call-overload]  # JSON
    ended = threading.Event()
    officers = [
        Officer(str(told["url"]), token, tips, 1000 * turn + number, ended) for number, token in enumerate(tokens)
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
    print(json.dumps(run(json.loads(sys.stdin.readline()), int(turn))), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
