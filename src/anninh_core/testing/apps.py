"""An app in memory for tests, and `pump`, which lets the app process the messages of the simulated chat service."""

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
"""Name of the profile that an app in memory has by default."""

CHEAP = PasswordProfile(memory_kib=8, passes=1, lanes=1)
"""Cost of hashing a password in an app in memory: next to nothing, and no protection."""


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
    """Open an app with storage, keys and blobs in memory: nothing of it outlives the process, and no folder is needed.

    Args:
        chat: service behind the messenger instance `oa`; by default a new one.
        clock: by default the machine's clock; it must be the chat's clock, or times won't fit.
        ids: by default the same ids in every run.
        district: by default the shipped profile `hoa_lu_2021`.
        settings: plugins to load and further messengers.
        messengers: instance name -> messenger, added to `oa` or in place of it.
        plugins: name -> module or object with hooks, added to those of the settings.
        storage: by default in memory; the app closes it.
        identity_provider: the authority's sign-in service; by default that of the settings.
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
    """Return the district of the default profile, loaded once a process: loading takes longer than opening an app."""
    return load_profile(SHIPPED)


def pump(app: App, chat: MockChat, instance: str = "oa") -> None:
    """Pass the waiting webhooks of the simulated chat service to the app, and let the app work until nothing is left to
    do now.
    """
    for request in chat.webhooks():
        app.intake.accept(instance, request)
    app.worker.drain()
