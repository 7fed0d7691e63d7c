"""After any operations the dump of a storage is the same on every engine, and loads into every other."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.storage.test_twins import changes, names, small

from anninh_core.app.backup.row_codec import decode_rows, encode_row, part_name
from anninh_core.ports.storages.changes import ChangeSet, OutboxSettled
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.queues import LANES, LEASED, SETTLED, InboxState, OutboxState
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.kits.storage.base import NOW, SPECS, TTL, build_inbox_settlement, inbox_change, outbox_row
from anninh_core.testing.memory import MemoryStorage
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

Step = tuple[Any, ...]
Engines = dict[str, Callable[[], Storage]]

conversations = st.sampled_from(["", "c1", "c2"])
states = st.sampled_from([*sorted(SETTLED), OutboxState.READY])
steps = st.one_of(
    st.tuples(st.just("commit"), st.lists(changes(), min_size=1, max_size=3)),
    st.tuples(st.just("receive"), conversations, st.integers(-5, 5)),
    st.tuples(st.just("send"), conversations, st.sampled_from(LANES), st.integers(0, 2)),
    st.tuples(st.just("claim"), st.integers(1, 3), small),
    st.tuples(st.just("settle"), states, small),
    st.tuples(st.just("put"), names, st.binary(max_size=4)),
    st.tuples(st.just("destroy"), names),
)


def execute_script(storage: Storage, script: list[Step]) -> None:
    """Execute a script on a storage; times and ids are the same on every engine."""
    for number, (what, *facts) in enumerate(script):
        at = NOW + TTL * number
        match what:
            case "commit":
                storage.commit(facts[0])
            case "receive":
                storage.commit([inbox_change(f"e{number:02}", facts[0], seconds=facts[1])])
            case "send":
                after = f"o{number - facts[2]:02}" if facts[2] else ""
                storage.commit([ChangeSet(outbox=(outbox_row(f"o{number:02}", facts[0], facts[1], after=after),))])
            case "claim":
                claim_rows(storage, at, *facts)
            case "settle":
                settle_row(storage, at, *facts)
            case "put":
                current = storage.states.get("kit", facts[0])
                storage.states.put("kit", facts[0], facts[1], current.version if current else 0)
            case "destroy":
                storage.keyring.destroy(facts[0])


def claim_rows(storage: Storage, at: Any, limit: int, ending: int) -> None:
    for row in storage.queues.claim_inbox(at, TTL * 3, limit):
        if ending == 1:
            storage.commit([build_inbox_settlement(row.id, row.token, state=InboxState.FAILED, error="why")])
        elif ending:
            storage.queues.retry_inbox(row.id, row.token, at + TTL, "later")
    for sent in storage.queues.claim_outbox(at, TTL * 3, limit):
        if ending:
            storage.queues.start(sent.id, sent.token, at, TTL * 2)
    storage.queues.release_held(at, TTL * 2)


def settle_row(storage: Storage, at: Any, state: OutboxState, pick: int) -> None:
    for row in list(
        storage.queues.outbox(
            [OutboxState.CLAIMED, OutboxState.STARTED, OutboxState.UNKNOWN, OutboxState.FAILED, OutboxState.READY]
        )
    )[pick:][:1]:
        token = row.token if row.state in LEASED else None
        storage.commit([ChangeSet(outbox_settled=OutboxSettled(id=row.id, token=token, state=state, at=at))])


def claim_remaining(storage: Storage) -> list[object]:
    """Return the rows that are claimed next once all leases have expired, and the depth of the queues."""
    late = NOW + TTL * 100
    inbox = [storage.queues.claim_inbox(late + TTL * turn, TTL, 2) for turn in (0, 0, 5)]
    outbox = [storage.queues.claim_outbox(late + TTL * turn, TTL, 2) for turn in (0, 0, 5)]
    return [list(map(list, inbox)), list(map(list, outbox)), dict(storage.queues.depth())]


def dump_lines(storage: Storage) -> list[bytes]:
    """Return the lines of a storage's dump; they are checked to parse into the dumped rows."""
    rows = list(storage.maintenance.dump())
    written = [(part_name(row), encode_row(row)) for row in rows]
    assert [parse_line(part, line) for part, line in written] == rows
    return [line for _, line in written]


def parse_line(part: str, line: bytes) -> Row:
    (row,) = decode_rows(part, iter([line]))
    return row


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as made:
        storage = SqliteStorage(f"sqlite:///{made}/empty.db")
        storage.prepare(SPECS)
        storage.close()
        yield Path(made)


@pytest.fixture
def engines(folder: Path, postgres_url: str) -> Engines:
    """A function for each engine that returns an empty, prepared storage; only one storage of each engine may be
    open.
    """

    def sqlite() -> Storage:
        place = Path(tempfile.mkdtemp(dir=folder))
        shutil.copyfile(folder / "empty.db", place / "anninh.db")
        return prepare_storage(SqliteStorage(f"sqlite:///{place}/anninh.db"))

    def postgres() -> Storage:
        storage = prepare_storage(PostgresStorage(postgres_url))
        with psycopg.connect(postgres_url) as connection:
            tables = connection.execute(
                "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'"
                " AND tablename NOT IN ('kinds', 'alembic_version')"
            ).fetchall()
            connection.execute(f"TRUNCATE {', '.join(name for (name,) in tables)}".encode())
        return storage

    return {"memory": lambda: prepare_storage(MemoryStorage()), "sqlite": sqlite, "postgres": postgres}


def prepare_storage(storage: Storage) -> Storage:
    storage.prepare(SPECS)
    return storage


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=st.lists(steps, max_size=12))
def test_dumps_of_all_storages_are_equal(engines: Engines, script: list[Step]) -> None:
    """Memory, SQLite and PostgreSQL dump the same lines after the same operations, and load each other's dumps."""
    dumps: dict[str, list[Row]] = {}
    written: dict[str, list[bytes]] = {}
    next_steps: list[list[object]] = []
    for name, make in engines.items():
        storage = make()
        execute_script(storage, script)
        dumps[name] = list(storage.maintenance.dump())
        written[name] = dump_lines(storage)
        next_steps.append(claim_remaining(storage))
        storage.close()
    assert written["sqlite"] == written["memory"]
    assert written["postgres"] == written["memory"]
    for source, target in product(dumps, engines):
        storage = engines[target]()
        storage.maintenance.load(dumps[source])
        assert dump_lines(storage) == written[source]
        assert list(storage.maintenance.check()) == []
        next_steps.append(claim_remaining(storage))
        storage.close()
    assert all(remaining == next_steps[0] for remaining in next_steps)
