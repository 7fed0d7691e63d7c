"""Nothing of a raw event remains once it is processed."""

from datetime import datetime, timedelta

from anninh_core.app import App
from anninh_core.dispatch.housekeeping import Housekeeping, inbox_scope
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import FixedClock, MockChat, pump

DAY = timedelta(days=1)


def test_processed(anninh_app: App, mock_chat: MockChat) -> None:
    """A processed event keeps no body; what it said is found under its case only."""
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    rows = anninh_app.desk.storage.queues.inbox(["done"])
    assert [row.body for row in rows] == [b""]


def test_keys_go_with_their_day(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """The key of a day is destroyed when the day is over for a day, once; today's and yesterday's are kept."""
    keyring, house = anninh_app.desk.storage.keyring, Housekeeping(anninh_app.desk)
    anninh_clock.set(datetime(2021, 9, 2, 23, 30, tzinfo=VIETNAM))
    scope = inbox_scope(anninh_clock.now())
    assert scope == "inbox:2021-09-02"
    mock_chat.says(mock_chat.person("An"), "Đêm qua nhà tôi bị mất trộm xe máy")
    pump(anninh_app, mock_chat)
    for days, kept in ((0, True), (1, True), (2, False)):
        anninh_clock.set(datetime(2021, 9, 2, 23, 45, tzinfo=VIETNAM) + DAY * days)
        assert house.forget() == (0 if kept else 1)
        assert (keyring.get(scope) is not None) == kept
    assert house.forget() == 0


def test_undone_is_kept(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> None:
    """As long as an event waits, its day's key stays, and so does no other."""
    keyring, house = anninh_app.desk.storage.keyring, Housekeeping(anninh_app.desk)
    start = datetime(2021, 9, 2, 9, tzinfo=VIETNAM)
    for day in range(3):
        anninh_clock.set(start + DAY * day)
        mock_chat.says(mock_chat.person("An"), f"Mất trộm xe máy lần {day}")
        for request in mock_chat.webhooks():
            anninh_app.intake.accept("oa", request)
        if day != 1:  # the worker runs on the first and the third day: what came on the second is claimed and put off
            anninh_app.worker.drain()
        else:
            (row,) = anninh_app.desk.storage.queues.claim_inbox(anninh_clock.now(), DAY, 10)
            anninh_app.desk.storage.queues.retry_inbox(row.id, row.token, start + DAY * 9, "later")
    anninh_clock.set(start + DAY * 6)
    assert house.forget() == 1
    kept = [keyring.get(f"inbox:2021-09-0{day}") is not None for day in (2, 3, 4)]
    assert kept == [False, True, True]
    anninh_clock.set(start + DAY * 10)
    anninh_app.worker.drain()
    assert house.forget() == 2
