"""Whether somebody waits too long who asks about data of theirs."""

from datetime import timedelta

from tests.app.doctor.conftest import Visit, named
from tests.support.sign_in import enrol

from anninh_core.app import App, Settings
from anninh_core.app.doctor.people_checks import check_sign_in
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.vocabulary.rights.rules import RightsKind


def test_requests_that_wait(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """All is well until the limit is near; then their numbers are named, and what to do."""
    desk = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "board_admin")
    asked = app.rights.record_request(desk, RightsKind.ACCESS, unit="hoa-lu", applicant="Bà Mẫu")
    assert named(visit(), "rights").level is Level.OK
    anninh_clock.advance(timedelta(days=18))
    found = named(visit(), "rights")
    assert (found.level, asked.number in found.what) == (Level.WARNING, True)
    assert "anninh people requests" in found.todo


def test_limits_that_nobody_compared(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """The shipped limits of the law stand as others tell them, and it says so."""
    assert "Nobody has compared" not in named(visit(), "rights").what
    anninh_clock.advance(timedelta(days=365 * 5))
    assert "356/2025" in named(visit(), "rights").what


def test_whether_officers_sign_in(app: App) -> None:
    """A trial is told, and that nobody has a password yet; then how many have a second factor."""
    trial = check_sign_in(app, Settings(unsafe_local_users=True))
    assert (trial.level, "trial" in trial.what) == (Level.WARNING, True)
    assert "anninh officers invite" in check_sign_in(app, Settings()).todo
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "steering_chair")
    enrol(app, officer.id, "mau", second_factor=True)
    found = check_sign_in(app, Settings())
    assert (found.level, found.what) == (Level.OK, "Officers with accounts: 1; with a second factor: 1.")


def test_the_visit_looks_at_sign_ins(visit: Visit) -> None:
    """Among the rest."""
    assert named(visit(), "sign-in").level is Level.WARNING
