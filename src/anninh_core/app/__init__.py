"""Opening an app: where ports meet adapters."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.app.app import App
    from anninh_core.app.factory import open_app
    from anninh_core.app.parts import Parts
    from anninh_core.app.settings import MessengerSettings, Settings
    from anninh_core.app.settings_file import FILE_NAME, load_settings

__all__ = [
    "FILE_NAME",
    "App",
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
        "FILE_NAME": "settings_file",
        "MessengerSettings": "settings",
        "Parts": "parts",
        "Settings": "settings",
        "load_settings": "settings_file",
        "open_app": "factory",
    },
)
