"""The doctor reports overdue data requests, and problems of sign-ins and proxies."""

from datetime import timedelta

from attrs import evolve
from tests.app.doctor.conftest import Visit, get_finding
from tests.support.sign_in import PASSWORD, enrol

from anninh_core.app import App, Settings
from anninh_core.app.doctor.people_checks import check_proxies, check_sign_in
from anninh_core.app.settings import ApiSettings, DoorSettings
from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.health import Level
from anninh_core.testing import FixedClock
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.vocabulary.rights import RightsKind


def test_due_data_request_is_a_warning(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """A data request near its time limit is a warning with its number and a command."""
    desk = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "board_admin")
    request = app.rights.record_request(desk, RightsKind.ACCESS, unit="hoa-lu", applicant="Bà Mẫu")
    assert get_finding(examine_parts(), "rights").level is Level.OK
    anninh_clock.advance(timedelta(days=18))
    check = get_finding(examine_parts(), "rights")
    assert (check.level, request.number in check.what) == (Level.WARNING, True)
    assert "anninh people requests" in check.todo


def test_unchecked_legal_limits_are_reported(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """Time limits of the law that were not compared with its text for years are reported."""
    assert "Nobody has compared" not in get_finding(examine_parts(), "rights").what
    anninh_clock.advance(timedelta(days=365 * 5))
    assert "356/2025" in get_finding(examine_parts(), "rights").what


def test_sign_in_state_is_reported(app: App) -> None:
    """A trial installation, or one without accounts, is reported; otherwise the numbers of accounts and of second
    factors.
    """
    trial = check_sign_in(app, Settings(unsafe_local_users=True))
    assert (trial.level, "trial" in trial.what) == (Level.WARNING, True)
    assert "anninh officers invite" in check_sign_in(app, Settings()).todo
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "steering_chair")
    enrol(app, officer.id, "mau", second_factor=True)
    check = check_sign_in(app, Settings())
    assert (check.level, check.what) == (Level.OK, "Officers with accounts: 1; with a second factor: 1.")


def test_unknown_proxy_is_a_warning(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """A proxy used for sign-ins that isn't in the settings is a warning with the setting to change, for a week."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    enrol(app, officer.id, "mau")
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="198.51.100.7"))
    assert check_proxies(app).level is Level.OK
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="127.0.0.1", is_shared=True))
    check = check_proxies(app)
    assert (check.level, "127.0.0.1" in check.what) == (Level.WARNING, True)
    assert 'proxies = ["127.0.0.1"]' in check.todo
    assert get_finding(examine_parts(), "proxies").level is Level.WARNING
    anninh_clock.advance(timedelta(days=8))
    assert get_finding(examine_parts(), "proxies").level is Level.OK


def with_web_settings(app: App, settings: DoorSettings) -> App:
    """Return an app with other web server settings."""
    return App(lambda _: evolve(app.internals, web_settings=settings))


def test_known_proxy_is_ok(app: App) -> None:
    """A proxy that was added to the settings meanwhile is no fault."""
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    enrol(app, officer.id, "mau")
    app.accounts.sign_in("mau", PASSWORD, client=Client(address="127.0.0.1", is_shared=True))
    for proxies, level in (((), Level.WARNING), (("127.0.0.0/8",), Level.OK), (("10.0.0.0/8",), Level.WARNING)):
        door = DoorSettings(api=ApiSettings(proxies=proxies))
        assert check_proxies(with_web_settings(app, door)).level is level


def test_examination_includes_sign_in(examine_parts: Visit) -> None:
    """The examination includes the sign-in check."""
    assert get_finding(examine_parts(), "sign-in").level is Level.WARNING
