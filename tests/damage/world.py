"""A town whose data the tests damage: a database with one record of every kind; each damage is applied to a copy."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, timedelta
from pathlib import Path

from attrs import field, frozen
from tests.domain.audit.altered_store import Database
from tests.support.heads import build_foreign_head_file
from tests.trust.casework import destroy
from tests.trust.district import HERE, NOW, ROOT, People, build_settings, district, open_district, store_officer
from tests.trust.things import Things, add_district_records, fill_commune

from anninh_core.app import App, Parts, open_app
from anninh_core.domain.duty import Shift
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.registry import KINDS
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.dumping import Row
from anninh_core.ports.storages.queues import InboxState, OutboxState
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger, SeededIds
from anninh_core.testing.apps import CHEAP
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys
from anninh_core.testing.services import memory_services
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system

FIRST = "Trực Một"
SECOND = "Trực Hai"
DEPUTY = "Trực Ban"
ON_DUTY = (FIRST, SECOND, DEPUTY)
"""Names of the officers with bound chats: two on duty, and one off duty."""


_COPY_SEED = 1  # Seed for the ids that are made in a copy; the town's own ids were made with seed 0.


@frozen
class OpenedTown:
    """An app over a copy of the town.

    Attributes:
        people: platform ids of the officers with chats, by name.
    """

    app: App
    chat: MockChat
    clock: FixedClock
    people: Mapping[str, str]

    def notices(self) -> list[str]:
        """Return all chat messages to the officers in `people`."""
        return [text for id in self.people.values() for text in self.chat.hears(id)]


@frozen(kw_only=True)
class Town:
    """A town in a database, from which tests open copies.

    Attributes:
        database: has all data, and is never opened: only its copies are.
        looker: an officer with every permission, named by no record but their own.
        chosen: kind of record, or queue -> id of the record or row that is damaged.
        records: the records by kind.
        things: ids of a commune's records by role; see `tests.trust.things`.
        people: platform ids of the officers with chats, by name.
    """

    folder: Path
    database: Database
    looker: Actor
    records: Mapping[str, Sequence[Record]] = field(repr=False)
    chosen: Mapping[str, str]
    things: Things = field(repr=False)
    people: Mapping[str, str]
    at: datetime
    _keys: MemoryKeys
    _files: Sequence[bytes] = field(repr=False)

    def store_files(self, blobs: Blobs) -> None:
        """Put the town's files into an empty store."""
        for data in self._files:
            blobs.put(data)

    def open(self, database: Database, blobs: Blobs | None = None) -> OpenedTown:
        """Open an app over a copy, with its own copy of the keys; the caller closes it.

        Args:
            database: the copy.
            blobs: a store with the town's files; by default one in memory.
        """
        clock = FixedClock(self.at)
        ids = SeededIds(clock, _COPY_SEED)
        chat = MockChat(clock, run="copy")
        for name, id in self.people.items():
            chat.person(name, id)
        if blobs is None:
            blobs = MemoryBlobs(clock)
            self.store_files(blobs)
        parts = Parts(
            storage=database.open(),
            keys=deepcopy(self._keys),
            blobs=blobs,
            clock=clock,
            ids=ids,
            messengers={"oa": MockMessenger.on(chat, "oa", memory_services(clock, ids, blobs))},
            passwords=CHEAP,
        )
        return OpenedTown(open_app(district(), build_settings(self.folder), parts), chat, clock, self.people)


def build_town(folder: Path, database: Database) -> Town:
    """Fill a town in memory, write it into an empty database, and return it."""
    clock = FixedClock(NOW)
    app = open_district(folder, clock)
    boss = store_officer(app, "Cán bộ Một", ROOT)
    people = People(boss, store_officer(app, "Cán bộ Hai", ROOT))
    things = {**fill_commune(app, people, HERE, "here"), **add_district_records(app, people)}
    destroy(app, f"tip:{things['tip.purged']}")
    app.audit.sign_head(boss)
    chat = MockMessenger.of(app).chat
    keys = app.internals.context.keys
    blobs = app.internals.context.blobs
    assert isinstance(keys, MemoryKeys)
    app.worker.drain()
    on_duty = _fill_roster(app, boss)
    _add_missing_kinds(app, boss, things)
    for _ in range(5):  # The clock advances until no officer is left to page.
        clock.advance(timedelta(minutes=1))
        app.worker.tick()
        app.worker.drain()
    _acknowledge_all_but(app, boss, things["alarm"])
    app.worker.drain()
    app.worker.jobs["page_officers"].run()
    _leave_work_waiting(app, boss, things)
    looker = store_officer(app, "Người Xem", ROOT)
    _load_rows(database, list(app.internals.context.storage.maintenance.dump()))
    records = _list_records(app)
    town = Town(
        folder=folder,
        database=database,
        looker=looker,
        records=records,
        chosen=_choose_records(app, records, things, on_duty),
        things=things,
        people={name: chat.person(name) for name in ON_DUTY},
        at=clock.now(),
        keys=keys,
        files=tuple(map(blobs.get, blobs.digests())),
    )
    app.close()
    return town


