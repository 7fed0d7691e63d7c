"""An office with eight officers who have accounts, second factors and a seat at the board each, and residents in the
chat.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta

from attrs import frozen
from tests.scenarios.cases.on_the_board.chats import Chat
from tests.scenarios.cases.on_the_board.seats import Seat
from tests.support.sign_in import AccountHolder, enrol

from anninh_core.app import App
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

STAFF: Mapping[str, tuple[str, str]] = {
    "handler": ("hoa-lu", "tip_officer"),
    "supervisor": ("hoa-lu", "tip_supervisor"),
    "editor": ("hoa-lu", "editor"),
    "reviewer": ("hoa-lu", "reviewer"),
    "admin": ("hoa-lu", "board_admin"),
    "moderator": ("hoa-lu", "moderator"),
    "reporter": ("ninh-hoa", "report_officer"),
    "chief": ("hoa-lu", "standing_officer"),
}
"""Name of a seat -> unit and role of its officer."""
_HALF_A_MINUTE = timedelta(seconds=31)
"""Time until an authenticator app shows a new code, since each code is valid once."""


@frozen
class Office:
    """An office with eight officers, each signed in at the board.

    Attributes:
        seats: seats by their names in `STAFF`.
    """

    app: App
    chat: Chat
    seats: Mapping[str, Seat]
    holders: Mapping[str, AccountHolder]

    def code(self, name: str) -> str:
        """Return a fresh code of an officer's second factor."""
        self.wait(_HALF_A_MINUTE)
        return self.holders[name].code()

    def sign_in_again(self, name: str) -> None:
        """Sign an officer in again, as on a new morning."""
        self.wait(_HALF_A_MINUTE)
        self.seats[name].enter(self.holders[name])

    def wait(self, time: timedelta) -> None:
        """Advance the clock."""
        clock = self.app.internals.context.clock
        assert isinstance(clock, FixedClock)
        clock.advance(time)

    def process_events(self) -> None:
        """Deliver waiting events to the app and run it."""
        self.chat.process_events(self.app)

    def read_last_text(self, person: str) -> str:
        """Return the last private text that a person received."""
        return self.chat.read_last_text(person)

    def says(self, person: str, words: str, group: str = "") -> None:
        """Send a text from a person, and let the app process it."""
        self.chat.says(person, words, group)
        self.process_events()


def open_office(app: App, chat: Chat, sit_down: Callable[[], Seat]) -> Office:
    """Give each officer an account with a second factor, and a seat at the board."""
    users = UnsafeLocalUsers(app)
    granter = users.appoint("Trưởng Ban Mẫu", "hoa-lu", "steering_chair")
    seats: dict[str, Seat] = {}
    holders: dict[str, AccountHolder] = {}
    for name, (unit, role) in STAFF.items():
        actor: Actor = users.appoint(f"Cán bộ {name}", unit, role)
        holders[name] = enrol(app, actor.id, name, by=granter, second_factor=True)
    office = Office(app, chat, seats, holders)
    for name in STAFF:
        office.wait(_HALF_A_MINUTE)
        seats[name] = sit_down()
        seats[name].enter(holders[name])
    return office
