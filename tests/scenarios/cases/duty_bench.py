"""A test bench with officers on duty, their bound chats, and a clock for the urgent notices to them, on any storage."""

from datetime import time, timedelta

from attrs import frozen

from anninh_core.app import App
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.alarm import Alarm
from anninh_core.testing import Dialog, FixedClock, MockChat
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

FIRE = "Cháy nhà ở xóm 3 các anh ơi, đến ngay"
NIGHT = Shift(start=time(17), end=time(7), officers=("x",))


@frozen
class DutyBench:
    """An app with the officers of a district and the chat that they use."""

    app: App
    chat: MockChat
    clock: FixedClock
    dialog: Dialog
    boss: Actor

    @classmethod
    def of(cls, app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> "DutyBench":
        roles = ("tip_supervisor", "standing_officer", "operator")
        return cls(app, chat, clock, dialog, UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", *roles))

    def appoint_officer(self, name: str, unit: str = "hoa-lu", *roles: str, bind: bool = True) -> Actor:
        """Appoint an officer, and bind their chat by a code unless `bind` is False."""
        actor = UnsafeLocalUsers(self.app).appoint(name, unit, *(roles or ("tip_officer",)))
        if bind:
            self.bind_chat(name, actor)
        return actor

    def bind_chat(self, name: str, actor: Actor) -> None:
        code = self.app.units.begin_binding(self.boss, actor.id)
        self.dialog.says(name, code.code)
        self.dialog.hears(name, "đã gắn")

    def put_on_duty(self, *officers: Actor, unit: str = "hoa-lu") -> None:
        """Put officers on duty from 17:00 until 7:00, every day."""
        shift = Shift(start=time(17), end=time(7), officers=tuple(officer.id for officer in officers))
        day = self.clock.now().date() - timedelta(days=2)
        self.app.duty.set_roster(self.boss, unit, shifts=[shift], valid_from=day)

    def wait(self, minutes: int) -> None:
        """Advance the clock minute by minute, and run the worker at each step."""
        for _ in range(minutes):
            self.clock.advance(timedelta(minutes=1))
            self.app.worker.jobs["page_officers"].run()
            self.app.worker.jobs["tell_new_tips"].run()
            self.app.worker.drain()

    def list_alarms(self) -> list[Alarm]:
        return list(self.app.duty.alarms(self.boss, open=False).items)

    def get_only_alarm(self) -> Alarm:
        (alarm,) = self.list_alarms()
        return alarm
