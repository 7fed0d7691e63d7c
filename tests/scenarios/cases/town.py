"""A district with an official account and one commune's account, where residents write and officers work."""

from datetime import UTC, datetime
from functools import partial

from attrs import frozen

from anninh_core.app import App, MessengerSettings, Settings
from anninh_core.domain.tips import Tip
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing import (
    Dialog,
    FixedClock,
    MockChat,
    MockMessenger,
    SeededIds,
    memory_app,
    memory_services,
    pump,
)
from anninh_core.testing.apps import shipped_district
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase.actor import Actor
from anninh_core.vocabulary.district import District

AN = "Thử Văn An"
BINH = "Thử Thị Bình"
CUC = "Thử Thị Cúc"
THEFT = "Đêm qua nhà tôi bị mất trộm xe máy"


@frozen
class TwoAccountTown:
    """A district with an official account `oa` and the account `hoa` of the commune Ninh Hòa."""

    app: App
    district_chat: MockChat
    commune_chat: MockChat
    clock: FixedClock

    @property
    def district_dialog(self) -> Dialog:
        return Dialog(self.district_chat, partial(pump, self.app, self.district_chat, "oa"))

    @property
    def commune_dialog(self) -> Dialog:
        return Dialog(self.commune_chat, partial(pump, self.app, self.commune_chat, "hoa"))

    def appoint_officer(self, unit: str, role: str = "tip_officer") -> Actor:
        return UnsafeLocalUsers(self.app).appoint(f"Cán bộ {unit}", unit, role)

    def tips(self, unit: str = "hoa-lu") -> list[Tip]:
        """Return the tips that an officer of `unit` sees, oldest first."""
        return [*reversed(self.app.tips.list(self.appoint_officer(unit)).items)]

    def heard(self, person: str) -> list[str]:
        return self.district_chat.hears(self.district_chat.person(person))


def open_town(storage: Storage, district: District, units: dict[str, str]) -> TwoAccountTown:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    ids = SeededIds(clock)
    chats = {name: MockChat(clock) for name in ("oa", "hoa")}
    messengers = {name: MockMessenger.on(c, name, memory_services(clock, ids)) for name, c in chats.items()}
    bound = {name: MessengerSettings(type="mock", unit=unit) for name, unit in units.items()}
    settings = Settings(messengers=bound)
    app = memory_app(clock=clock, ids=ids, district=district, settings=settings, messengers=messengers, storage=storage)
    return TwoAccountTown(app, chats["oa"], chats["hoa"], clock)


def open_bound_town(storage: Storage) -> TwoAccountTown:
    """Open a town with its accounts bound to the district and to Ninh Hòa."""
    return open_town(storage, shipped_district(), {"oa": "hoa-lu", "hoa": "ninh-hoa"})
