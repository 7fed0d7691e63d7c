"""The district of the access tests, with its two communes and officers."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

from attrs import evolve, frozen
from tests.support.passkey_device import DOMAIN, ORIGIN

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.app.settings import ApiSettings, DoorSettings, RateSettings, SignInSettings
from anninh_core.app.sign_in.settings import PasskeySettings
from anninh_core.domain.units.model import OFFICER, Officer, RoleGrant
from anninh_core.kernel.dates import VIETNAM
from anninh_core.ports.clock import Ids
from anninh_core.testing import FixedClock, MockChat, SeededIds, memory_app
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District, Role
from anninh_core.vocabulary.permissions import Permission

# In order: the district, the commune that owns the requested records, and the commune of the officer who requests them.
ROOT = "hoa-lu"
HERE = "ninh-hoa"
THERE = "ninh-hai"

EVERYTHING = "everything"
"""A role with every permission, so that a refusal can only be due to the wrong unit."""

NOW = datetime(2021, 9, 18, 9, tzinfo=VIETNAM)
"""A Saturday on which the roll-out is over and its report is due the next day."""


@frozen
class People:
    """Two officers, each with every permission on the whole district.

    Attributes:
        boss, second: `second` prepares acts that need a second officer to complete them.
    """

    boss: Actor
    second: Actor


def district() -> District:
    """Return the shipped district with the role `EVERYTHING` added."""
    shipped = shipped_district()
    role = Role(EVERYTHING, "Mọi quyền", frozenset(Permission))
    return evolve(shipped, roles={**shipped.roles, EVERYTHING: role})


def build_settings(folder: Path) -> Settings:
    """Return settings with assisted posting as `zalo` into `folder`, and with rate limits too high to be reached."""
    assisted = MessengerSettings(type="assisted", options={"folder": str(folder)})
    no_limit = RateSettings(per_minute=100_000, burst=10_000)
    return Settings(
        plugins=("assisted", "opinions", "formatters"),
        messengers={"zalo": assisted},
        look_span_minutes=0,
        door=DoorSettings(api=ApiSettings(account_pace=no_limit, address_pace=no_limit)),
        sign_in=SignInSettings(passkeys=PasskeySettings(rp_id=DOMAIN, origins=(ORIGIN,))),
    )


def open_district(folder: Path, clock: FixedClock, ids: Ids | None = None) -> App:
    """Open an in-memory app with the mock messenger `oa` and assisted posting as `zalo`."""
    ids = ids or SeededIds(clock)
    return memory_app(MockChat(clock), clock=clock, ids=ids, district=district(), settings=build_settings(folder))


def store_officer(
    app: App, name: str, *units: str, home: str = "", until: date = date.max, proposed_by: str = ""
) -> Actor:
    """Store an officer with every permission on some units, bypassing the rules about granting roles."""
    grants = tuple(RoleGrant(role=EVERYTHING, unit=unit, valid_to=until, proposed_by=proposed_by) for unit in units)
    officer = Officer(id=app.internals.context.ids.new(), name=name, unit=home or units[0], grants=grants)

    def save_officer(uow: UnitOfWork) -> Officer:
        uow.permit(ROOT)
        return uow.save(OFFICER, officer)

    app.internals.runner.run_command(system("setup"), "test.appoint", Permission.GRANT, save_officer)
    return person(officer.id)


def get_tables(app: App) -> Any:
    """Return the content of the app's storage."""
    storage = app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    return storage.tables
