"""Opening an app: where ports meet adapters."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.app import App
    from anninh_core.app.collecting.settings import CollectorSettings
    from anninh_core.app.factory import open_app
    from anninh_core.app.parts import Parts
    from anninh_core.app.settings import FILE_NAME, MessengerSettings, Settings, load_settings

__all__ = [
    "FILE_NAME",
    "App",
    "CollectorSettings",
    "MessengerSettings",
    "Parts",
    "Settings",
    "load_settings",
    "open_app",
]

lazy(
    __name__,
    {
        "App": "app",
        "CollectorSettings": "collecting.settings",
        "FILE_NAME": "settings",
        "MessengerSettings": "settings",
        "Parts": "parts",
        "Settings": "settings",
        "load_settings": "settings",
        "open_app": "factory",
    },
)
