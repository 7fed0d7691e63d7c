"""Whether somebody waits too long who asks about data of theirs."""

from datetime import timedelta

from attrs import evolve
from tests.app.doctor.conftest import Visit, named
from tests.support.sign_in import PASSWORD, enrol

from anninh_core.app import App, Settings
from anninh_core.app.doctor.people_checks import check_proxies, check_sign_in
from anninh_core.app.settings import ApiSettings, DoorSettings
from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.vocabulary.rights import RightsKind


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


def test_a_proxy_that_the_settings_do_not_name(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """Once people sign in through one, it is told by its address with what to set; a week later it isn't any more."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    enrol(app, officer.id, "mau")
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="198.51.100.7"))
    assert check_proxies(app).level is Level.OK
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="127.0.0.1", is_shared=True))
    check = check_proxies(app)
    assert (check.level, "127.0.0.1" in check.what) == (Level.WARNING, True)
    assert 'proxies = ["127.0.0.1"]' in check.todo
    assert named(visit(), "proxies").level is Level.WARNING
    anninh_clock.advance(timedelta(days=8))
    assert named(visit(), "proxies").level is Level.OK


def with_web_settings(app: App, settings: DoorSettings) -> App:
    """Return an app with other settings of its web server."""
    return App(lambda _: evolve(app.internals, web_settings=settings))


def test_a_proxy_that_the_settings_name_by_now(app: App) -> None:
    """Of a proxy that was named meanwhile nothing is told."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    enrol(app, officer.id, "mau")
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="127.0.0.1", is_shared=True))
    for proxies, level in (((), Level.WARNING), (("127.0.0.0/8",), Level.OK), (("10.0.0.0/8",), Level.WARNING)):
        door = DoorSettings(api=ApiSettings(proxies=proxies))
        assert check_proxies(with_web_settings(app, door)).level is level


def test_the_visit_looks_at_sign_ins(visit: Visit) -> None:
    """Among the rest."""
    assert named(visit(), "sign-in").level is Level.WARNING
