"""A program that may be killed at any moment and started again, and the script that it must complete."""

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
"""Function that is called before and after each durable write."""


@frozen
class ProgramStart:
    """One start of the program on the files of a folder and a database.

    Attributes:
        number: number of earlier starts: later starts have a later clock, so that the leases of killed processes have
            expired.
        url: URL of the database, "" for a file in the folder.
    """

    folder: Path
    number: int
    tick: Tick = lambda: None
    url: str = ""

    def open_chat(self, clock: FixedClock) -> MockChat:
        return MockChat(clock, self.folder / "chat.jsonl")

    def build_clock(self) -> FixedClock:
        return FixedClock(START + timedelta(minutes=10) * self.number)

    def open(self, clock: FixedClock, chat: MockChat) -> App:
        parts = Parts(
            storage=_build_ticking_storage(self.url or f"sqlite:///{self.folder / 'anninh.db'}", self.tick),
            keys=LocalKeys(self.folder / "anninh.keys", create=True),
            blobs=LocalBlobs(self.folder / "blobs"),
            clock=clock,
            ids=SeededIds(clock, self.number),
            messengers={"oa": MockMessenger.on(chat)},
        )
        return open_app(load_profile("hoa_lu_2021"), Settings(plugins=("opinions",)), parts)


def _build_ticking_storage(url: str, tick: Tick) -> Storage:
    storage = PostgresStorage(url) if url.startswith("postgresql:") else SqliteStorage(url)
    sound = storage.commit

    def tick_and_commit(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        tick()
        outcomes = sound(change_sets)
        tick()
        return outcomes

    storage.commit = tick_and_commit  # type: ignore[method-assign]  # of this one object
    return storage


def prepare_office(life: ProgramStart) -> str:
    """Appoint an officer, launch a group, and return the officer's id."""
    clock = life.build_clock()
    with life.open(clock, life.open_chat(clock)) as app:
        officer = UnsafeLocalUsers(app).appoint("Cán bộ Thử", "hoa-lu", *ROLES)
        group = app.groups.establish(officer, "ninh-hoa", kind="commune", title=TITLE, messenger="oa")
        app.groups.seat(officer, group.id, "owner", officer=officer.id, name="Cán bộ Thử")
        app.groups.launch(officer, group.id)
        return officer.id


def continue_script(life: ProgramStart, officer_id: str, sayings: int) -> None:
    """Continue the script from the point where an earlier process was killed, up to its end."""
    clock = life.build_clock()
    officer = person(officer_id)
    chat = life.open_chat(clock)
    _tick_on_writes(life.tick)
    if life.number % 7 == 3:
        chat.fail_next("crash_after_send")
    if life.number % 5 == 2:
        chat.fail_next("lost_answer")
    with life.open(clock, chat) as app:
        _process_events(app, chat)
        for number in range(len(list_written_ids(chat)), sayings):
            _write_message(chat, number)
            _process_events(app, chat)
            if number % 5 == 4:
                _handle_tips(app, officer)
        _finish_script(app, chat, clock, officer)


def list_written_ids(chat: MockChat) -> list[str]:
    """Return the ids of all messages that people have written to the chat."""
    return [message.id for message in chat.messages() if message.author]


def _tick_on_writes(tick: Tick) -> None:
    sound = ChatLedger.write

    def tick_and_write(self: ChatLedger, line: LogLine) -> None:
        tick()
        sound(self, line)
        tick()

    ChatLedger.write = tick_and_write  # type: ignore[method-assign]  # this process ends with the life


def _write_message(chat: MockChat, number: int) -> None:
    text, title = SAYINGS[number % len(SAYINGS)]
    groups = {name: id for id, name in chat.groups().items()}
    name = PEOPLE[number % len(PEOPLE)]
    chat.says(chat.person(f"Thử {name}"), text.format(n=number), groups.get(title))


def _process_events(app: App, chat: MockChat) -> None:
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()


def _handle_tips(app: App, officer: Actor) -> None:
    """Triage, settle and answer every tip that needs it; answers have a request key, so that none is sent twice."""
    for tip in _list_tips_in_state(app, officer, TipState.RECEIVED):
        app.tips.triage(officer, tip.id, category="crime")
    for tip in _list_tips_in_state(app, officer, TipState.TRIAGED):
        app.tips.settle(officer, tip.id, TipState.RESOLVED, answer=f"Đã xong {tip.receipt}.", reason="solved")
    for tip in _list_tips_in_state(app, officer, TipState.RESOLVED):
        with suppress(AlreadyDone):
            app.tips.answer(officer.with_request(f"answer:{tip.id}"), tip.id)
    app.worker.drain()


def _list_tips_in_state(app: App, officer: Actor, state: TipState) -> tuple[Tip, ...]:
    return app.tips.list(officer, state=state, limit=200).items


def _finish_script(app: App, chat: MockChat, clock: FixedClock, officer: Actor) -> None:
    """Process events until nothing is waiting, while the clock advances so that leases and pauses expire."""
    for _ in range(50):
        _handle_tips(app, officer)
        _process_events(app, chat)
        waiting = {
            state
            for state in app.internals.context.storage.queues.depth()
            if not state.endswith((".done", ".delivered"))
        }
        if not waiting:
            return
        clock.advance(LEASE)
    raise AssertionError(f"still waiting: {app.internals.context.storage.queues.depth()}")


def fork_script(life: ProgramStart, officer_id: str, sayings: int) -> int:
    """Fork a process that runs the script, and return its process id; the process exits with 0 at the end of the
    script.
    """
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        continue_script(life, officer_id, sayings)
        code = 0
    except BaseException:  # noqa: BLE001  the parent shows it
        (life.folder / "error.txt").write_text(traceback.format_exc(), encoding="utf-8")
    finally:
        os._exit(code)
