"""Official security chat groups: tips, reviewed content, moderation by people, signed reports.

::

    from anninh_core import load_profile, open_app

    with open_app(load_profile("hoa_lu_2021")) as app:
        ...
"""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core._version import __version__
    from anninh_core.app import App, MessengerSettings, Parts, Settings, load_settings, open_app
    from anninh_core.profile import load_profile, shipped_profiles
    from anninh_core.usecase import Actor, Composition, person, system
    from anninh_core.usecase.views import to_json, to_plain

__all__ = [
    "Actor",
    "App",
    "Composition",
    "MessengerSettings",
    "Parts",
    "Settings",
    "__version__",
    "load_profile",
    "load_settings",
    "open_app",
    "person",
    "shipped_profiles",
    "system",
    "to_json",
    "to_plain",
]

lazy(
    __name__,
    {
        "Actor": "usecase",
        "App": "app",
        "Composition": "usecase",
        "MessengerSettings": "app",
        "Parts": "app",
        "Settings": "app",
        "__version__": "_version",
        "load_profile": "profile",
        "load_settings": "app",
        "open_app": "app",
        "person": "usecase",
        "shipped_profiles": "profile",
        "system": "usecase",
        "to_json": "usecase.views",
        "to_plain": "usecase.views",
    },
)
