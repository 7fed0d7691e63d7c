"""A pretend platform for plays such as `anninh demo`: people who write to the account, and hear what it answers.

A type of messenger may bring one along; none owes it. Whatever is said there is made up, and so are all secrets.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, runtime_checkable

from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.vocabulary.messages import Attachment, WebhookRequest


class Entrance(Protocol):
    """Where a pretend platform brings its events."""

    def accept(self, request: WebhookRequest) -> object:
        """Hand an event in without the network; on return it is durable."""
        ...

    def url(self) -> str:
        """Open the web door on loopback, if it isn't open yet, and return where events are posted to.

        Raises:
            ConfigurationError: whoever plays has no web door.
        """
        ...


class PretendPlatform(Protocol):
    """People and groups around one official account, as a play moves them. One thread at a time plays."""

    @property
    def lasts(self) -> bool:
        """Whether it is found again in its folder after the process ended: then a stopped play can go on."""
        ...

    @property
    def options(self) -> Mapping[str, str]:
        """What the settings of the messenger instance have to say to reach it."""
        ...

    def admit(self, messenger: Messenger, entrance: Entrance) -> None:
        """Give the app's messenger its right to the account, and learn where events go. Called once, at the start."""
        ...

    def new_day(self) -> None:
        """Let a day begin: everybody opens the conversation with the account, as who waits for an answer does.

        Called once a day at least; a platform that lets people be written to only for so long needs it.
        """
        ...

    def person(self, name: str, key: str = "") -> str:
        """Return the platform's id of a person, who gets an account if there is none yet.

        Args:
            name: as they call themselves.
            key: what the play knows them by, where two share a name; the platform may take it as its own id.
        """
        ...

    def says(
        self, person: str, text: str, *, group: str = "", attachments: Sequence[Attachment] = (), reply_to: str = ""
    ) -> None:
        """Let a person write to the account, or in the group with this id, which they join if need be.

        Args:
            person: their id on the platform.
            text: as they type it.
            group: the group's id on the platform, "" for the account alone.
            attachments: what goes along; the platform makes up what lies behind them.
            reply_to: the platform's id of the message quoted, or "".
        """
        ...

    def said(self) -> Sequence[str]:
        """Return the platform's ids of everything that `says` has said, oldest first."""
        ...

    def heard(self, person: str) -> Sequence[str]:
        """Return what the account wrote to a person alone, oldest first."""
        ...

    def groups(self) -> Mapping[str, str]:
        """Return id -> title of the account's groups."""
        ...

    def shows(self, group: str, members: int | None = None, link: str = "") -> None:
        """Let a group show more members than those who play a part in it, or another link where the platform can.

        Most people in a group say nothing, and nobody plays them.
        """
        ...

    def deliver(self) -> int:
        """Bring every event that is due to the entrance, in this thread, and return how many there were."""
        ...


@runtime_checkable
class Playable(Protocol):
    """A type of messenger that brings its own pretend platform."""

    def pretended(self, clock: Clock, folder: Path) -> AbstractContextManager[PretendPlatform]:
        """Open the platform until the end of the `with` block.

        Args:
            clock: whose time it is there, the play's.
            folder: of the play, for a platform that lasts.
        """
        ...
