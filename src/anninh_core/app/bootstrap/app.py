"""Building an app: the one place where ports meet adapters."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from anninh_core.app.app import App
from anninh_core.app.listeners import CommitListeners
from anninh_core.app.pacing import paces
from anninh_core.app.parts import Parts
from anninh_core.app.settings import Settings
from anninh_core.app.showing import shown_files
from anninh_core.app.upgrading import require_upgraded
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.messaging.outbound.buckets import RateLimit
from anninh_core.plugins import Plugins
from anninh_core.ports.adapter import AdapterServices
from anninh_core.ports.clock import RandomIds, SystemClock
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.storage import Storage
from anninh_core.rooms.index_specs import SPECS
from anninh_core.rooms.services import Services
from anninh_core.rooms.units.service import GrantPermits
from anninh_core.vocabulary.district import District
from anninh_core.work.adapter_state import SealedState
from anninh_core.work.context import UseCaseContext
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.sealed_blobs import SealedBlobs

if TYPE_CHECKING:
    from anninh_core.messaging.failures.desk import FailureDesk
    from anninh_core.worker.worker import Worker


def build_app(district: District, settings: Settings | None, parts: Parts) -> App:
    """Return an app with ports from the settings where none were handed in; see `open_app`."""
    settings = settings or Settings()
    plugins = Plugins(settings.plugins, extra=parts.plugins)
    clock = parts.clock or SystemClock()
    context = UseCaseContext(
        district=district,
        storage=parts.storage or _storage(plugins, settings.storage),
        keys=parts.keys or plugins.keys("local")(Path(settings.keys)),
        blobs=parts.blobs or plugins.blobs("local")(Path(settings.blobs)),
        clock=clock,
        ids=parts.ids or RandomIds(clock),
    )
    listeners = CommitListeners(plugins)
    runner = UseCaseRunner(context=context, permits=GrantPermits(context), observers=[listeners])
    rooms = Services(runner)
    if not settings.auto_upgrade:
        require_upgraded(runner.context.storage)
    runner.context.storage.prepare(SPECS)
    _belongs(runner)
    runner.context.storage.counters.gather(district.unit_sets())
    messengers = dict(parts.messengers or {}) | _messengers(runner, plugins, settings, parts.messengers or {})
    shown_files(messengers)  # a name that can't be shown is told now, not when the door opens
    build = partial(_build_worker, runner, rooms, plugins, messengers, paces(messengers, settings.messengers))
    build_desk = partial(_build_failure_desk, runner, rooms, messengers)
    return App(
        runner=runner,
        services=rooms,
        plugins=plugins,
        messengers=messengers,
        build_worker=build,
        build_failure_desk=build_desk,
    )


def _build_worker(
    runner: UseCaseRunner,
    rooms: Services,
    plugins: Plugins,
    messengers: Mapping[str, Messenger],
    limits: Mapping[str, RateLimit],
) -> Worker:
    from anninh_core.app.bootstrap.worker import build_worker  # noqa: PLC0415  many programs never ask for the worker

    return build_worker(runner, rooms, plugins, messengers, limits)


def _build_failure_desk(runner: UseCaseRunner, rooms: Services, messengers: Mapping[str, Messenger]) -> FailureDesk:
    from anninh_core.app.bootstrap.messaging import build_failure_desk  # noqa: PLC0415  many programs never ask for it

    return build_failure_desk(runner, rooms, messengers)


def _storage(plugins: Plugins, url: str) -> Storage:
    scheme = url.partition(":")[0]
    if not scheme or scheme == url:
        raise ConfigurationError(f"storage {url!r} is no URL; write for instance sqlite:///anninh.db")
    return plugins.storage(scheme)(url)


def _messengers(
    runner: UseCaseRunner, plugins: Plugins, settings: Settings, handed_in: Mapping[str, Messenger]
) -> dict[str, Messenger]:
    built: dict[str, Messenger] = {}
    for instance, chosen in settings.messengers.items():
        if "." in instance or not instance:
            raise ConfigurationError(f"messengers.{instance}: an instance name has at least one letter and no dots")
        if instance in handed_in:
            continue
        services = AdapterServices(
            clock=runner.context.clock,
            ids=runner.context.ids,
            state=SealedState(runner, instance),
            blobs=SealedBlobs(runner, runner.context.blobs),
        )
        options = _wording(runner.context.district, chosen.type) | dict(chosen.options)
        built[instance] = plugins.messenger(chosen.type)(instance, options, services)
    return built


def _wording(district: District, type_name: str) -> dict[str, str]:
    """Return the profile's words for a type of messenger (`<type>.<name>`) as its options `wording.<name>`."""
    prefix = f"{type_name}."
    own = {key.removeprefix(prefix): text for key, text in district.wording.items() if key.startswith(prefix)}
    return {f"wording.{name}": text for name, text in own.items()}


def _belongs(runner: UseCaseRunner) -> None:
    """Let a store be opened only for the authority that it was made for, and with the keys that it was made with.

    Other keys would open nothing of it, and would take every known resident for a new one.
    """
    root, mark = runner.context.district.root, runner.context.keys.blind("app", "keys")
    if (owner := _noted(runner, "authority", root)) != root:
        raise ConfigurationError(
            f"this storage belongs to authority {owner!r}, the profile's root is {root!r}; open it with its own profile"
        )
    if _noted(runner, "keys", mark) != mark:
        raise ConfigurationError(
            "this storage was made with other keys; put its key file back, or name it in the settings under `keys`"
        )


def _noted(runner: UseCaseRunner, name: str, value: str) -> str:
    """Return what was noted when the store was first opened, which may be now."""
    states = runner.context.storage.states
    if (found := states.get("app", name)) is not None:
        return found.body.decode()
    if states.put("app", name, value.encode(), 0):
        return value
    return _noted(runner, name, value)  # another process was first
