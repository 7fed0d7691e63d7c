"""An app that may be killed at any moment and started again, and the script that it must complete."""

import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from attrs import frozen

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.mock.ledger import ChatLedger
from anninh_core.testing.mock.lines import LogLine
from anninh_core.usecase import Actor
from anninh_core.usecase.actor import person
from anninh_storage import LocalBlobs, LocalKeys, PostgresStorage, SqliteStorage

START = datetime(2021, 9, 1, 8, tzinfo=VIETNAM)
LEASE = timedelta(minutes=3)
TITLE = "Nhóm Zalo An ninh xã Ninh Hòa"
ROLES = ("tip_officer", "board_admin")
PEOPLE = ("An", "Bình", "Cúc", "Dung", "Em")
SAYINGS = (
    ("VIỆC KHÁC: đêm qua nhà tôi bị mất trộm xe máy số {n}", ""),
    ("Làm căn cước công dân ở đâu, lần {n}?", ""),
    ("VIỆC KHÁC: cháy nhà số {n} ở xóm 3, đến ngay", ""),
    ("Thanh lý giá sốc lô {n}, inbox em", TITLE),
    ("chúc mừng năm mới {n}", ""),
    ("TRO GIUP", ""),
)
Tick = Callable[[], object]
"""Called before and after each durable write."""


@frozen
class Life:
    """One start of the program on the files of a folder and a database.

    Attributes:
        number: number of earlier starts: later starts have a later clock, so that the leases of killed processes have
            expired.
        url: of the database, "" for a file in the folder.
    """

    folder: Path
    number: int
    tick: Tick = lambda: None
    url: str = ""

    def chat(self, clock: FixedClock) -> MockChat:
        return MockChat(clock, self.folder / "chat.jsonl")

    def clock(self) -> FixedClock:
        return FixedClock(START + timedelta(minutes=10) * self.number)

    def open(self, clock: FixedClock, chat: MockChat) -> App:
        parts = Parts(
            storage=_ticking(self.url or f"sqlite:///{self.folder / 'anninh.db'}", self.tick),
            keys=LocalKeys(self.folder / "anninh.keys", create=True),
            blobs=LocalBlobs(self.folder / "blobs"),
            clock=clock,
            ids=SeededIds(clock, self.number),
            messengers={"oa": MockMessenger.on(chat)},
        )
        return open_app(load_profile("hoa_lu_2021"), Settings(plugins=("opinions",)), parts)


def _ticking(url: str, tick: Tick) -> Storage:
    storage = PostgresStorage(url) if url.startswith("postgresql:") else SqliteStorage(url)
    sound = storage.commit

    def commit(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        tick()
        outcomes = sound(change_sets)
        tick()
        return outcomes

    storage.commit = commit  # type: ignore[method-assign]  # of this one object
    return storage


def begin(life: Life) -> str:
    """Appoint an officer, launch a group, and return the officer's id."""
    clock = life.clock()
    with life.open(clock, life.chat(clock)) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Thử", "hoa-lu", *ROLES)
        group = app.groups.found(officer, "ninh-hoa", kind="commune", title=TITLE, messenger="oa")
        app.groups.seat(officer, group.id, "owner", officer=officer.id, name="Cán bộ Thử")
        app.groups.launch(officer, group.id)
        return officer.id


def live(life: Life, officer_id: str, sayings: int) -> None:
    """Continue the script to its end from where an earlier process was killed."""
    clock = life.clock()
    officer = person(officer_id)
    chat = life.chat(clock)
    _tick_on_writes(life.tick)
    if life.number % 7 == 3:
        chat.fail_next("crash_after_send")
    if life.number % 5 == 2:
        chat.fail_next("lost_answer")
    with life.open(clock, chat) as app:
        _work(app, chat)
        for number in range(len(said(chat)), sayings):
            _say(chat, number)
            _work(app, chat)
            if number % 5 == 4:
                _handle(app, officer)
        _finish(app, chat, clock, officer)


def said(chat: MockChat) -> list[str]:
    """Return the ids of all messages that people wrote."""
    return [message.id for message in chat.messages() if message.author]


def _tick_on_writes(tick: Tick) -> None:
    sound = ChatLedger.write

    def write(self: ChatLedger, line: LogLine) -> None:
        tick()
        sound(self, line)
        tick()

    ChatLedger.write = write  # type: ignore[method-assign]  # this process ends with the life


def _say(chat: MockChat, number: int) -> None:
    text, title = SAYINGS[number % len(SAYINGS)]
    groups = {name: id for id, name in chat.groups().items()}
    name = PEOPLE[number % len(PEOPLE)]
    chat.says(chat.person(f"Thử {name}"), text.format(n=number), groups.get(title))


def _work(app: App, chat: MockChat) -> None:
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()


def _handle(app: App, officer: Actor) -> None:
    """Triage, settle and answer every tip that needs it; answers have a request key, so that none is sent twice."""
    for tip in _in_state(app, officer, TipState.RECEIVED):
        app.tips.triage(officer, tip.id, category="crime")
    for tip in _in_state(app, officer, TipState.TRIAGED):
        app.tips.settle(officer, tip.id, TipState.RESOLVED, answer=f"Đã xong {tip.receipt}.", reason="solved")
    for tip in _in_state(app, officer, TipState.RESOLVED):
        with suppress(AlreadyDone):
            app.tips.answer(officer.with_request(f"answer:{tip.id}"), tip.id)
    app.worker.drain()


def _in_state(app: App, officer: Actor, state: TipState) -> tuple[Tip, ...]:
    return app.tips.list(officer, state=state, limit=200).items


def _finish(app: App, chat: MockChat, clock: FixedClock, officer: Actor) -> None:
    """Work until nothing is waiting, letting leases and pauses expire."""
    for _ in range(50):
        _handle(app, officer)
        _work(app, chat)
        waiting = {
            state
            for state in app.internals.context.storage.queues.depth()
            if not state.endswith((".done", ".delivered"))
        }
        if not waiting:
            return
        clock.advance(LEASE)
    raise AssertionError(f"still waiting: {app.internals.context.storage.queues.depth()}")


def run(life: Life, officer_id: str, sayings: int) -> int:
    """Fork a process that runs `live`, and return its process id; it exits with 0 at the end of the script."""
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        live(life, officer_id, sayings)
        code = 0
    except BaseException:  # noqa: BLE001  the parent shows it
        (life.folder / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)
