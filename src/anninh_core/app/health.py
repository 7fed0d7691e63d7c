"""Readiness of an app, found by quick, frequent checks that store nothing."""

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
"""Time for which a readiness result is reused, so that frequent callers cause no further writes."""

_PROBE = b"an open key gives this back again"
_SCOPE = "probe"
_log = logging.getLogger(__name__)


ALIVE: Mapping[str, object] = MappingProxyType({"status": "alive"})
"""Content of the HTTP response with which a running process shows that it is alive."""


@frozen
class Readiness:
    """Results of the readiness checks.

    Attributes:
        states: check -> `ok`, or a short reason why this process can't do its work.
        faults: faults of other parts that a watchdog reports: worker, messengers, officers on duty.
    """

    states: Mapping[str, str]
    faults: Sequence[Check] = ()

    @property
    def is_ready(self) -> bool:
        """Whether this process can do its work."""
        return set(self.states.values()) <= {"ok"}

    @property
    def process_response(self) -> tuple[int, Mapping[str, object]]:
        """Status code and content of the HTTP response about this process alone."""
        status = "ready" if self.is_ready else "not ready"
        return 200 if self.is_ready else 503, {"status": status, "checks": dict(self.states)}

    def http_response(self, *, gives_reasons: bool) -> tuple[int, Mapping[str, object]]:
        """Return status code and content of the HTTP response.

        Args:
            gives_reasons: whether the faults are described; outsiders must not learn that no officer on duty can be
                reached.
        """
        code, content = self.process_response
        if not self.faults:
            return code, content
        status = "in trouble" if self.is_ready else "not ready"
        reasons = [{"name": fault.name, "what": fault.what, "todo": fault.todo} for fault in self.faults]
        return 503, {**content, "status": status, **({"faults": reasons} if gives_reasons else {})}


def check_readiness(app: App, further: Mapping[str, Callable[[], str]] | None = None) -> Readiness:
    """Check that the storage can be read and written, the keys work, and the storage has this version's revision.

    Also find the faults that a watchdog reports. Errors are logged with their class only.

    Args:
        further: name -> another check, which returns `ok` or a short reason.
    """
    checks: dict[str, Callable[[], str]] = {
        "storage": partial(_check_storage, app),
        "writing": partial(_check_writing, app),
        "keys": partial(_check_keys, app),
        "migrations": partial(_check_migrations, app),
        **(further or {}),
    }
    from anninh_core.app.faults import find_faults, watch_target_of  # noqa: PLC0415  it loads the worker

    states = {name: _run_check(name, check) for name, check in checks.items()}
    can_read = states["storage"] == "ok"
    return Readiness(states, find_faults(watch_target_of(app), app.internals.context.clock.now()) if can_read else ())


class ReadinessProbe:
    """Runs `check_readiness` for one caller at a time, and reuses a recent result."""

    def __init__(self, app: App, further: Mapping[str, Callable[[], str]] | None = None) -> None:
        self._app = app
        self._further = further
        self._lock = Lock()
        self._last: tuple[datetime, Readiness] | None = None

    def last(self) -> Readiness | None:
        """Return the last result if it is recent, or None."""
        now = self._app.internals.context.clock.now()
        last = self._last
        return last[1] if last and timedelta(0) <= now - last[0] < REST else None

    def check(self) -> Readiness:
        """Return the last result if it is recent, else a new one."""
        with self._lock:
            if (last := self.last()) is not None:
                return last
            readiness = check_readiness(self._app, self._further)
            self._last = self._app.internals.context.clock.now(), readiness
            return readiness


def get_health_checks(port: object) -> Sequence[Check]:
    """Return the health checks of a port, empty if it provides none."""
    return port.health() if isinstance(port, TellsHealth) else ()


def _run_check(name: str, check: Callable[[], str]) -> str:
    try:
        return check()
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
    """Check that the storage can be written, because a full disk and a standby can still be read."""
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
    """Check that no process of a newer version migrated the storage while this process was running."""
    pending = find_pending_upgrade(app.internals.context.storage)
    return "not current" if pending is not None and pending.steps else "ok"
