"""What is told of the keys: what a start takes, how old the epoch is, and whether a recovery copy opens the store."""

from datetime import timedelta
from pathlib import Path

import pytest
from attrs import evolve
from tests.app.doctor.conftest import PROFILE, WORDS, SoundMachine, Visit, named

from anninh_core.app import App, Parts, Settings, open_app
from anninh_core.app.examination import examine
from anninh_core.app.recovery.copies import make_recovery_copy
from anninh_core.domain.key_management.notes import observe_epochs
from anninh_core.ports.health import Check, Level
from anninh_core.testing import FixedClock
from anninh_core.vocabulary.rules import KeyRules
from anninh_storage import LocalKeys


def look(settings: Settings, clock: FixedClock) -> tuple[Check, ...]:
    return examine(PROFILE, settings, Parts(clock=clock), machine=SoundMachine())


@pytest.fixture
def clock(anninh_clock: FixedClock, settings: Settings) -> FixedClock:
    written = Path(settings.keys).stat().st_mtime
    anninh_clock.advance(timedelta(seconds=written - anninh_clock.now().timestamp()))
    return anninh_clock


def test_a_file_in_clear(settings: Settings, clock: FixedClock) -> None:
    """It is told as unprotected, with the command that protects it; any start opens it."""
    LocalKeys(Path(settings.keys), passphrase=lambda: WORDS).unprotect()
    found = look(settings, clock)
    assert named(found, "key file").level is Level.WARNING
    assert "anninh keys protect" in named(found, "key file").todo
    assert not any(check.name == "start" for check in found)


def test_a_start_that_takes_no_person(settings: Settings, clock: FixedClock) -> None:
    """Whoever named a source hears what it is worth."""
    found = look(settings, clock)
    assert named(found, "key file").level is Level.OK
    assert named(found, "start") == Check(
        "start",
        Level.OK,
        f"The program starts without a person, with the passphrase from {settings.keys_passphrase}: "
        "anyone who has that source and the key file can read everything.",
    )


def test_a_start_that_takes_a_person(settings: Settings, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody finds out by a power cut."""
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("anninh_core.app.bootstrap.passphrase.getpass", lambda _: WORDS)
    found = look(settings.model_copy(update={"keys_passphrase": "prompt"}), clock)
    assert named(found, "start").level is Level.WARNING
    assert "after a power cut, nothing is received until then" in named(found, "start").what


@pytest.mark.parametrize(
    ("source", "todo"),
    [
        ("env:NOT_THERE", "NOT_THERE"),
        ("file:not-there", "not-there"),
        ("credential:keys", "credential keys"),
        ("prompt", "terminal"),
    ],
)
def test_nobody_has_the_passphrase(settings: Settings, clock: FixedClock, source: str, todo: str) -> None:
    """It is a finding that names what isn't there, and how to go on."""
    found = look(settings.model_copy(update={"keys_passphrase": source}), clock)
    assert named(found, "app").level is Level.PROBLEM
    assert todo in named(found, "app").what
    assert "set `keys_passphrase` to env:VARIABLE, file:PATH or credential:NAME" in named(found, "app").what


def test_an_old_epoch(app: App, visit: Visit, anninh_clock: FixedClock) -> None:
    """Where nobody said when it turns it is a month and a half; the worker notes when it began."""
    assert "isn't known yet when the current key epoch began" in named(visit(), "epochs").what
    observe_epochs(app.internals.context)
    assert named(visit(), "epochs").level is Level.OK
    anninh_clock.advance(timedelta(days=46))
    found = named(visit(), "epochs")
    assert (found.level, "46 days" in found.what) == (Level.WARNING, True)
    assert "anninh keys rotate" in found.todo


def test_an_epoch_that_the_worker_should_have_turned(settings: Settings, clock: FixedClock) -> None:
    """Where the profile says when, a worker that doesn't run is suspected."""
    district = evolve(PROFILE, key_rules=KeyRules(epoch_days=7))
    with open_app(district, settings, Parts(clock=clock)) as app:
        observe_epochs(app.internals.context)
    clock.advance(timedelta(days=10))
    found = named(examine(district, settings, Parts(clock=clock), machine=SoundMachine()), "epochs")
    assert (found.level, "anninh work" in found.todo) == (Level.WARNING, True)


def test_a_recovery_copy(settings: Settings, clock: FixedClock, tmp_path: Path) -> None:
    """None, one that opens all, one that is behind the epoch."""
    assert "is known" in named(look(settings, clock), "recovery").what
    with open_app(PROFILE, settings, Parts(clock=clock)) as app:
        make_recovery_copy(app, tmp_path / "copy", WORDS, again=lambda: WORDS)
        assert named(look(settings, clock), "recovery").level is Level.OK
        app.internals.context.keys.turn_epoch()
    found = named(look(settings, clock), "recovery")
    assert (found.level, found.what) == (
        Level.WARNING,
        "The recovery copy ends with epoch e0001, so it doesn't open what is sealed under epoch e0002.",
    )
