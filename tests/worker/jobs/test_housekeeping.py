"""Nothing of a raw event remains once it is processed."""

from datetime import datetime, timedelta

import pytest

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.messaging.inbound.intake import inbox_scope
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import FixedClock, MockChat, MockMessenger, pump
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission
from anninh_core.worker.jobs import housekeeping
from anninh_core.worker.jobs.housekeeping import Housekeeping

DAY = timedelta(days=1)


def test_processed_event_loses_its_body(anninh_app: App, mock_chat: MockChat) -> None:
    """A processed event keeps no body; what it said is found under its case only."""
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    rows = anninh_app.internals.context.storage.queues.inbox([InboxState.DONE])
    assert [row.body for row in rows] == [b""]


def test_keys_go_with_their_day(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """The key of a day is destroyed when the day is over for a day, once; today's and yesterday's are kept."""
    keyring = anninh_app.internals.context.storage.keyring
    house = Housekeeping(anninh_app.internals.runner)
    anninh_clock.set(datetime(2021, 9, 2, 23, 30, tzinfo=VIETNAM))
    scope = inbox_scope(anninh_clock.now())
    assert scope == "inbox:2021-09-02"
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    for days, kept in ((0, True), (1, True), (2, False)):
        anninh_clock.set(datetime(2021, 9, 2, 23, 45, tzinfo=VIETNAM) + DAY * days)
        assert house.destroy_inbox_keys() == (0 if kept else 1)
        assert (keyring.get(scope) is not None) == kept
    assert house.destroy_inbox_keys() == 0


@pytest.mark.parametrize("altered", [b"2921-09-01", b"2021-x9-01"])
def test_keys_go_though_the_position_is_damaged(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, altered: bytes
) -> None:
    """A day that is yet to come, or none, can't be where the last run ended."""
    states = anninh_app.internals.context.storage.states
    house = Housekeeping(anninh_app.internals.runner)
    anninh_clock.set(datetime(2021, 9, 2, 23, 30, tzinfo=VIETNAM))
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    house.destroy_inbox_keys()
    stored = states.get("dispatch", "inbox_day")
    assert stored is not None
    assert states.put("dispatch", "inbox_day", altered, stored.version)
    anninh_clock.advance(DAY * 3)
    assert house.destroy_inbox_keys() == 1


def test_undone_is_kept(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """As long as an event waits, its day's key stays, and so does no other."""
    keyring = anninh_app.internals.context.storage.keyring
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    for day in range(3):
        anninh_clock.set(start + DAY * day)
        mock_chat.says(mock_chat.person("An"), f"Mất trộm xe máy lần {day}")
        for request in mock_chat.webhooks():
            anninh_app.intake.accept("oa", request)
        if day != 1:  # the worker runs on the first and the third day: what came on the second is claimed and put off
            anninh_app.worker.drain()
        else:
            (row,) = anninh_app.internals.context.storage.queues.claim_inbox(anninh_clock.now(), DAY, 10)
            anninh_app.internals.context.storage.queues.retry_inbox(row.id, row.token, start + DAY * 9, "later")
    anninh_clock.set(start + DAY * 6)
    assert house.destroy_inbox_keys() == 1
    kept = [keyring.get(f"inbox:2021-09-0{day}") is not None for day in (2, 3, 4)]
    assert kept == [False, True, True]
    anninh_clock.set(start + DAY * 10)
    anninh_app.worker.drain()
    assert house.destroy_inbox_keys() == 2


def test_old_rows_go(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """Once a day what is older than the profile says goes: events first, then request keys, then what was delivered."""
    storage = anninh_app.internals.context.storage
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    anninh_clock.set(start)
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    anninh_app.internals.runner.run_command(
        system("delivery").with_request("asked"), "units.note", Permission.INTAKE, _noted
    )
    assert house.prune_queues() == 0
    for days, left in ((35, (1, 1, 1)), (36, (0, 1, 1)), (90, (0, 1, 1)), (91, (0, 0, 1)), (400, (0, 0, 1))):
        anninh_clock.set(start + DAY * days)
        house.prune_queues()
        assert (
            len(storage.queues.inbox([InboxState.DONE])),
            storage.requested("asked"),
            len(storage.queues.outbox()),
        ) == left
    assert house.prune_queues() == 0  # looked at once a day
    anninh_clock.set(start + DAY * 401)
    assert (house.prune_queues(), storage.queues.outbox()) == (1, [])


def test_the_rest_goes_next_time(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is too much for one time goes on the next, on the same day."""
    monkeypatch.setattr(housekeeping, "_BATCH", 1)
    monkeypatch.setattr(housekeeping, "_MAX_BATCHES", 2)
    anninh_clock.set(datetime(2021, 9, 2, 9, tzinfo=VIETNAM))
    for number in range(5):
        mock_chat.says(mock_chat.person(f"An {number}"), "Mất trộm xe máy")
        asker = system("delivery").with_request(f"asked {number}")
        anninh_app.internals.runner.run_command(asker, "units.note", Permission.INTAKE, _noted)
    pump(anninh_app, mock_chat)
    anninh_clock.set(datetime(2021, 12, 2, 9, tzinfo=VIETNAM))
    house = Housekeeping(anninh_app.internals.runner)
    # Each time two handled events and two marks of requests at most, of five events and five acts under a key.
    assert [house.prune_queues() for _ in range(4)] == [4, 4, 2, 0]


def test_what_nobody_could_read_goes(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the days of the profile its body and its day's key are gone, and its mark with those of its time.

    Whose it is nobody knows, so no wish to be erased finds it. What could be read when it came waits for a person.
    """
    storage = anninh_app.internals.context.storage
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    anninh_clock.set(start)
    for text in ("Đêm qua nhà tôi bị mất trộm xe máy", "?"):
        mock_chat.says(mock_chat.person("An"), text)
    readable, unreadable = mock_chat.webhooks()
    anninh_app.intake.accept("oa", readable)
    with monkeypatch.context() as broken:
        broken.setattr(MockMessenger, "parse", lambda *_: 1 / 0)
        anninh_app.intake.accept("oa", unreadable)
        for _ in range(8):
            anninh_app.worker.drain()
            anninh_clock.advance(timedelta(minutes=1))
    assert len(storage.queues.inbox([InboxState.FAILED])) == 2
    officer = UnsafeLocalUsers(anninh_app).appoint("Cán bộ Mẫu", "hoa-lu", "board_admin")
    for days, failed, done, marks in ((29, 2, 0, 2), (31, 1, 1, 2), (36, 1, 0, 1)):
        anninh_clock.set(start + DAY * days)
        house.prune_queues()
        house.destroy_inbox_keys()
        rows = [*storage.queues.inbox([InboxState.FAILED]), *storage.queues.inbox([InboxState.DONE])]
        assert (len(anninh_app.failures.troubles(officer)), len(rows)) == (failed, marks)
        assert [row.body for row in rows if row.state is InboxState.DONE] == [b""] * done
    assert storage.keyring.get("inbox:2021-09-02") is not None
    (failure,) = anninh_app.failures.troubles(officer)
    assert failure.reason == "unreadable: ZeroDivisionError"
    anninh_app.failures.give_up(officer, failure.id, "đã gọi")
    assert house.destroy_inbox_keys() == 1


def test_the_key_of_unread_events_goes(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Copies of their bodies in backups and in the database's log can't be opened any more either."""
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    anninh_clock.set(start)
    monkeypatch.setattr(MockMessenger, "parse", lambda *_: 1 / 0)
    mock_chat.says(mock_chat.person("An"), "?")
    pump(anninh_app, mock_chat)
    for _ in range(8):
        anninh_clock.advance(timedelta(minutes=1))
        anninh_app.worker.drain()
    anninh_clock.set(start + DAY * 29)
    assert (house.prune_queues(), house.destroy_inbox_keys()) == (0, 0)
    anninh_clock.set(start + DAY * 31)
    assert (house.prune_queues(), house.destroy_inbox_keys()) == (0, 1)


def _noted(uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
    uow.add_event("noted")
