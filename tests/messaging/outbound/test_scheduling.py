"""The night: what waits for the morning, and what doesn't."""

from datetime import datetime, timedelta

import pytest
from tests.messaging.conftest import FIRE, THEFT, Appoint, Launch, outbox, states
from tests.support.conversations import last_conversation
from tests.workflows.test_content_publication import Press

from anninh_core.app import App
from anninh_core.domain.content import Urgency
from anninh_core.kernel.dates import VIETNAM
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

AN = "Thử Văn An"
MIDNIGHT = datetime(2021, 9, 2, tzinfo=VIETNAM)
MORNING = datetime(2021, 9, 2, 6, tzinfo=VIETNAM)


@pytest.fixture
def press(app: App, admin: Actor, appoint: Appoint) -> Press:
    return Press(app, admin, appoint("editor"), appoint("reviewer"))


def test_a_broadcast_waits_for_the_morning(press: Press, app: App, clock: FixedClock, launch: Launch) -> None:
    """Published at night, it reaches its group at six, untried until then."""
    launch()
    clock.set(MIDNIGHT)
    press.publish(press.approved())
    (row,) = outbox(app, "content.post")
    assert (row.state, row.attempts, row.due_at) == ("ready", 0, MORNING)
    clock.set(MORNING)
    app.worker.drain()
    assert states(app, "content.post") == ["delivered"]


def test_an_urgent_alert_doesnt_wait(press: Press, app: App, clock: FixedClock, launch: Launch) -> None:
    """What is published as immediate leaves at midnight too, and so does its withdrawal."""
    launch()
    clock.set(MIDNIGHT)
    item = press.publish(press.approved(urgency=Urgency.IMMEDIATE))
    app.content.withdraw(press.admin, item.id, "đã dập tắt", ended=True)
    app.worker.drain()
    assert {states(app, purpose)[0] for purpose in ("content.post", "content.cancel")} == {"delivered"}


def test_residents_are_answered_at_night(app: App, dialog: Dialog, clock: FixedClock) -> None:
    """The numbers to call, the receipt, the help: whoever writes at midnight isn't left alone."""
    clock.set(MIDNIGHT)
    dialog.says(AN, FIRE)
    dialog.says(AN, "TRO GIUP")
    assert set(states(app)) == {"delivered"}


def officer(app: App, chat: MockChat, dialog: Dialog, name: str, *roles: str) -> Actor:
    """Appoint somebody who has written to the account before, as whoever wants notices must."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    where = last_conversation(app)
    return UnsafeLocalUsers(app).appoint(name, "hoa-lu", *roles, conversation=where)


def assign(app: App, handler: Actor, to: Actor) -> None:
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime", urgency="serious")
    app.tips.assign(handler, tip.id, unit="cong-an", officers=[to.id])


def test_an_officer_may_sleep(app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor) -> None:
    """The notice of an assignment waits; what the same person asks meanwhile is answered."""
    name = "Cán bộ ngủ"
    sleeper = officer(app, chat, dialog, name, "tip_officer")
    dialog.says(AN, THEFT)
    clock.set(MIDNIGHT)
    assign(app, handler, sleeper)
    app.worker.drain()
    assert [row.due_at for row in outbox(app, "officer.assigned")] == [MORNING]
    dialog.says(name, "TRO GIUP")
    dialog.hears(name, "TRA CUU")
    clock.set(MORNING)
    app.worker.drain()
    dialog.hears(name, "06:00|2021|9")
    assert states(app, "officer.assigned") == ["delivered"]


def test_an_officer_is_woken_for_an_emergency(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """A fire is no reason to wait until six."""
    on_duty = officer(app, chat, dialog, "Cán bộ trực", "tip_officer")
    clock.set(MIDNIGHT)
    dialog.says(AN, FIRE)
    assign(app, handler, on_duty)
    app.worker.drain()
    assert states(app, "officer.assigned") == ["delivered"]


def test_the_round_at_midnight_wakes_nobody(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """Reminders become due when the day changes; they leave in the morning."""
    dialog.says("Bí thư", "chúc mừng năm mới")
    where = last_conversation(app)
    chief = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "standing_officer")
    app.programme.name_head(chief, "ninh-hoa", name="Bí thư", conversation=where)
    clock.set(MIDNIGHT + timedelta(days=20))
    app.worker.tick()
    app.worker.drain()
    urged = [row for row in outbox(app) if row.purpose.startswith("urge.")]
    assert urged
    assert {row.state for row in urged} <= {"ready", "waiting"}
    clock.set(MORNING + timedelta(days=20))
    app.worker.drain()
    assert {row.state for row in outbox(app) if row.purpose.startswith("urge.")} == {"delivered"}
