"""One inspection by `anninh watch`: of the files, the storage, and the worker's notes in it."""

from datetime import datetime
from functools import partial

from anninh_core.app.bootstrap.clock import choose_clock
from anninh_core.app.doctor.file_checks import DataPaths, check_free_space, check_present
from anninh_core.app.doctor.machine import Machine
from anninh_core.app.doctor.questions import describe_failed_check, run_check
from anninh_core.app.faults import WatchTarget, check_operation
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings
from anninh_core.app.storage_upgrade import find_pending_upgrade
from anninh_core.domain.index_specs import SPECS
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.errors import StorageFull
from anninh_core.kernel.sentences import Sentence
from anninh_core.plugins import Plugins
from anninh_core.ports.health import Check, ok, problem
from anninh_core.ports.storages.storage import Storage


def inspect(
    settings: Settings, parts: Parts | None = None, machine: Machine | None = None
) -> tuple[datetime, tuple[Check, ...]]:
    """Return the time of the inspection and its findings; a check that fails is a finding too, and nothing is raised.

    No profile is read, no messenger built, no encrypted data decrypted, and nothing upgraded.

    Args:
        parts: an injected storage or clock.
    """
    parts = parts or Parts()
    clock = parts.clock or SystemClock()
    checks: list[Check] = []
    if parts.storage is None:
        paths = DataPaths.of(settings)
        checks += run_check("storage", partial(check_present, paths), describe_failed_check)
        checks += run_check("disk", partial(check_free_space, paths, machine or Machine()), describe_failed_check)
        if any(check.name == "storage" for check in checks):
            return clock.now(), tuple(checks)
    try:
        storage = parts.storage or Plugins(settings.plugins).open_storage(settings.storage)
    except Exception as error:  # noqa: BLE001  a plugin may raise anything; that the storage doesn't open is the finding
        return clock.now(), (*checks, describe_failed_check("storage", error))
    try:
        if pending_upgrade := _find_pending_upgrade(storage):
            return clock.now(), (*checks, pending_upgrade)
        storage.prepare(SPECS)  # `prepare` changes nothing here, because no upgrade is pending.
        now = (parts.clock or choose_clock(storage, settings)).now()
        target = WatchTarget(storage=storage, messengers=tuple(settings.messengers), silence=settings.watch.silence)
        checks += run_check("storage", partial(_check_storage, storage), describe_failed_check)
        return now, (*checks, *check_operation(target, now))
    except Exception as error:  # noqa: BLE001  a database that opens may still be damaged everywhere
        return clock.now(), (*checks, describe_failed_check("storage", error))
    finally:
        if parts.storage is None:
            storage.close()


def _find_pending_upgrade(storage: Storage) -> Check | None:
    """Return a finding if a storage waits for an upgrade, which opening it would carry out, or None."""
    upgrade = find_pending_upgrade(storage)
    if upgrade is None or (upgrade.found and not upgrade.steps):
        return None
    what = Sentence(
        "The storage has revision {revision}, but this program needs {newest}.",
        revision=upgrade.found or (),
        newest=upgrade.newest,
    )
    return problem("storage", what, "Run `anninh storage upgrade`, and restart the processes.")


def _check_storage(storage: Storage) -> Check:
    """Check that the storage can be read and written."""
    storage.journal.head()
    try:
        storage.try_write()
    except StorageFull:
        return problem("storage", "The disk is full, so nothing can be received.", "Free some space now.")
    return ok("storage", "The storage can be read and written.")
