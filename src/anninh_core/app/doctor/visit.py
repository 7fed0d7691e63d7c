"""The visit: what can be seen from outside first, then, if that lets it be opened, the app."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from anninh_core.app.app import App
from anninh_core.app.doctor import deep as thorough
from anninh_core.app.doctor import files, opened
from anninh_core.app.doctor.machine import Machine, sqlite
from anninh_core.app.health import pending_in
from anninh_core.app.opening import open_app
from anninh_core.app.parts import Parts
from anninh_core.app.settings import Settings
from anninh_core.kernel.errors import AnninhError, ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.clock import SystemClock
from anninh_core.ports.health import Check, Level, ok, problem, warning
from anninh_core.ports.storage import Storage
from anninh_core.vocabulary.district import District

_STEP = timedelta(seconds=1)
_OPENING = frozenset({"app", "storage", "keys", "migrations", "sqlite"})
"""What is asked before the app is opened: a problem with one of these keeps it closed."""


def examine(
    district: District,
    settings: Settings,
    parts: Parts | None = None,
    *,
    deep: bool = False,
    machine: Machine | None = None,
) -> tuple[Check, ...]:
    """Look at everything that can be looked at, and tell what was found; nothing is raised, made or changed.

    Args:
        district, settings, parts: as for `open_app`; a storage or a messenger that is handed in is closed afterwards.
        deep: also verify the whole journal, let the storage check itself, and look for missing blobs: takes long.
        machine: what the machine says of itself.
    """
    machine = machine or Machine()
    clock = (parts and parts.clock) or SystemClock()
    start, began = clock.now(), machine.monotonic()
    found = list(_outside(settings, parts or Parts(), machine, start))
    if _may_open(found):
        found += _inside(district, settings, parts, deep)
    else:
        found.append(warning("app", "The rest wasn't looked at.", "Put right what is named above, then look again."))
    return (*found, _steady(clock.now() - start, timedelta(seconds=machine.monotonic() - began)))


def failed(name: str, error: Exception) -> Check:
    """Return a finding for what couldn't be looked at; our errors say what to do, others may quote anything."""
    ours = isinstance(error, AnninhError | ConfigurationError | OSError)
    said = str(error) if ours else f"it couldn't be looked at: {type(error).__name__}"
    what, _, todo = said.partition("; ")
    return problem(name, _sentence(what), _sentence(todo) if todo else "Put it right, then look again.")


def _outside(settings: Settings, parts: Parts, machine: Machine, now: datetime) -> Iterator[Check]:
    if parts.storage is None and settings.storage.startswith(files.SQLITE):
        yield from sqlite(machine)
    if parts.storage is None and parts.keys is None:
        yield from _files(files.Places.of(settings), machine, now)
    try:
        storage = parts.storage or _storage(settings, parts)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything; it is told
        yield failed("app", error)
    else:
        yield from _looked("migrations", partial(_migrations, storage))


def _files(places: files.Places, machine: Machine, now: datetime) -> Iterator[Check]:
    yield from (missing := _looked("keys", partial(files.present, places)))
    if not any(check.name == "keys" for check in missing):
        yield from _looked("keys", partial(files.private, places))
        yield from _looked("epochs", partial(files.epoch_age, places, now))
    yield from _looked("disk", partial(files.room, places, machine))
    yield from _looked("disk", partial(files.writable, places, machine))
    yield from _looked("clock", partial(files.times, places, now))


def _migrations(storage: Storage) -> Sequence[Check]:
    """Ask the storage before it is opened, as opening brings it to the newest revision."""
    upgrade = pending_in(storage)
    if upgrade is None:
        return []
    if not upgrade.found:
        todo = "Make an office with `anninh init DIR`, or restore a backup."
        return [problem("storage", f"{upgrade.where} holds nothing yet.", todo)]
    if upgrade.steps:
        names = ", ".join(step.name for step in upgrade.steps)
        what = f"{upgrade.where} has revision {upgrade.found} of {upgrade.newest}; opening it takes the steps {names}."
        todo = "Make a backup, see `anninh storage upgrade --dry-run`, then run `anninh storage upgrade`."
        return [warning("migrations", what, todo)]
    return [ok("migrations", f"The storage has revision {upgrade.found}, the newest.")]


def _storage(settings: Settings, parts: Parts) -> Storage:
    return Plugins(settings.plugins, extra=parts.plugins).storage(settings.storage.partition(":")[0])(settings.storage)


def _may_open(found: Iterable[Check]) -> bool:
    return not any(
        check.level is Level.PROBLEM or (check.name == "migrations" and check.level is not Level.OK)
        for check in found
        if check.name in _OPENING
    )


def _inside(district: District, settings: Settings, parts: Parts | None, deep: bool) -> list[Check]:
    try:
        app = open_app(district, settings, parts)
    except Exception as error:  # noqa: BLE001  that it can't be opened is what is told
        return [failed("app", error)]
    try:
        return [ok("app", "It opens."), *_asked(app, deep)]
    finally:
        app.close()


def _asked(app: App, deep: bool) -> Iterator[Check]:
    questions: list[tuple[str, Callable[[App], Check | Iterable[Check]]]] = [
        ("clock", opened.journal_time),
        ("clock", opened.in_force),
        ("keys", opened.sample),
        ("journal", opened.chain_end),
        ("queues", opened.queues),
        ("failures", opened.failure_desk),
        ("people", opened.wishes),
        ("messengers", opened.messengers),
        ("parts", opened.parts),
    ]
    if deep:
        questions += [("journal", thorough.whole_chain), ("storage", thorough.storage), ("blobs", thorough.blobs)]
    for name, question in questions:
        yield from _looked(name, partial(question, app))


def _looked(name: str, look: Callable[[], Check | Iterable[Check]]) -> Sequence[Check]:
    """Return what a look found, or that it couldn't be taken."""
    try:
        found = look()
        return [found] if isinstance(found, Check) else list(found)
    except Exception as error:  # noqa: BLE001  one thing that can't be looked at must not hide the others
        return [failed(name, error)]


def _steady(told: timedelta, passed: timedelta) -> Check:
    """Check that the clock wasn't set while the visit lasted."""
    if abs(told - passed) > _STEP:
        what = f"The clock moved by {told} while {passed} passed: it is being set."
        return warning("clock", what, "Let the machine's NTP service slew the clock instead of setting it.")
    return ok("clock", "It runs evenly.")


def _sentence(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return f"{text[:1].upper()}{text[1:]}."
