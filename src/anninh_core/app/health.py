"""Whether an app is fit for work right now: quick questions, asked often, that change nothing."""

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.kernel.errors import DecryptionError
from anninh_core.ports.health import Check, TellsHealth
from anninh_core.ports.storage import Storage
from anninh_core.ports.upgrading import TellsUpgrade, Upgrade
from anninh_core.rooms.index_specs import SPECS

_PROBE = b"an open key gives this back again"
_SCOPE = "probe"
_log = logging.getLogger(__name__)


ALIVE: Mapping[str, object] = MappingProxyType({"status": "alive"})
"""What a process that runs answers over HTTP."""


@frozen
class Readiness:
    """What was asked and how it stands: `ok`, or in a word or two why not."""

    states: Mapping[str, str]

    @property
    def ready(self) -> bool:
        """Whether all is well."""
        return set(self.states.values()) <= {"ok"}

    @property
    def answer(self) -> tuple[int, Mapping[str, object]]:
        """Status and content of the answer over HTTP."""
        status = "ready" if self.ready else "not ready"
        return 200 if self.ready else 503, {"status": status, "checks": dict(self.states)}


def readiness(app: App, further: Mapping[str, Callable[[], str]] | None = None) -> Readiness:
    """Ask whether storage and keys answer and the storage's revision is the one that this version works with.

    What goes wrong is named in the log by its class; the answer gives nothing away.

    Args:
        further: name -> another question; it answers `ok` or in a word or two why not.
    """
    asked: dict[str, Callable[[], str]] = {
        "storage": partial(_storage_answers, app),
        "keys": partial(_keys_open, app),
        "migrations": partial(_migrations, app),
        **(further or {}),
    }
    return Readiness({name: _answer(name, question) for name, question in asked.items()})


def pending_in(storage: Storage) -> Upgrade | None:
    """Return what opening a storage would do, None where it doesn't tell.

    Raises:
        NewerDatabase: written by a newer version.
        StorageError: it can't be looked at.
    """
    return storage.pending(SPECS) if isinstance(storage, TellsUpgrade) else None


def told_by(part: object) -> Sequence[Check]:
    """Return what a part of the app tells of itself, nothing from a part that doesn't."""
    return part.health() if isinstance(part, TellsHealth) else ()


def _answer(name: str, question: Callable[[], str]) -> str:
    try:
        return question()
    except Exception as error:  # noqa: BLE001  whatever a plugin raises, the answer is no
        _log.warning("not ready, %s failed: %s", name, type(error).__name__)
        return "failed"


def _storage_answers(app: App) -> str:
    app.context.storage.journal.head()
    return "ok"


def _keys_open(app: App) -> str:
    keys = app.context.keys
    epoch, wrapped = keys.wrap(_PROBE, _SCOPE)
    if keys.unwrap(epoch, wrapped, _SCOPE) != _PROBE:
        raise DecryptionError("a key that was wrapped doesn't come back; restore the keys from their copy")
    return "ok"


def _migrations(app: App) -> str:
    """Another process of a newer version may have migrated the storage while this one was running."""
    pending = pending_in(app.context.storage)
    return "not current" if pending is not None and pending.steps else "ok"
