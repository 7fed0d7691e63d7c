"""The in-memory storage, SQLite and PostgreSQL give the same results for the same calls."""

import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.support.postgres.server import Server

from anninh_core.kernel.search.query import TermQuery
from anninh_core.ports.storages.changes import (
    ChangeSet,
    Counter,
    Guard,
    NewKey,
    NoneLeft,
    OutboxSettled,
    Record,
    SearchTerms,
)
from anninh_core.ports.storages.queues import SETTLED, OutboxState
from anninh_core.ports.storages.storage import Find, Storage
from anninh_core.testing.kits.storage.base import DAY, NOW, SPECS, TTL, change, find_all, inbox_change, outbox_row, tip
from anninh_core.testing.memory import MemoryStorage
from anninh_storage import PostgresStorage, SqliteStorage

pytestmark = pytest.mark.slow

_ALL = settings(max_examples=25, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck))
_FEWER = settings(_ALL, max_examples=10)

UNITS = ("u1", "u2", "u3")
names = st.sampled_from(["a", "b", "c"])
small = st.integers(0, 2)
maybe = st.none() | small
phrases = st.lists(names, min_size=1, max_size=2).map(tuple)
queries = st.builds(
    lambda clauses, excluded: TermQuery(tuple(map(tuple, clauses)), tuple(excluded)),
    st.lists(st.lists(phrases, min_size=1, max_size=2), min_size=1, max_size=2),
    st.lists(phrases, max_size=1),
)


@st.composite
def records(draw: st.DrawFn) -> Record:
    people = st.lists(names, max_size=2).map(tuple)
    return tip(
        draw(names),
        version=draw(st.integers(1, 4)),
        state=draw(st.sampled_from(["new", "closed", None])),
        received=draw(small),
        due=draw(maybe),
        unit=draw(st.sampled_from(["u1", "u2"])),
        assignees=draw(people),
        excluded=draw(people),
    )


@st.composite
def changes(draw: st.DrawFn) -> ChangeSet:
    def draw_few(strategy: st.SearchStrategy[Any], most: int = 2) -> tuple[Any, ...]:
        return tuple(draw(st.lists(strategy, max_size=most)))

    guards = st.builds(Guard, st.just("kit_tip"), names, small)
    none_left = st.builds(lambda assignee: NoneLeft("kit_tip", {"assignees": assignee, "state": "new"}), names)
    counters = st.builds(
        lambda unit, days, amount: Counter(
            indicator="tips", unit=unit, day=DAY + timedelta(days=days), dims="", amount=amount
        ),
        st.sampled_from(UNITS),
        st.integers(-40, 40),
        st.integers(-2, 2),
    )
    terms = st.builds(
        lambda name, words, at: SearchTerms(kind="kit_tip", id=name, unit="u1", at=NOW + TTL * at, terms=tuple(words)),
        names,
        st.lists(names),
        small,
    )
    keys = st.builds(
        lambda scope, replaces: NewKey(scope=scope, epoch=f"{replaces}x", wrapped=b"k", replaces=replaces),
        names,
        st.sampled_from(["", "x", "xx"]),
    )
    return change(
        *draw_few(records()),
        guards=draw_few(guards | none_left, 1),
        counters=draw_few(counters),
        search=draw_few(terms),
        keys=draw_few(keys, 1),
        request=draw(st.sampled_from(["", "", "r1", "r2"])),
    )