def _fill_roster(app: App, boss: Actor) -> Actor:
    """Put two officers on duty for the district, bind their chats and the chat of a third officer, and return the
    officer who is paged first.
    """
    dialog = Dialog.over(app)
    officers = [store_officer(app, name, ROOT) for name in ON_DUTY]
    for name, officer in zip(ON_DUTY, officers, strict=True):
        dialog.says(name, app.units.begin_binding(boss, officer.id).code)
        dialog.hears(name, "đã gắn")
    first, second, _ = officers
    app.duty.set_roster(boss, ROOT, shifts=[Shift(officers=(first.id, second.id))], valid_from=date(2021, 9, 1))
    return first


def _add_missing_kinds(app: App, boss: Actor, things: Things) -> None:
    """Add records of the kinds that the tests of `tests.trust` don't need."""
    app.tips.add_note(boss, things["tip"], "Đã gọi công an viên")
    app.incidents.join(boss, [things["tip"], things["tip.triaged"]])
    app.programme.issue_plan(boss, HERE, number="1/KH", day=date(2021, 9, 1), title="Kế hoạch")
    app.programme.hold_training(boss, ROOT, topic="Nội quy", day=date(2021, 9, 1), attendance={HERE: 3})
    app.audit.receive_heads(boss, build_foreign_head_file())
    note = app.internals.services.quarantine.note
    run_step(note, system("delivery"), "tell_new_tips", f"tip:{things['tip.triaged']}", 1, "Damaged")


def _acknowledge_all_but(app: App, boss: Actor, alarm_id: str) -> None:
    for alarm in app.duty.alarms(boss, limit=100).items:
        if alarm.id != alarm_id:
            app.duty.claim(boss, alarm.id)


def _leave_work_waiting(app: App, boss: Actor, things: Things) -> None:
    """Leave an answer unsent in the outbox and an event unprocessed in the inbox."""
    app.tips.answer(boss, things["tip.settled"])
    chat = MockMessenger.of(app).chat
    chat.says(chat.person("Ông Chờ"), "Đèn đường ở ngõ 5 hỏng")
    for request in chat.webhooks():
        app.intake.accept("oa", request)


def _list_records(app: App) -> Mapping[str, tuple[Record, ...]]:
    """Return the records of each kind in the order of their ids."""
    return {kind.name: tuple(app.internals.context.storage.maintenance.scan(kind.name)) for kind in KINDS}


def _choose_records(
    app: App, records: Mapping[str, Sequence[Record]], things: Things, on_duty: Actor
) -> Mapping[str, str]:
    """Return the id of the record or queue row to damage for each kind and queue: the one that the acts need, else the
    newest.
    """
    tip = things["tip"]
    case = f"tip:{tip}"
    chosen = {kind: records[-1].id for kind, records in records.items() if records}
    chosen |= {kind: things[kind] for kind in chosen.keys() & things.keys()}
    of_case = {
        kind: next(record.id for record in records[kind] if record.columns["case"] == case)
        for kind in ("message", "case_note")
    }
    queues = app.internals.context.storage.queues
    (answer,) = queues.outbox([OutboxState.READY])
    (event,) = queues.inbox([InboxState.NEW])
    return {
        **chosen,
        **of_case,
        "officer": on_duty.id,
        "officer_chat": on_duty.id,
        "conversation": things["conversation"],
        "inbox": event.id,
        "outbox": answer.id,
    }


def _load_rows(database: Database, rows: Sequence[Row]) -> None:
    """Load rows into an empty database of a town."""
    storage = database.open()
    try:
        storage.prepare(SPECS)
        storage.maintenance.load(rows)
    finally:
        storage.close()
