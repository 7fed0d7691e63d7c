"""A whole app in memory, and the pump that lets it react to what is said in the pretend chat service."""

from collections.abc import Mapping
from functools import cache

from anninh_core.app.app import App
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings
from anninh_core.domain.accounts.credentials.passwords import PasswordProfile
from anninh_core.kernel.clock import SystemClock
from anninh_core.ports.clock import Clock, Ids
from anninh_core.ports.identity_provider import IdentityProvider
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.storages.storage import Storage
from anninh_core.profile.loader import load_profile
from anninh_core.testing.clock import SeededIds
from anninh_core.testing.memory import MemoryBlobs, MemoryKeys, MemoryStorage
from anninh_core.testing.mock.adapter import MockMessenger
from anninh_core.testing.mock.service import MockChat
from anninh_core.testing.services import memory_services
from anninh_core.vocabulary.district import District

SHIPPED = "hoa_lu_2021"
"""The shipped profile that a memory app has unless it is given another."""

CHEAP = PasswordProfile(memory_kib=8, passes=1, lanes=1)
"""What a hash of a password costs in a memory app: next to nothing, and it protects nothing."""


def memory_app(
    chat: MockChat | None = None,
    *,
    clock: Clock | None = None,
    ids: Ids | None = None,
    district: District | None = None,
    settings: Settings | None = None,
    messengers: Mapping[str, Messenger] | None = None,
    plugins: Mapping[str, object] | None = None,
    storage: Storage | None = None,
    identity_provider: IdentityProvider | None = None,
) -> App:
    """Open an app over memory storage, keys and blobs: nothing of it outlives the process, and no folder is needed.

    Args:
        chat: the service behind the messenger instance `oa`; one of its own where none is given.
        clock: the machine's clock unless another is given; the same as the chat's, or times won't fit.
        ids: the same ids in every run unless others are given.
        district: the shipped profile `hoa_lu_2021` unless another is given.
        settings: which plugins are loaded and further messengers; the defaults otherwise.
        messengers: instance name -> messenger, beside or in place of `oa`.
        plugins: name -> module or object with hooks, beside those of the settings.
        storage: in memory unless another is given, which the app closes.
        identity_provider: the authority's sign-in service; the one of the settings unless another is given.
    """
    clock = clock or SystemClock()
    ids = ids or SeededIds(clock)
    blobs = MemoryBlobs()
    oa = MockMessenger.on(chat or MockChat(clock), "oa", memory_services(clock, ids, blobs))
    parts = Parts(
        storage=storage or MemoryStorage(),
        keys=MemoryKeys(),
        blobs=blobs,
        clock=clock,
        ids=ids,
        messengers={"oa": oa} | dict(messengers or {}),
        passwords=CHEAP,
        plugins=plugins,
        identity_provider=identity_provider,
    )
    return open_app(district or shipped_district(), settings, parts)


@cache
def shipped_district() -> District:
    """Return the district of the shipped profile, read once a process: reading takes longer than opening an app."""
    return load_profile(SHIPPED)


def pump(app: App, chat: MockChat, instance: str = "oa") -> None:
    """Bring the waiting webhooks of the service to the app, and let it work until nothing is left to do now."""
    for request in chat.webhooks():
        app.intake.accept(instance, request)
    app.worker.drain()
