"""The doctor reports on keys: how the program starts, the age of the epoch, and whether a recovery copy opens the
store.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.doctor.conftest import PROFILE, WORDS, HealthyMachine, Visit, get_finding

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.examination import examine
from anninh_core.app.recovery.copies import make_recovery_copy
from anninh_core.domain.key_management.notes import observe_epochs
from anninh_core.ports.health import Check, Level
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.rules import KeyRules
from anninh_storage import LocalKeys


def examine_office(settings: Settings, clock: FixedClock) -> tuple[Check, ...]:
    return examine(PROFILE, settings, Parts(clock=clock), machine=HealthyMachine())


@pytest.fixture
def clock(anninh_clock: FixedClock, settings: Settings) -> FixedClock:
    written = Path(settings.keys).stat().st_mtime
    anninh_clock.advance(timedelta(seconds=written - anninh_clock.now().timestamp()))
    return anninh_clock


def test_unprotected_key_file_is_a_warning(settings: Settings, clock: FixedClock) -> None:
    """An unprotected key file is a warning with the command that protects it."""
    LocalKeys(Path(settings.keys), passphrase=lambda: WORDS).unprotect()
    checks = examine_office(settings, clock)
    assert get_finding(checks, "key file").level is Level.WARNING
    assert "anninh keys protect" in get_finding(checks, "key file").todo
    assert not any(check.name == "start" for check in checks)


def test_unattended_start_states_its_risk(settings: Settings, clock: FixedClock) -> None:
    """The finding about an unattended start states who could read everything."""
    checks = examine_office(settings, clock)
    assert get_finding(checks, "key file").level is Level.OK
    assert get_finding(checks, "start") == Check(
        "start",
        Level.OK,
        f"The program starts without a person, with the passphrase from {settings.keys_passphrase}: "
        "anyone who has that source and the key file can read everything.",
    )


def test_prompted_start_is_a_warning(settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start with a passphrase prompt is a warning: after a power cut, nothing is received until a person enters
    it.
    """
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("anninh_core.app.bootstrap.passphrase.getpass", lambda _: WORDS)
    checks = examine_office(settings.model_copy(update={"keys_passphrase": "prompt"}), clock)
    assert get_finding(checks, "start").level is Level.WARNING
    assert "after a power cut, nothing is received until then" in get_finding(checks, "start").what


@pytest.mark.parametrize(
    ("source", "todo"),
    [
        ("env:NOT_THERE", "NOT_THERE"),
        ("file:not-there", "not-there"),
        ("credential:keys", "credential keys"),
        ("prompt", "terminal"),
    ],
)
def test_missing_passphrase_is_a_problem(settings: Settings, clock: FixedClock, source: str, todo: str) -> None:
    """A missing passphrase is a problem that names the missing source, and the settings to change."""
    checks = examine_office(settings.model_copy(update={"keys_passphrase": source}), clock)
    assert get_finding(checks, "app").level is Level.PROBLEM
    assert todo in get_finding(checks, "app").what
    assert "set `keys_passphrase` to env:VARIABLE, file:PATH or credential:NAME" in get_finding(checks, "app").what


def test_old_epoch_is_a_warning(app: App, examine_parts: Visit, anninh_clock: FixedClock) -> None:
    """Without a schedule in the profile, an epoch older than a month and a half is a warning; its age counts from when
    the worker noted it.
    """
    assert "isn't known yet when the current key epoch began" in get_finding(examine_parts(), "epochs").what
    observe_epochs(app.internals.context)
    assert get_finding(examine_parts(), "epochs").level is Level.OK
    anninh_clock.advance(timedelta(days=46))
    check = get_finding(examine_parts(), "epochs")
    assert (check.level, "46 days" in check.what) == (Level.WARNING, True)
    assert "anninh keys rotate" in check.todo


def test_overdue_epoch_is_a_warning(settings: Settings, clock: FixedClock) -> None:
    """With a schedule in the profile, an overdue epoch is a warning that the worker may not be running."""
    district = evolve(PROFILE, key_rules=KeyRules(epoch_days=7))
    with open_app(district, settings, Parts(clock=clock)) as app:
        observe_epochs(app.internals.context)
    clock.advance(timedelta(days=10))
    check = get_finding(examine(district, settings, Parts(clock=clock), machine=HealthyMachine()), "epochs")
    assert (check.level, "anninh work" in check.todo) == (Level.WARNING, True)


def test_outdated_recovery_copy_is_a_warning(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """A missing recovery copy is reported, a complete one is OK, and one without the newest epoch is a warning."""
    assert "is known" in get_finding(examine_office(settings, clock), "recovery").what
    with open_app(PROFILE, settings, Parts(clock=clock)) as app:
        make_recovery_copy(app, tmp_path / "copy", WORDS, again=lambda: WORDS)
        assert get_finding(examine_office(settings, clock), "recovery").level is Level.OK
        app.internals.context.keys.turn_epoch()
    check = get_finding(examine_office(settings, clock), "recovery")
    assert (check.level, check.what) == (
        Level.WARNING,
        "The recovery copy ends with epoch e0001, so it doesn't open data sealed under epoch e0002.",
    )
