"""Opening an app. `bootstrap` loads what is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anninh_core.app.injected_ports import Parts

if TYPE_CHECKING:  # a program that only names `open_app`, as every import of it does, waits for nothing
    from anninh_core.app.app import App
    from anninh_core.app.settings import Settings
    from anninh_core.vocabulary.district import District


def open_app(district: District, settings: Settings | None = None, parts: Parts | None = None) -> App:
    """Open an app for a district. It goes by the machine's clock; on a demo's storage, by the demo's.

    Args:
        district: the profile, from `load_profile`.
        settings: see `Settings`; the defaults keep everything in files of the working directory.
        parts: ports handed in, for tests and for programs with backends of their own. A clock among them is used as it
            is, also on a demo's storage.

    Raises:
        ConfigurationError: a plugin, a messenger option or a file is wrong, the storage belongs to another district
            or other keys, or it is a demo's and the settings are no trial's; the message names it.
        StorageError: the storage can't be opened.
    """
    from anninh_core.app.bootstrap.app import build_app  # noqa: PLC0415  see above

    return build_app(district, settings, parts or Parts())
