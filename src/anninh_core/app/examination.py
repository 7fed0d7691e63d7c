"""Runs all checks: first those without an app, then, if the app can be opened, those of the app."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from attrs import evolve

from anninh_core.app.app import App
from anninh_core.app.doctor import (
    deep_checks,
    file_checks,
    key_checks,
    people_checks,
)
from anninh_core.app.doctor.machine import Machine, check_open_files, check_sqlite
from anninh_core.app.doctor.questions import QUESTIONS, Found, Question, describe_failed_check, run_check
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings
from anninh_core.app.storage_upgrade import find_pending_upgrade
from anninh_core.app.watchdog.watch_checks import check_watchdog
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.sentences import Sentence
from anninh_core.plugins import Plugins
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_core.ports.storages.storage import Storage
from anninh_core.vocabulary.district import District

_MAX_CLOCK_STEP = timedelta(seconds=1)
_REQUIRED_CHECKS = frozenset({"app", "storage", "keys", "migrations", "sqlite"})
"""Names of the checks before the app is opened; it isn't opened if one of them finds a problem."""


def examine(
    district: District,
    settings: Settings,
    parts: Parts | None = None,
    *,
    deep: bool = False,
    machine: Machine | None = None,
) -> tuple[Check, ...]:
    """Run every possible check and return the findings; nothing is raised, created or changed.

    Args:
        district, settings, parts: as for `open_app`; an injected storage or messenger is closed afterwards.
        deep: also verify the whole journal, compare every record with it, run the storage's own check, and search for
            missing blobs: slow.
    """
    machine = machine or Machine()
    clock = (parts and parts.clock) or SystemClock()
    started_at = clock.now()
    monotonic_start = machine.monotonic()
    checks = list(_check_without_app(settings, parts or Parts(), machine, started_at))
    checks += _run_check("watchdog", partial(check_watchdog, settings.watch, started_at))
    checks += _run_check("door", partial(check_open_files, machine, settings.door.open_files))
    if _can_open(checks):
        checks += _check_app(district, settings, parts, deep)
    else:
        checks.append(warning("app", "The rest wasn't checked.", "Correct the problems above, then check again."))
    return (
        *checks,
        _check_clock_steady(clock.now() - started_at, timedelta(seconds=machine.monotonic() - monotonic_start)),
    )


def _check_without_app(settings: Settings, parts: Parts, machine: Machine, now: datetime) -> Iterator[Check]:
    if parts.storage is None and settings.storage.startswith(file_checks.SQLITE_PREFIX):
        yield from check_sqlite(machine)
    if parts.storage is None and parts.keys is None:
        yield from _check_files(file_checks.DataPaths.of(settings), machine, now)
    try:
        storage = parts.storage or _open_storage(settings, parts)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything; it is told
        yield describe_failed_check("app", error)
    else:
        yield from _run_check("migrations", partial(_check_migrations, storage))


def _check_files(places: file_checks.DataPaths, machine: Machine, now: datetime) -> Iterator[Check]:
    yield from (missing := _run_check("keys", partial(file_checks.check_present, places)))
    if places.keys is not None and not any(check.name == "keys" for check in missing):
        yield from _run_check("keys", partial(file_checks.check_private, places.keys))
    yield from _run_check("disk", partial(file_checks.check_free_space, places, machine))
    yield from _run_check("disk", partial(file_checks.check_writable, places, machine))
    yield from _run_check("clock", partial(file_checks.check_file_times, places, now))


def _check_migrations(storage: Storage) -> Sequence[Check]:
    """Check the revision of the storage; called before opening, which would upgrade it."""
    upgrade = find_pending_upgrade(storage)
    if upgrade is None:
        return []
    if not upgrade.found:
        todo = Sentence("Create an office with `anninh init DIR`, or restore a backup.")
        return [problem("storage", Sentence("{storage} is still empty.", storage=upgrade.where), todo)]
    if upgrade.steps:
        names = ", ".join(step.name for step in upgrade.steps)
        what = Sentence(
            "{storage} has revision {revision}, but the newest is {newest}: opening it would carry out the "
            "steps {steps}.",
            storage=upgrade.where,
            revision=upgrade.found,
            newest=upgrade.newest,
            steps=names,
        )
        todo = Sentence(
            "Make a backup, preview the upgrade with `anninh storage upgrade --dry-run`, then run `anninh "
            "storage upgrade`."
        )
        return [warning("migrations", what, todo)]
    return [ok("migrations", Sentence("The storage has revision {revision}, the newest.", revision=upgrade.found))]


def _open_storage(settings: Settings, parts: Parts) -> Storage:
    return Plugins(settings.plugins, extra=parts.plugins).open_storage(settings.storage)


def _can_open(checks: Iterable[Check]) -> bool:
    return not any(
        check.level is Level.PROBLEM or (check.name == "migrations" and check.level is not Level.OK)
        for check in checks
        if check.name in _REQUIRED_CHECKS
    )


def _check_app(district: District, settings: Settings, parts: Parts | None, deep: bool) -> list[Check]:
    try:
        app = open_app(district, settings, evolve(parts or Parts(), only_reads=True))
    except Exception as error:  # noqa: BLE001  that it can't be opened is what is told
        return [describe_failed_check("app", error)]
    try:
        start = [*_run_check("start", partial(key_checks.check_start, app, settings))]
        start += _run_check("sign-in", partial(people_checks.check_sign_in, app, settings))
        return [ok("app", "The app can be opened."), *start, *_run_app_checks(app, deep)]
    finally:
        app.close()


def _run_app_checks(app: App, deep: bool) -> Iterator[Check]:
    questions = [*QUESTIONS]
    if deep:
        questions += [
            Question("journal", deep_checks.check_whole_chain),
            Question("records", deep_checks.check_records),
            Question("storage", deep_checks.check_storage),
            Question("records", deep_checks.check_schemas),
            Question("blobs", deep_checks.check_blobs),
        ]
    for question in questions:
        yield from _run_check(question.name, partial(question.ask, app))


def _run_check(name: str, ask: Callable[[], Found]) -> Sequence[Check]:
    return run_check(name, ask, describe_failed_check)


def _check_clock_steady(moved: timedelta, passed: timedelta) -> Check:
    """Check that the clock wasn't set while the checks ran."""
    if abs(moved - passed) > _MAX_CLOCK_STEP:
        what = Sentence(
            "The clock moved by {moved} while {passed} passed, so it is being set.", moved=moved, passed=passed
        )
        return warning("clock", what, "Let the machine's NTP service adjust the clock gradually instead of setting it.")
    return ok("clock", "The clock runs evenly.")
