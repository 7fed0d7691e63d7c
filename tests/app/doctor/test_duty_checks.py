"""The doctor reports whether an officer is on duty, can be reached, and has acknowledged the alarms."""

from datetime import timedelta

from tests.app.doctor.conftest import Visit, get_finding

from anninh_core.app import App
from anninh_core.domain.duty import Shift
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def appoint_chief(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor")


def put_on_duty(app: App, *, conversation: str = "oa.x", unit: str = "hoa-lu") -> None:
    """Set a roster of one officer around the clock."""
    officer = UnsafeLocalUsers(app).appoint("Trực", unit, "tip_officer", conversation=conversation)
    app.duty.set_roster(appoint_chief(app), unit, shifts=[Shift(officers=(officer.id,))])


def test_missing_roster_is_a_warning(examine_parts: Visit) -> None:
    """A missing roster is a warning with the command that sets one."""
    check = get_finding(examine_parts(), "duty")
    assert check.level is Level.WARNING
    assert "anninh duty set" in check.todo


def test_reachable_officer_on_duty_is_ok(app: App, examine_parts: Visit) -> None:
    """A reachable officer on duty is no fault."""
    put_on_duty(app)
    assert get_finding(examine_parts(), "duty").level is Level.OK


def test_unreachable_officer_on_duty_is_a_problem(app: App, examine_parts: Visit) -> None:
    """An officer on duty without a chat is a problem: an emergency would reach no officer."""
    put_on_duty(app, conversation="")
    check = get_finding(examine_parts(), "duty")
    assert check.level is Level.PROBLEM
    assert "no_chat" in check.what


def test_unit_without_roster_is_named(app: App, examine_parts: Visit) -> None:
    """A roster of one commune doesn't cover the whole district: messages without a place reach no officer."""
    put_on_duty(app, unit="ninh-hoa")
    check = get_finding(examine_parts(), "duty")
    assert check.what == "No officer is on duty now for huyện Hoa Lư, and no other officer can be paged."


def report_fire(app: App, chat: MockChat, clock: FixedClock) -> None:
    """Let a resident report a fire, and advance the clock by ten minutes."""
    put_on_duty(app)
    chat.says(chat.person("Bà Mẫu"), "Cháy nhà ở xóm 3 các anh ơi, đến ngay")
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()
    clock.advance(timedelta(minutes=10))


def test_unacknowledged_emergency_is_a_problem(
    app: App, examine_parts: Visit, chat: MockChat, anninh_clock: FixedClock
) -> None:
    """An emergency without an acknowledgement for ten minutes is a problem."""
    report_fire(app, chat, anninh_clock)
    check = get_finding(examine_parts(), "duty")
    assert check.level is Level.PROBLEM
    assert "anninh duty alarms" in check.todo


def test_acknowledged_emergency_is_ok(app: App, examine_parts: Visit, chat: MockChat, anninh_clock: FixedClock) -> None:
    """An acknowledged emergency is no fault."""
    report_fire(app, chat, anninh_clock)
    (alarm,) = app.duty.alarms(appoint_chief(app)).items
    app.duty.claim(UnsafeLocalUsers(app).appoint("Trực", "hoa-lu", "tip_officer"), alarm.id)
    assert get_finding(examine_parts(), "duty").level is Level.OK
