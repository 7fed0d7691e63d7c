"""Messages that are held at night until the morning, and messages that aren't."""

from datetime import datetime, timedelta

import pytest
from tests.messaging.conftest import FIRE, THEFT, Appoint, Launch, outbox, read_outbox_states
from tests.support.conversations import last_conversation
from tests.workflows.test_content_publication import PublishingOfficers

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
def press(app: App, admin: Actor, appoint: Appoint) -> PublishingOfficers:
    return PublishingOfficers(app, admin, appoint("editor"), appoint("reviewer"))


def test_a_broadcast_waits_for_the_morning(
    press: PublishingOfficers, app: App, clock: FixedClock, launch: Launch
) -> None:
    """A post published at night is sent to its group at six, and no attempt is made before."""
    launch()
    clock.set(MIDNIGHT)
    press.publish_and_send(press.write_and_approve())
    (row,) = outbox(app, "content.post")
    assert (row.state, row.attempts, row.due_at) == ("ready", 0, MORNING)
    clock.set(MORNING)
    app.worker.drain()
    assert read_outbox_states(app, "content.post") == ["delivered"]


def test_an_urgent_alert_doesnt_wait(press: PublishingOfficers, app: App, clock: FixedClock, launch: Launch) -> None:
    """A post published with the urgency "immediate" is sent at midnight, and so is its withdrawal."""
    launch()
    clock.set(MIDNIGHT)
    item = press.publish_and_send(press.write_and_approve(urgency=Urgency.IMMEDIATE))
    app.content.withdraw(press.admin, item.id, "đã dập tắt", ended=True)
    app.worker.drain()
    assert {read_outbox_states(app, purpose)[0] for purpose in ("content.post", "content.cancel")} == {"delivered"}


def test_residents_are_answered_at_night(app: App, dialog: Dialog, clock: FixedClock) -> None:
    """Replies to residents are sent at night: emergency numbers, receipt and help."""
    clock.set(MIDNIGHT)
    dialog.says(AN, FIRE)
    dialog.says(AN, "TRO GIUP")
    assert set(read_outbox_states(app)) == {"delivered"}


def appoint_reachable_officer(app: App, chat: MockChat, dialog: Dialog, name: str, *roles: str) -> Actor:
    """Appoint an officer who has written to the official account, since only then can notices reach the officer."""
    dialog.says(name, "chúc mừng năm mới")
    chat.hears(chat.person(name))
    conversation_id = last_conversation(app)
    return UnsafeLocalUsers(app).appoint(name, "hoa-lu", *roles, conversation=conversation_id)


def assign_newest_tip(app: App, handler: Actor, to: Actor) -> None:
    tip = app.tips.list(handler).items[0]
    app.tips.triage(handler, tip.id, category="crime", urgency="serious")
    app.tips.assign(handler, tip.id, unit="cong-an", officers=[to.id])


def test_assignment_notice_waits_for_the_morning(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """The notice of an assignment at night waits until morning, but a reply to the officer's own message doesn't."""
    name = "Cán bộ ngủ"
    sleeper = appoint_reachable_officer(app, chat, dialog, name, "tip_officer")
    dialog.says(AN, THEFT)
    clock.set(MIDNIGHT)
    assign_newest_tip(app, handler, sleeper)
    app.worker.drain()
    assert [row.due_at for row in outbox(app, "officer.assigned")] == [MORNING]
    dialog.says(name, "TRO GIUP")
    dialog.hears(name, "TRA CUU")
    clock.set(MORNING)
    app.worker.drain()
    dialog.hears(name, "06:00|2021|9")
    assert read_outbox_states(app, "officer.assigned") == ["delivered"]


def test_emergency_notice_is_sent_at_night(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """The notice of an emergency's assignment is sent at night."""
    on_duty = appoint_reachable_officer(app, chat, dialog, "Cán bộ trực", "tip_officer")
    clock.set(MIDNIGHT)
    dialog.says(AN, FIRE)
    assign_newest_tip(app, handler, on_duty)
    app.worker.drain()
    assert read_outbox_states(app, "officer.assigned") == ["delivered"]


def test_reminders_wait_for_the_morning(
    app: App, chat: MockChat, dialog: Dialog, clock: FixedClock, handler: Actor
) -> None:
    """Reminders that become due at midnight are sent in the morning."""
    dialog.says("Bí thư", "chúc mừng năm mới")
    conversation_id = last_conversation(app)
    chief = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "standing_officer")
    app.programme.name_head(chief, "ninh-hoa", name="Bí thư", conversation=conversation_id)
    clock.set(MIDNIGHT + timedelta(days=20))
    app.worker.tick()
    app.worker.drain()
    reminders = [row for row in outbox(app) if row.purpose.startswith("urge.")]
    assert reminders
    assert {row.state for row in reminders} <= {"ready", "waiting"}
    clock.set(MORNING + timedelta(days=20))
    app.worker.drain()
    assert {row.state for row in outbox(app) if row.purpose.startswith("urge.")} == {"delivered"}
