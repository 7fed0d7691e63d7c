"""Whether somebody is on duty, can be told, and has taken up what was raised."""

from datetime import timedelta

from tests.app.doctor.conftest import Visit, named

from anninh_core.app import App
from anninh_core.domain.duty import Shift
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor


def chief(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor")


def on_duty(app: App, *, conversation: str = "oa.x", unit: str = "hoa-lu") -> None:
    """Set a roster of one officer around the clock."""
    officer = UnsafeLocalUsers(app).appoint("Trực", unit, "tip_officer", conversation=conversation)
    app.duty.set_roster(chief(app), unit, shifts=[Shift(officers=(officer.id,))])


def test_without_a_roster(visit: Visit) -> None:
    """It says whom an emergency goes to then, and how to set one."""
    found = named(visit(), "duty")
    assert found.level is Level.WARNING
    assert "anninh duty set" in found.todo


def test_somebody_who_can_be_told(app: App, visit: Visit) -> None:
    """Then all is well."""
    on_duty(app)
    assert named(visit(), "duty").level is Level.OK


def test_nobody_who_can_be_told(app: App, visit: Visit) -> None:
    """Whoever is on duty has no chat: an emergency would reach nobody."""
    on_duty(app, conversation="")
    found = named(visit(), "duty")
    assert found.level is Level.PROBLEM
    assert "no_chat" in found.what


def test_a_roster_of_one_commune_alone(app: App, visit: Visit) -> None:
    """The whole authority has nobody: what comes in without a place waits."""
    on_duty(app, unit="ninh-hoa")
    told = named(visit(), "duty")
    assert told.what == "No officer is on duty now for huyện Hoa Lư, and no other officer can be paged."


def fire(app: App, chat: MockChat, clock: FixedClock) -> None:
    """Let somebody report a fire, and ten minutes pass."""
    on_duty(app)
    chat.says(chat.person("Bà Mẫu"), "Cháy nhà ở xóm 3 các anh ơi, đến ngay")
    for request in chat.webhooks():
        app.intake.accept("oa", request)
    app.worker.drain()
    clock.advance(timedelta(minutes=10))


def test_an_emergency_that_waits(app: App, visit: Visit, chat: MockChat, anninh_clock: FixedClock) -> None:
    """Ten minutes without an acknowledgement are a problem."""
    fire(app, chat, anninh_clock)
    found = named(visit(), "duty")
    assert found.level is Level.PROBLEM
    assert "anninh duty alarms" in found.todo


def test_an_emergency_that_was_taken_up(app: App, visit: Visit, chat: MockChat, anninh_clock: FixedClock) -> None:
    """Then all is well."""
    fire(app, chat, anninh_clock)
    (alarm,) = app.duty.alarms(chief(app)).items
    app.duty.claim(UnsafeLocalUsers(app).appoint("Trực", "hoa-lu", "tip_officer"), alarm.id)
    assert named(visit(), "duty").level is Level.OK
