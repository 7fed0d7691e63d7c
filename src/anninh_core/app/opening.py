"""Opening an app: the one place where ports meet adapters."""

import logging
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from anninh_core.app.app import App
from anninh_core.app.settings import Settings
from anninh_core.app.upgrading import require_upgraded
from anninh_core.dispatch.buckets import Pace
from anninh_core.dispatch.delivery import Delivery
from anninh_core.dispatch.gate import Gate
from anninh_core.dispatch.inbound import Inbound
from anninh_core.dispatch.intake import Intake
from anninh_core.dispatch.outgoing import Outgoing
from anninh_core.dispatch.pacing import Pacer
from anninh_core.dispatch.processes.advising import Advising
from anninh_core.dispatch.processes.founding import Founding
from anninh_core.dispatch.processes.heard import Heard
from anninh_core.dispatch.processes.marking import Marking
from anninh_core.dispatch.processes.moderating import Moderating
from anninh_core.dispatch.processes.papers import Papers
from anninh_core.dispatch.processes.posting import Posting
from anninh_core.dispatch.processes.publishing import Publishing
from anninh_core.dispatch.reactions import Reactions
from anninh_core.dispatch.rooms import Rooms
from anninh_core.dispatch.settling import Settling
from anninh_core.dispatch.wiring import KINDS, arrivals, failures, reactions, rooms_at, rounds, urgent
from anninh_core.dispatch.worker import Worker
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.adapter import AdapterServices
from anninh_core.ports.blobs import Blobs
from anninh_core.ports.changes import ChangeSet
from anninh_core.ports.clock import Clock, Ids, RandomIds, SystemClock
from anninh_core.ports.keys import Keys
from anninh_core.ports.messenger import Messenger
from anninh_core.ports.storage import Storage
from anninh_core.rooms.units.service import GrantPermits
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.events import CommittedEvent
from anninh_core.work.adapter_state import SealedState
from anninh_core.work.desk import Desk
from anninh_core.work.sealed_blobs import SealedBlobs

_log = logging.getLogger(__name__)


@frozen(kw_only=True)
class Parts:
    """Ports filled by hand instead of by the settings; None means "as the settings say"."""

    storage: Storage | None = None
    keys: Keys | None = None
    blobs: Blobs | None = None
    clock: Clock | None = None
    ids: Ids | None = None
    messengers: Mapping[str, Messenger] | None = None
    plugins: Mapping[str, object] | None = None


def open_app(district: District, settings: Settings | None = None, parts: Parts | None = None) -> App:
    """Open an app for a district.

    Args:
        district: the profile, from `load_profile`.
        settings: see `Settings`; the defaults keep everything in files of the working directory.
        parts: ports handed in, for tests and for programs with backends of their own.

    Raises:
        ConfigurationError: a plugin, a messenger option or a file is wrong, or the storage belongs to another district
            or other keys; the message names it.
        StorageError: the storage can't be opened.
    """
    settings, parts = settings or Settings(), parts or Parts()
    plugins = Plugins(settings.plugins, extra=parts.plugins)
    clock = parts.clock or SystemClock()
    desk = Desk(
        district=district,
        storage=parts.storage or _storage(plugins, settings.storage),
        keys=parts.keys or plugins.keys("local")(Path(settings.keys)),
        blobs=parts.blobs or plugins.blobs("local")(Path(settings.blobs)),
        clock=clock,
        ids=parts.ids or RandomIds(clock),
    )
    rooms = rooms_at(desk)
    desk.permits = GrantPermits(rooms.units)
    desk.committed = lambda changes: _tell(plugins, changes)
    if not settings.auto_upgrade:
        require_upgraded(desk.storage)
    desk.storage.prepare([kind.spec for kind in KINDS])
    _belongs(desk)
    messengers = dict(parts.messengers or {}) | _messengers(desk, plugins, settings, parts.messengers or {})
    paces = {name: pace for name, chosen in settings.messengers.items() if (pace := chosen.pacing()) is not None}
    return _wired(desk, rooms, plugins, messengers, paces)


