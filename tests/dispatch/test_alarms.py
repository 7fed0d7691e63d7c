"""Who is told that the failure desk stands still."""

from datetime import datetime, timedelta

import pytest
from tests.dispatch.conftest import FIRE, THEFT, outbox, states

from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.redact import find_personal
from anninh_core.ports.messenger import Verdict
from anninh_core.testing import Dialog, FixedClock, MockChat, MockMessenger
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.work import Actor

AN = "Thử Văn An"
DUTY = "Cán bộ trực"


def on_duty(app: App, chat: MockChat, dialog: Dialog, name: str = DUTY, unit: str = "hoa-lu") -> Actor:
    """Appoint somebody with a chat who decides about deliveries."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    where = app.desk.storage.queues.inbox(("done",), limit=10_000)[-1].conversation
    return UnsafeLocalUsers(app).appoint(name, unit, "standing_officer", conversation=where)


def alarmed(app: App) -> int:
    """Make the clock's round and send what came of it; returns how many notices that were."""
    count = app.worker.tick()["alarmed"]
    app.worker.drain()
    return count


def test_those_who_decide_are_told_once_a_day(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """How many and how long, nothing of what or whose; again a day later as long as it stands there."""
    officer = on_duty(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    assert alarmed(app) == 0
    clock.advance(timedelta(hours=25))
    assert [alarmed(app) for _ in range(3)] == [1, 0, 0]
    (notice,) = chat.hears(chat.person(DUTY))
    assert "25 giờ" in notice
    assert "1 tin" in notice
    assert find_personal(notice) == []
    clock.advance(timedelta(hours=24))
    assert alarmed(app) == 1
    app.delivery.give_up(officer, app.delivery.troubles(officer)[0].id, "đã gọi")
    clock.advance(timedelta(hours=24))
    assert alarmed(app) == 0


def test_only_those_who_decide_about_all_of_it_are_told(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock
) -> None:
    """Not the officers of one commune, nor those without a chat."""
    on_duty(app, chat, dialog, "Cán bộ xã", "ninh-hoa")
    UnsafeLocalUsers(app).appoint("Không có máy", "hoa-lu", "standing_officer")
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    clock.advance(timedelta(hours=25))
    assert alarmed(app) == 0


def test_an_alarm_waits_for_the_morning(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock) -> None:
    """What has lain there for a day can lie there until six."""
    on_duty(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, THEFT)
    clock.set(datetime(2021, 9, 3, tzinfo=VIETNAM))
    assert alarmed(app) == 1
    assert states(app, "notice.failures") == ["ready"]
    clock.set(datetime(2021, 9, 3, 6, tzinfo=VIETNAM))
    app.worker.drain()
    assert states(app, "notice.failures") == ["delivered"]


@pytest.fixture
def untold(monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform that can't tell what became of a message."""
    monkeypatch.setattr(MockMessenger, "reconcile", lambda *_: Verdict.UNKNOWN)


@pytest.mark.usefixtures("untold")
@pytest.mark.parametrize("failure", ["rejected", "expired_token", "lost_before"])
def test_an_unsent_emergency_is_told_at_once(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, failure: str
) -> None:
    """At midnight too, once, whether it failed, waits for somebody or nobody knows."""
    on_duty(app, chat, dialog)
    clock.set(datetime(2021, 9, 2, tzinfo=VIETNAM))
    chat.fail_next(failure)
    dialog.says(AN, FIRE)
    assert [alarmed(app) for _ in range(2)] == [1, 0]
    (notice,) = chat.hears(chat.person(DUTY))
    assert "khẩn cấp" in notice
    assert find_personal(notice) == []


def test_a_notice_that_fails_makes_no_further_notice(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock
) -> None:
    """An alarm about an alarm would never end."""
    on_duty(app, chat, dialog)
    chat.fail_next("rejected")
    dialog.says(AN, FIRE)
    chat.fail_next("rejected")
    assert [alarmed(app) for _ in range(3)] == [1, 0, 0]
    assert [row.state for row in outbox(app, "notice.emergency")] == ["failed"]
