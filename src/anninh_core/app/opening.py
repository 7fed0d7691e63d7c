"""Opening an app: what may be handed in, and the door. Behind it, `bootstrap` loads what is used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:  # a program that only names the door, as every import of it does, waits for nothing
    from anninh_core.app.app import App
    from anninh_core.app.settings import Settings
    from anninh_core.ports.blobs import Blobs
    from anninh_core.ports.clock import Clock, Ids
    from anninh_core.ports.keys import Keys
    from anninh_core.ports.messenger import Messenger
    from anninh_core.ports.storage import Storage
    from anninh_core.vocabulary.district import District


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
    from anninh_core.app.bootstrap.app import build_app  # noqa: PLC0415  see above

    return build_app(district, settings, parts or Parts())
