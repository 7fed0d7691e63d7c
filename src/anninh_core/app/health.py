"""Readiness of an app: quick checks, run often, that keep nothing."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from types import MappingProxyType

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.storage_upgrade import find_pending_upgrade
from anninh_core.kernel.errors import DecryptionError, StorageFull
from anninh_core.ports.health import Check, TellsHealth

REST = timedelta(seconds=1)
"""How long an answer counts: whoever asks more often gets it again, and lets nobody write for it."""

_PROBE = b"an open key gives this back again"
_SCOPE = "probe"
_log = logging.getLogger(__name__)


ALIVE: Mapping[str, object] = MappingProxyType({"status": "alive"})
"""What a process that runs answers over HTTP."""


@frozen
class Readiness:
    """Checks and their results.

    Attributes:
        states: `ok`, or in a word or two why not: whether this process can do its work.
        faults: what a watchdog finds wrong elsewhere: with the worker, the messengers, the officers on duty.
    """

    states: Mapping[str, str]
    faults: Sequence[Check] = ()

    @property
    def is_ready(self) -> bool:
        """Whether this process can do its work."""
        return set(self.states.values()) <= {"ok"}

    @property
    def door_response(self) -> tuple[int, Mapping[str, object]]:
        """Status and content of the answer over HTTP to who wants to know about this process alone."""
        status = "ready" if self.is_ready else "not ready"
        return 200 if self.is_ready else 503, {"status": status, "checks": dict(self.states)}

    def http_response(self, *, gives_reasons: bool) -> tuple[int, Mapping[str, object]]:
        """Return status and content of the answer over HTTP.

        Args:
            gives_reasons: whether to say what the faults are: that nobody on duty can be told is no news for strangers.
        """
        code, content = self.door_response
        if not self.faults:
            return code, content
        status = "in trouble" if self.is_ready else "not ready"
        reasons = [{"name": fault.name, "what": fault.what, "todo": fault.todo} for fault in self.faults]
        return 503, {**content, "status": status, **({"faults": reasons} if gives_reasons else {})}


def check_readiness(app: App, further: Mapping[str, Callable[[], str]] | None = None) -> Readiness:
    """Ask whether the storage can be read and written, the keys answer and the storage's revision is this version's.

    Also look for what a watchdog takes for a fault. What goes wrong is named in the log by its class.

    Args:
        further: name -> another question; it answers `ok` or in a word or two why not.
    """
    checks: dict[str, Callable[[], str]] = {
        "storage": partial(_check_storage, app),
        "writing": partial(_check_writing, app),
        "keys": partial(_check_keys, app),
        "migrations": partial(_check_migrations, app),
        **(further or {}),
    }
    from anninh_core.app.faults import find_faults, watched_of  # noqa: PLC0415  it loads the worker

    states = {name: _run_check(name, question) for name, question in checks.items()}
    can_read = states["storage"] == "ok"
    return Readiness(states, find_faults(watched_of(app), app.internals.context.clock.now()) if can_read else ())


class ReadinessProbe:
    """Asks by `check_readiness`, one caller at a time, and not again while the last answer counts."""

    def __init__(self, app: App, further: Mapping[str, Callable[[], str]] | None = None) -> None:
        self._app = app
        self._further = further
        self._lock = Lock()
        self._last: tuple[datetime, Readiness] | None = None

    def last(self) -> Readiness | None:
        """Return the last answer while it counts, else None."""
        now = self._app.internals.context.clock.now()
        last = self._last
        return last[1] if last and timedelta(0) <= now - last[0] < REST else None

    def check(self) -> Readiness:
        """Return the last answer while it counts, else a new one."""
        with self._lock:
            if (last := self.last()) is not None:
                return last
            readiness = check_readiness(self._app, self._further)
            self._last = self._app.internals.context.clock.now(), readiness
            return readiness


def get_health_checks(part: object) -> Sequence[Check]:
    """Return the health checks of a port, none if it has none."""
    return part.health() if isinstance(part, TellsHealth) else ()


def _run_check(name: str, question: Callable[[], str]) -> str:
    try:
        return question()
    except StorageFull:
        _log.warning("not ready, %s failed: no room is left on the disk", name)
        return "disk full"
    except Exception as error:  # noqa: BLE001  whatever a plugin raises, the answer is no
        _log.warning("not ready, %s failed: %s", name, type(error).__name__)
        return "failed"


def _check_storage(app: App) -> str:
    app.internals.context.storage.journal.head()
    return "ok"


def _check_writing(app: App) -> str:
    """A full disk can be read from, and so can a standby."""
    app.internals.context.storage.try_write()
    return "ok"


def _check_keys(app: App) -> str:
    keys = app.internals.context.keys
    epoch, wrapped = keys.wrap(_PROBE, _SCOPE)
    if keys.unwrap(epoch, wrapped, _SCOPE) != _PROBE:
        raise DecryptionError(
            "A key that was just wrapped can't be unwrapped correctly: restore the keys from their copy."
        )
    return "ok"


def _check_migrations(app: App) -> str:
    """Another process of a newer version may have migrated the storage while this one was running."""
    pending = find_pending_upgrade(app.internals.context.storage)
    return "not current" if pending is not None and pending.steps else "ok"