class Twins(RuleBasedStateMachine):
    """Makes every call on the in-memory storage and on another one, and compares the results."""

    def __init__(self) -> None:
        super().__init__()
        self.twins: tuple[Storage, Storage] = (MemoryStorage(), self.other())
        for storage in self.twins:
            storage.prepare(SPECS)
        self.now = NOW
        self.made = 0
        self.inbox: list[tuple[str, int]] = []
        self.outbox: list[tuple[str, int]] = []

    def other(self) -> Storage:
        """Return an empty storage of another engine to compare with the in-memory one."""
        self.folder = tempfile.TemporaryDirectory()
        return SqliteStorage(f"sqlite:///{Path(self.folder.name) / 'anninh.db'}")

    def clear(self) -> None:
        """Delete the other storage's files."""
        self.folder.cleanup()

    def teardown(self) -> None:
        for storage in self.twins:
            storage.close()
        self.clear()

    def both(self, ask: Any) -> Any:
        mine, theirs = (ask(storage) for storage in self.twins)
        assert mine == theirs
        return mine

    @rule(batch=st.lists(changes(), min_size=1, max_size=4))
    def commit(self, batch: list[ChangeSet]) -> None:
        self.both(lambda storage: list(storage.commit(batch)))

    @rule(conversations=st.lists(st.sampled_from(["", "c1", "c2"]), min_size=1, max_size=3), dedupe=small)
    def receive(self, conversations: list[str], dedupe: int) -> None:
        batch = []
        for conversation in conversations:
            self.made += 1
            mark = f"{self.made}" if dedupe else "same"
            batch.append(inbox_change(f"e{self.made:03}", conversation, seconds=self.made // 2, dedupe=mark))
        self.both(lambda storage: list(storage.commit(batch)))

    @rule(rows=st.lists(st.tuples(st.sampled_from(["c1", "c2"]), st.integers(0, 3), small), min_size=1, max_size=3))
    def enqueue(self, rows: list[tuple[str, int, int]]) -> None:
        new = []
        for conversation, back, due in rows:
            self.made += 1
            after = f"o{self.made - back:03}" if back else ""
            new.append(outbox_row(f"o{self.made:03}", conversation, due_at=self.now + TTL * due, after=after))
        self.both(lambda storage: list(storage.commit([ChangeSet(outbox=tuple(new))])))

    @rule(limit=st.integers(1, 3))
    def claim(self, limit: int) -> None:
        self.inbox = [
            (row.id, row.token)
            for row in self.both(lambda storage: list(storage.queues.claim_inbox(self.now, TTL, limit)))
        ]
        self.outbox = [
            (row.id, row.token)
            for row in self.both(lambda storage: list(storage.queues.claim_outbox(self.now, TTL, limit)))
        ]

    @precondition(lambda self: self.outbox)
    @rule()
    def start(self) -> None:
        id, token = self.outbox[0]
        self.both(lambda storage: storage.queues.start(id, token, self.now, TTL))

    @precondition(lambda self: self.made)
    @rule(
        pick=st.integers(0, 5),
        by_person=st.booleans(),
        method=st.sampled_from(["", "template"]),
        states=st.lists(
            st.sampled_from([*sorted(SETTLED), OutboxState.READY]),
            min_size=1,
            max_size=2,
        ),
    )
    def settle(self, pick: int, by_person: bool, method: str, states: list[OutboxState]) -> None:
        claimed = self.outbox[pick % len(self.outbox)] if self.outbox else ("o001", 1)
        id, token = (f"o{self.made - pick:03}", None) if by_person else claimed
        until = self.now if by_person else None
        settled = OutboxSettled(
            id=id, token=token, state=states[0], at=self.now, delivery_method=method, deferred_until=until
        )
        batch = [ChangeSet(outbox_settled=evolve(settled, state=state)) for state in states]
        self.both(lambda storage: list(storage.commit(batch)))

    @precondition(lambda self: self.inbox)
    @rule()
    def retry(self) -> None:
        id, token = self.inbox.pop()
        self.both(lambda storage: storage.queues.retry_inbox(id, token, self.now + TTL, "later"))

    @rule(minutes=st.integers(0, 2), patience=small)
    def time_passes(self, minutes: int, patience: int) -> None:
        self.now += TTL * minutes
        self.both(lambda storage: storage.queues.release_held(self.now, TTL * patience))

    @rule(scope=names)
    def destroy(self, scope: str) -> None:
        self.both(lambda storage: storage.keyring.destroy(scope))

    @rule(
        order=st.sampled_from(["newest", "due", "latest_due", "state"]),
        limit=st.integers(1, 3),
        due=st.none() | st.tuples(maybe, maybe),
        who=st.none() | names,
        units=st.none() | st.lists(st.sampled_from(["u1", "u2"])),
    )
    def find(self, order: str, limit: int, due: Any, who: str | None, units: list[str] | None) -> None:
        conditions: dict[str, Any] = {} if due is None else {"due": due}
        excluding = {} if who is None else {"excluded": who}
        question: dict[str, Any] = {"order": order, "where": conditions, "excluding": excluding, "units": units}
        matches = self.both(lambda storage: find_all(storage, limit=limit, **question))
        assert len(matches) == len(set(matches))
        assert self.both(lambda storage: storage.records.count(Find(kind="kit_tip", **question))) == len(matches)

    @rule(query=queries, first=st.integers(-45, 45), days=st.integers(0, 80))
    def ask(self, query: TermQuery, first: int, days: int) -> None:
        start = DAY + timedelta(days=first)
        self.both(lambda storage: list(storage.search.find("kit_tip", query, None, 5)))
        end = start + timedelta(days=days)
        self.both(lambda storage: dict(storage.counters.total(["tips"], ["u1"], start, end)))
        self.both(lambda storage: dict(storage.counters.together(["tips"], UNITS, start, end)))

    @rule(sets=st.lists(st.lists(st.sampled_from(UNITS), min_size=1), max_size=2))
    def gather(self, sets: list[list[str]]) -> None:
        self.both(lambda storage: storage.counters.gather(sets))

    @invariant()
    def alike(self) -> None:
        self.both(lambda storage: storage.journal.head())
        self.both(lambda storage: list(storage.maintenance.scan("kit_tip")))
        self.both(lambda storage: list(storage.queues.outbox()))
        self.both(lambda storage: dict(storage.queues.depth()))


class PostgresTwins(Twins):
    """Makes every call on the in-memory storage and on a PostgreSQL database, and compares the results.

    Args:
        server: a running server.
        template: name of a database with the fixed tables.
    """

    def __init__(self, server: Server, template: str) -> None:
        self.server = server
        self.template = template
        super().__init__()

    def other(self) -> Storage:
        self.url = self.server.create_database(template=self.template)
        return PostgresStorage(self.url)

    def clear(self) -> None:
        self.server.drop_database(self.url)


TestTwins = Twins.TestCase
TestTwins.settings = _ALL


@pytest.fixture(scope="module")
def template_database(postgres: Server) -> str:
    """Name of a database that has the fixed tables and is used as a template."""
    url = postgres.create_database()
    storage = PostgresStorage(url)
    storage.prepare([])
    storage.close()
    return url.rpartition("/")[2]


@pytest.mark.slow
def test_postgresql_equals_memory(postgres: Server, template_database: str) -> None:
    """PostgreSQL gives the same results as the in-memory storage, for any calls in any order."""
    factory = partial(PostgresTwins, postgres, template_database)
    run_state_machine_as_test(factory, settings=_FEWER)  # type: ignore[arg-type]  # it calls whatever it is given
