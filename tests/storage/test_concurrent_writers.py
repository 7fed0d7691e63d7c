"""Threads that write, send and claim at the same time: no update is lost, and every conversation keeps its order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count, groupby
from threading import Barrier

import pytest
from attrs import field, frozen
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.postgres.server import Server

from anninh_core.ports.storages.changes import Outcome, Record
from anninh_core.ports.storages.queues import OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import NOW, SPECS, TTL, build_outbox_settlement, change, outbox_row, tip
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

WRITERS = 3
Step = tuple[str, str]

steps = st.tuples(st.sampled_from(["look", "write", "write", "claim"]), st.sampled_from(["a", "b"]))
scripts = st.lists(st.lists(steps, min_size=4, max_size=12), min_size=WRITERS, max_size=WRITERS)


@frozen
class Storages:
    """One storage that is opened twice, as by two processes, and unused record names for each example."""

    opened: Sequence[Storage]
    _made: Iterator[int] = field(factory=count)

    def next_prefix(self) -> str:
        return f"{next(self._made)}-"


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.slow])])
def storages(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Storages]:
    """Open one database twice: two writers share the first storage, and the third has the other one."""
    file = tmp_path_factory.mktemp("writers") / "anninh.db"
    server: Server | None = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    url = server.create_database() if server else ""
    opened: list[Storage] = [PostgresStorage(url) if server else SqliteStorage(f"sqlite:///{file}") for _ in range(2)]
    for storage in opened:
        storage.prepare(SPECS)
    yield Storages(opened)
    for storage in opened:
        storage.close()
    if server:
        server.drop_database(url)


class Writer:
    """Executes a script of reads, writes and claims; its writes are based on the versions that it last read."""

    def __init__(self, storage: Storage, prefix: str, number: int, sent: dict[str, list[str]]) -> None:
        self.storage = storage
        self.prefix = prefix
        self.number = number
        self.sent = sent
        self.seen: dict[str, Record | None] = {}
        self.written: list[str] = []
        self.posted: dict[str, list[str]] = defaultdict(list)
        self.made = count()

    def run(self, script: Sequence[Step], start: Barrier) -> None:
        start.wait()
        for what, name in script:
            getattr(self, what)(f"{self.prefix}{name}")

    def look(self, id: str) -> None:
        self.seen[id] = self.storage.records.get("kit_tip", id)

    def write(self, id: str) -> None:
        """Add a byte to the record `id` as it was last read, and commit an outbox row to the conversation `id`."""
        before = self.seen.get(id)
        version, body = (before.version, before.body) if before else (0, b"")
        after = tip(id, version=version + 1, body=body + b"x")
        row = outbox_row(f"{id}-{self.number}-{next(self.made):02}", id)
        (outcome,) = self.storage.commit([change(after, outbox=(row,))])
        assert outcome in (Outcome.COMMITTED, Outcome.CONFLICT)
        if outcome is Outcome.COMMITTED:
            self.written.append(id)
            self.posted[id].append(row.id)
            self.seen[id] = after
        else:
            self.look(id)

    def claim(self, _: str = "") -> None:
        """Claim and settle all outbox rows that can be claimed."""
        for row in self.storage.queues.claim_outbox(NOW, TTL, 2):
            self.sent[row.conversation].append(row.id)
            settled = build_outbox_settlement(row.id, row.token, conversation=row.conversation)
            assert self.storage.commit([settled]) == [Outcome.COMMITTED]


@given(scripts=scripts)
@settings(max_examples=20, deadline=None)
def test_concurrent_writers_lose_no_update(storages: Storages, scripts: Sequence[Sequence[Step]]) -> None:
    """A record has as many versions as commits were acknowledged; outbox rows are sent once, in the order of their
    commits.
    """
    prefix = storages.next_prefix()
    sent = defaultdict[str, list[str]](list)
    writers = [Writer(storages.opened[number % 2], prefix, number, sent) for number in range(WRITERS)]
    start = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(writer.run, script, start) for writer, script in zip(writers, scripts, strict=True)]
        for future in running:
            future.result()
    while any(
        row.id.startswith(prefix)
        for row in storages.opened[0].queues.outbox((OutboxState.WAITING, OutboxState.READY), limit=1000)
    ):
        writers[0].claim()
    for id in (f"{prefix}a", f"{prefix}b"):
        record = storages.opened[0].records.get("kit_tip", id)
        written = sum(writer.written.count(id) for writer in writers)
        assert (record.version if record else 0) == written == len(record.body if record else b"") == len(sent[id])
        for writer in writers:
            assert [row for row in sent[id] if row in writer.posted[id]] == writer.posted[id]
    _assert_commit_order(storages.opened[0], prefix, sent)


def _assert_commit_order(storage: Storage, prefix: str, sent: dict[str, list[str]]) -> None:
    rows = [row for row in storage.queues.outbox(limit=100_000) if row.id.startswith(prefix)]
    rows.sort(key=lambda row: (row.conversation, row.created_seq))
    committed = {
        conversation: [row.id for row in group]
        for conversation, group in groupby(rows, key=lambda row: row.conversation)
    }
    assert committed == {conversation: ids for conversation, ids in sent.items() if ids}


def test_check_finds_no_fault_afterwards(storages: Storages) -> None:
    """After concurrent writes the storage's check finds no fault."""
    assert storages.opened[0].maintenance.check() == []
