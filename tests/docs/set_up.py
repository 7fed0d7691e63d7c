"""Functions that write parts of the reference about settings and permissions from the code."""

from collections.abc import Callable, Mapping

from pydantic import BaseModel
from tests.docs.models import describe_fields
from tools.reference.markdown import write_table

from anninh_core.app import MessengerSettings, Settings
from anninh_core.app.collector_settings import CollectorSettings
from anninh_core.app.settings import (
    ApiSettings,
    CourierSettings,
    DoorSettings,
    FileSettings,
    HeadSettings,
    RateSettings,
    SignInSettings,
)
from anninh_core.app.sign_in.settings import OidcSettings, PasskeySettings, ProxySettings
from anninh_core.profile import load_profile
from anninh_core.usecase.actor import SYSTEM_PERMISSIONS
from anninh_core.vocabulary.permissions import EVERY_OFFICER, Permission


def settings() -> str:
    """Return a table of the fields of `anninh.toml`."""
    tables: dict[str, type[BaseModel]] = {
        "door": DoorSettings,
        "door.api": ApiSettings,
        "files": FileSettings,
        "sign_in": SignInSettings,
        "sign_in.oidc": OidcSettings,
        "sign_in.proxy": ProxySettings,
        "sign_in.passkeys": PasskeySettings,
        "messengers.<instance>": MessengerSettings,
        "messengers.<instance>.pace": RateSettings,
        "heads": HeadSettings,
        "collectors.<name>": CollectorSettings,
        "heads.couriers.<name>": CourierSettings,
    }
    parts = [f"## `[{name}]`\n\n{describe_fields(model)}" for name, model in tables.items()]
    return "\n\n".join([describe_fields(Settings), *parts])


def permissions() -> str:
    """Return a table of the permissions, each with the shipped profile's roles that have it and the parts of the
    program that have it themselves.
    """
    roles = load_profile("hoa_lu_2021").roles
    rows = []
    for permission in Permission:
        granting_roles = [f"`{id}`" for id, role in roles.items() if permission in role.permissions]
        parts = [f"`system:{part}`" for part, held in SYSTEM_PERMISSIONS.items() if permission in held]
        roles_text = "every role" if permission in EVERY_OFFICER else ", ".join(granting_roles)
        rows.append((f"`{permission.value}`", roles_text or "none", ", ".join(parts) or "none"))
    return write_table(("Permission", "Roles that give it", "Parts of the program that have it"), rows)


SET_UP_PARTS: Mapping[str, Callable[[], str]] = {function.__name__: function for function in (settings, permissions)}
