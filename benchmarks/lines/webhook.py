"""Signed webhooks over real HTTP, acknowledged after a durable commit.

Ours: `anninh_core.web.serve` on an SQLite file. Each request is verified, parsed, encrypted, deduplicated and stored.
Floor: a bare Starlette endpoint behind uvicorn with the same settings, which reads the body and passes it to a thread
that inserts all bodies waiting (up to 200) in one commit, WAL and synchronous=FULL, and answers after it. No signature,
no limit on the body, no index, no encryption.
The load comes from its own process, over 64 keep-alive connections. All of them share two cores.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from queue import SimpleQueue
from socket import create_server
from threading import Thread

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from benchmarks.bare import connect, transaction
from benchmarks.measure import CannotRun, Effort, Goal, Pairs, Result, build_comparison
from benchmarks.processes import Program

TITLE = "signed webhook over HTTP, acknowledged after durable commit, 64 connections, against a bare endpoint"
CONNECTIONS = 64
GOAL = Goal(least=0.75)
P99 = Goal(most=50)
SLOWEST = Goal(most=2000)


def measure(effort: Effort) -> Sequence[Result]:
    """Measure the web server alone, and next to a busy worker."""
    rounds, length = effort.choose((5, 1.5), (11, 10.0))
    with Program("benchmarks.programs.serve", effort.folder) as ours, Program(__name__, effort.folder) as bare:
        urls = ours.read_line(), bare.read_line()
        for url in urls:
            _run_load(url, 0.5, 0)
        loads = [[_run_load(url, length, 1_000_000 * turn) for url in urls] for turn in range(1, rounds + 1)]
        pairs = Pairs(
            tuple(our_load["rate"] for our_load, _ in loads), tuple(floor_load["rate"] for _, floor_load in loads)
        )
        waits = sorted(our_load["p99"] for our_load, _ in loads)
        with Program("benchmarks.programs.work", effort.folder) as worker:
            worker.read_line()
            busy_load = _run_load(urls[0], effort.choose(5.0, 60.0), 1_000_000 * (rounds + 1))
    busy = f"a worker empties the inbox meanwhile; {busy_load['rate']:.0f} requests/s, p99 {busy_load['p99']:.0f} ms"
    return [
        build_comparison("acknowledged", "requests/s", pairs, goal=GOAL),
        Result(case="99 of 100 answers within", unit="ms", measured=waits[len(waits) // 2], limit=P99),
        Result(
            case="slowest answer beside a worker", unit="ms", measured=busy_load["slowest"], limit=SLOWEST, note=busy
        ),
    ]


def _run_load(url: str, length: float, first: int) -> dict[str, float]:
    """Run the load generator, and return its result."""
    with Program("benchmarks.programs.load", url, CONNECTIONS, length, first) as load:
        result = dict(load.answer())
    if set(result["answers"]) != {"200"}:
        raise CannotRun(f"not every event was taken: {result['answers']}")
    return result


class BareBodyStore:
    """The floor's server, which stores all waiting bodies of requests in one commit."""

    def __init__(self, path: Path) -> None:
        self._connection = connect(path)
        self._connection.execute("CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        self._waiting: SimpleQueue[tuple[bytes, asyncio.Future[None]] | None] = SimpleQueue()
        self._thread = Thread(target=self._write_bodies, daemon=True)

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """Run the writing thread from the server's start to its end."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()
        yield
        self._waiting.put(None)

    async def answer_webhook(self, request: Request) -> Response:
        """Answer a webhook request once its body is durable."""
        done = self._loop.create_future()
        self._waiting.put((await request.body(), done))
        await done
        return JSONResponse({"status": "stored"})

    def _write_bodies(self) -> None:
        while (first := self._waiting.get()) is not None:
            batch = [first]
            while len(batch) < 200 and not self._waiting.empty():
                more = self._waiting.get()
                if more is None:
                    return
                batch.append(more)
            with transaction(self._connection):
                self._connection.executemany("INSERT INTO bodies (body) VALUES (?)", [(body,) for body, _ in batch])
            self._loop.call_soon_threadsafe(_release, [done for _, done in batch])


def _release(waiting: Sequence[asyncio.Future[None]]) -> None:
    for done in waiting:
        done.set_result(None)


def main(folder: str) -> None:
    """Serve the bare endpoint, with uvicorn configured as in `anninh_core.web.server`."""
    bodies = BareBodyStore(Path(folder) / "bare.db")
    app = Starlette(
        routes=[Route("/hook/{instance}", bodies.answer_webhook, methods=["POST"])], lifespan=bodies.lifespan
    )
    config = uvicorn.Config(
        app,
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=512,
    )
    with create_server(("127.0.0.1", 0)) as listener:
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main(*sys.argv[1:])
