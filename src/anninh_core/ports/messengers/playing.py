"""The port for simulated platforms, as in `anninh demo`: simulated people write to the account, and read its messages.

A type of messenger may provide one; none has to. All content in it is fictitious, and so are all secrets.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.vocabulary.messages import Attachment, WebhookRequest


class Entrance(Protocol):
    """Receiver of a simulated platform's events."""

    def accept(self, request: WebhookRequest) -> object:
        """Accept an event without the network; when the method returns, the event is durable."""
        ...

    def url(self) -> str:
        """Open the web server on loopback, if it isn't open yet, and return the address that events are posted to.

        Raises:
            ConfigurationError: the play has no web server.
        """
        ...


class PretendPlatform(Protocol):
    """A simulated platform with people and groups around one official account, controlled by a play. Only one thread at
    a time plays.
    """

    @property
    def lasts(self) -> bool:
        """Whether the simulated platform's state survives in its folder after the process has ended, so that a stopped
        play can continue.
        """
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """Settings that the messenger instance needs to connect to the platform."""
        ...

    def admit(self, messenger: Messenger, entrance: Entrance) -> None:
        """Give the app's messenger access to the account, and set the receiver of events. Called once, at the start."""
        ...

    def new_day(self) -> None:
        """Begin a new day on the simulated platform: every person opens the conversation with the account, as if
        waiting for an answer.

        Called at least once a day; platforms that limit the time for messages to a person need it.
        """
        ...

    def person(self, name: str, key: str = "") -> str:
        """Return the platform's id of a person; create an account if there is none yet.

        Args:
            name: the person's display name.
            key: the play's id of the person, if two share a name; the platform may use it as its own id.
        """
        ...

    def says(
        self, person: str, text: str, *, group: str = "", attachments: Sequence[Attachment] = (), reply_to: str = ""
    ) -> None:
        """Let a person write to the account, or in the group with this id, joining the group if needed.

        Args:
            person: the person's id on the platform.
            text: text of the message.
            group: the group's id on the platform, "" for the account alone.
            attachments: attachments; the platform invents their content.
            reply_to: the platform's id of the quoted message, or "".
        """
        ...

    def said(self) -> Sequence[str]:
        """Return the platform's ids of all messages sent by `says`, oldest first."""
        ...

    def heard(self, person: str) -> Sequence[str]:
        """Return the account's direct messages to a person, oldest first."""
        ...

    def groups(self) -> Mapping[str, str]:
        """Return the groups of the account, id -> title."""
        ...

    def shows(self, group: str, members: int | None = None, link: str = "") -> None:
        """Set how many members a group has on the platform, as more than those who take part in the play, and its link
        if the platform supports it.

        Most people in a group write nothing, and aren't simulated.
        """
        ...

    def deliver(self) -> int:
        """Deliver every due event to the entrance, in this thread, and return the number of events."""
        ...


@runtime_checkable
class Playable(Protocol):
    """A type of messenger with its own simulated platform."""

    def pretended(self, clock: Clock, folder: Path) -> AbstractContextManager[PretendPlatform]:
        """Open the simulated platform until the end of the `with` block.

        Args:
            clock: the play's clock.
            folder: the play's folder, for a platform that keeps its state.
        """
        ...