def _wired(
    desk: Desk, rooms: Rooms, plugins: Plugins, messengers: Mapping[str, Messenger], paces: Mapping[str, Pace]
) -> App:
    intake = Intake(desk, rooms.conversations, messengers)
    settling = Settling(desk, arrivals(rooms), failures(rooms))
    gate = Gate(desk.district, Pacer(desk.storage.states, paces), urgent(desk))
    outgoing = Outgoing(desk, rooms.conversations, messengers, settling, gate)
    worker = Worker(
        desk,
        Inbound(desk, messengers, Heard(rooms, plugins)),
        Reactions(desk, reactions(rooms)),
        outgoing,
        rounds(rooms),
    )
    delivery = Delivery(desk, settling.arrived)
    return App(
        desk=desk,
        rooms=rooms,
        plugins=plugins,
        messengers=messengers,
        intake=intake,
        worker=worker,
        delivery=delivery,
        posting=Posting(desk, delivery, messengers),
        advising=Advising(desk, rooms, plugins),
        founding=Founding(desk, rooms, messengers),
        marking=Marking(desk, rooms, messengers, intake),
        moderating=Moderating(desk, rooms, messengers),
        publishing=Publishing(desk, rooms, plugins),
        papers=Papers(desk, rooms, plugins),
    )


def _storage(plugins: Plugins, url: str) -> Storage:
    scheme = url.partition(":")[0]
    if not scheme or scheme == url:
        raise ConfigurationError(f"storage {url!r} is no URL; write for instance sqlite:///anninh.db")
    return plugins.storage(scheme)(url)


def _messengers(
    desk: Desk, plugins: Plugins, settings: Settings, handed_in: Mapping[str, Messenger]
) -> dict[str, Messenger]:
    built: dict[str, Messenger] = {}
    for instance, chosen in settings.messengers.items():
        if "." in instance or not instance:
            raise ConfigurationError(f"messengers.{instance}: an instance name has at least one letter and no dots")
        if instance in handed_in:
            continue
        services = AdapterServices(
            clock=desk.clock, ids=desk.ids, state=SealedState(desk, instance), blobs=SealedBlobs(desk, desk.blobs)
        )
        options = _wording(desk.district, chosen.type) | dict(chosen.options)
        built[instance] = plugins.messenger(chosen.type)(instance, options, services)
    return built


def _wording(district: District, type_name: str) -> dict[str, str]:
    """Return the profile's words for a type of messenger (`<type>.<name>`) as its options `wording.<name>`."""
    prefix = f"{type_name}."
    own = {key.removeprefix(prefix): text for key, text in district.wording.items() if key.startswith(prefix)}
    return {f"wording.{name}": text for name, text in own.items()}


def _belongs(desk: Desk) -> None:
    """Let a store be opened only for the authority that it was made for, and with the keys that it was made with.

    Other keys would open nothing of it, and would take every known resident for a new one.
    """
    root, mark = desk.district.root, desk.keys.blind("app", "keys")
    if (owner := _noted(desk, "authority", root)) != root:
        raise ConfigurationError(
            f"this storage belongs to authority {owner!r}, the profile's root is {root!r}; open it with its own profile"
        )
    if _noted(desk, "keys", mark) != mark:
        raise ConfigurationError(
            "this storage was made with other keys; put its key file back, or name it in the settings under `keys`"
        )


def _noted(desk: Desk, name: str, value: str) -> str:
    """Return what was noted when the store was first opened, which may be now."""
    states = desk.storage.states
    if (found := states.get("app", name)) is not None:
        return found.body.decode()
    if states.put("app", name, value.encode(), 0):
        return value
    return _noted(desk, name, value)  # another process was first


def _tell(plugins: Plugins, changes: ChangeSet) -> None:
    """Tell the listeners of a commit; those that fail are named in the log, and nobody waits for them."""
    entry = changes.entry
    if entry is not None:
        touched = tuple(f"{t.kind}:{t.id}" for t in entry.touched)
        event = CommittedEvent(
            entry=entry.id, action=entry.action, events=entry.events, unit=entry.unit, touched=touched
        )
        for failure in plugins.committed(event):
            _log.warning("listener %s failed in %s: %s", failure.plugin, failure.hook, failure.reason)
