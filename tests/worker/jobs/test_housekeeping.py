"""Housekeeping removes what remains of processed events: raw bodies, keys and old rows."""

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
    """A processed event keeps no body, so that its words are stored only under its case."""
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    rows = anninh_app.internals.context.storage.queues.inbox([InboxState.DONE])
    assert [row.body for row in rows] == [b""]


def test_inbox_keys_are_destroyed_daily(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """The inbox key of a day is destroyed once, a day after the day's end; the keys of today and yesterday are kept."""
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
def test_damaged_position_keeps_no_key(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, altered: bytes
) -> None:
    """If the stored position of the last run is invalid or in the future, keys are still destroyed."""
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


def test_waiting_event_keeps_its_key(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """The key of a day with a waiting event is kept, and keys of other past days are destroyed."""
    keyring = anninh_app.internals.context.storage.keyring
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    for day in range(3):
        anninh_clock.set(start + DAY * day)
        mock_chat.says(mock_chat.person("An"), f"Mất trộm xe máy lần {day}")
        for request in mock_chat.webhooks():
            anninh_app.intake.accept("oa", request)
        if day != 1:  # The worker runs on the first and third days; the second day's event is claimed and postponed.
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


def test_old_rows_are_pruned(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """Queue rows older than the profile's retention are pruned once a day: first events, then request keys, then
    delivered messages.
    """
    storage = anninh_app.internals.context.storage
    house = Housekeeping(anninh_app.internals.runner)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    anninh_clock.set(start)
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    anninh_app.internals.runner.run_command(
        system("delivery").with_request("asked"), "units.note", Permission.INTAKE, _permit_and_note
    )
    assert house.prune_queues() == 0
    for days, counts in ((35, (1, 1, 1)), (36, (0, 1, 1)), (90, (0, 1, 1)), (91, (0, 0, 1)), (400, (0, 0, 1))):
        anninh_clock.set(start + DAY * days)
        house.prune_queues()
        assert (
            len(storage.queues.inbox([InboxState.DONE])),
            storage.requested("asked"),
            len(storage.queues.outbox()),
        ) == counts
    assert house.prune_queues() == 0  # Pruning runs only once a day.
    anninh_clock.set(start + DAY * 401)
    assert (house.prune_queues(), storage.queues.outbox()) == (1, [])


def test_pruning_continues_in_the_next_run(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queue rows over the limit of a run are pruned by the next runs on the same day."""
    monkeypatch.setattr(housekeeping, "_BATCH", 1)
    monkeypatch.setattr(housekeeping, "_MAX_BATCHES", 2)
    anninh_clock.set(datetime(2021, 9, 2, 9, tzinfo=VIETNAM))
    for number in range(5):
        mock_chat.says(mock_chat.person(f"An {number}"), "Mất trộm xe máy")
        actor = system("delivery").with_request(f"asked {number}")
        anninh_app.internals.runner.run_command(actor, "units.note", Permission.INTAKE, _permit_and_note)
    pump(anninh_app, mock_chat)
    anninh_clock.set(datetime(2021, 12, 2, 9, tzinfo=VIETNAM))
    house = Housekeeping(anninh_app.internals.runner)
    # Each run prunes at most two of the five processed events and two of the five request keys.
    assert [house.prune_queues() for _ in range(4)] == [4, 4, 2, 0]


def test_unreadable_event_is_purged(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An unreadable event loses its body and its day's key after the profile's days, and the record that it was
    received later.

    Its sender is unknown, so that no request for erasure can find it. An event that was readable on arrival waits for
    an officer.
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


def test_key_of_unreadable_events_is_destroyed(
    anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The key of a day's unreadable events is destroyed, so that their copies in backups and in the database's log are
    unreadable too.
    """
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


def _permit_and_note(uow: UnitOfWork) -> None:
    uow.permit(uow.context.district.root)
    uow.add_event("noted")
