"""The reference of the settings, made from their classes."""

from pydantic import BaseModel
from tests.docs.models import fields

from anninh_core.app import MessengerSettings, Settings
from anninh_core.app.settings import (
    ApiSettings,
    CourierSettings,
    DoorSettings,
    FileSettings,
    HeadSettings,
    RateSettings,
    SignInSettings,
)


def settings() -> str:
    """The fields of `anninh.toml`."""
    tables: dict[str, type[BaseModel]] = {
        "door": DoorSettings,
        "door.api": ApiSettings,
        "files": FileSettings,
        "sign_in": SignInSettings,
        "messengers.<instance>": MessengerSettings,
        "messengers.<instance>.pace": RateSettings,
        "heads": HeadSettings,
        "heads.couriers.<name>": CourierSettings,
    }
    parts = [f"## `[{name}]`\n\n{fields(model)}" for name, model in tables.items()]
    return "\n\n".join([fields(Settings), *parts])
