"""The function that opens an app; the implementation in `bootstrap` is imported only when an app is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from anninh_core.app.injected_ports import Parts

if TYPE_CHECKING:  # These modules are imported only when an app is opened, so that importing `open_app` stays cheap.
    from anninh_core.app.app import App
    from anninh_core.app.settings import Settings
    from anninh_core.vocabulary.district import District


def open_app(district: District, settings: Settings | None = None, parts: Parts | None = None) -> App:
    """Open an app for a district. It uses the machine's clock, or a demo's clock on the storage of a demo.

    Args:
        district: the profile, from `load_profile`.
        settings: see `Settings`; the defaults keep everything in files of the working directory.
        parts: injected ports, for tests and for programs with their own backends. An injected clock is used even on the
            storage of a demo.

    Raises:
        ConfigurationError: a plugin, a messenger option or a file is wrong; or the storage belongs to another district
            or other keys; or it is a demo's and the settings are for real work. The message names the cause.
        StorageError: the storage can't be opened.
    """
    from anninh_core.app.bootstrap.app import build_app  # noqa: PLC0415  see above

    return build_app(district, settings, parts or Parts())
