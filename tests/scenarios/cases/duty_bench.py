"""People on duty with bound chats, and the clock that pages them: on the mock, or on any storage."""

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
class Duty:
    """An app with a district's officers."""

    app: App
    chat: MockChat
    clock: FixedClock
    dialog: Dialog
    boss: Actor

    @classmethod
    def of(cls, app: App, chat: MockChat, clock: FixedClock, dialog: Dialog) -> "Duty":
        roles = ("tip_supervisor", "standing_officer", "operator")
        return cls(app, chat, clock, dialog, UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", *roles))

    def officer(self, name: str, unit: str = "hoa-lu", *roles: str, bind: bool = True) -> Actor:
        """Appoint somebody and let them bind their chat by the code."""
        actor = UnsafeLocalUsers(self.app).appoint(name, unit, *(roles or ("tip_officer",)))
        if bind:
            self.bind(name, actor)
        return actor

    def bind(self, name: str, actor: Actor) -> None:
        code = self.app.units.begin_binding(self.boss, actor.id)
        self.dialog.says(name, code.code)
        self.dialog.hears(name, "đã gắn")

    def roster(self, *officers: Actor, unit: str = "hoa-lu") -> None:
        """Let officers be on duty from five in the afternoon until seven, every day."""
        shift = Shift(start=time(17), end=time(7), officers=tuple(one.id for one in officers))
        day = self.clock.now().date() - timedelta(days=2)
        self.app.duty.set_roster(self.boss, unit, shifts=[shift], valid_from=day)

    def wait(self, minutes: int) -> None:
        """Let time pass, a minute at a step, with the worker doing what is due."""
        for _ in range(minutes):
            self.clock.advance(timedelta(minutes=1))
            self.app.worker.jobs["page_officers"].run()
            self.app.worker.jobs["tell_new_tips"].run()
            self.app.worker.drain()

    def alarms(self) -> list[Alarm]:
        return list(self.app.duty.alarms(self.boss, open=False).items)

    def alarm(self) -> Alarm:
        (alarm,) = self.alarms()
        return alarm
