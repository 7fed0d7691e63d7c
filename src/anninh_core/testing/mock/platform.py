"""The mock chat as the simulated platform of a demo."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from anninh_core.ports.clock import Clock
from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.playing import Entrance
from anninh_core.testing.mock.service import MockChat
from anninh_core.vocabulary.messages import Attachment

_FILE_NAME = "chat.jsonl"


@contextmanager
def open_mock_platform(clock: Clock, folder: Path) -> Iterator["MockPlatform"]:
    """Yield a simulated platform with a chat that is stored in a file of `folder`; the messenger uses the same file."""
    yield MockPlatform(MockChat(clock, folder / _FILE_NAME))


class MockPlatform:
    """A platform simulated by a `MockChat`; its events are delivered without the network."""

    lasts = True

    def __init__(self, chat: MockChat) -> None:
        self._chat = chat
        self._entrance: Entrance | None = None

    @property
    def options(self) -> Mapping[str, str]:
        """Options of the messenger: the path of the chat's file, relative to the folder of the settings."""
        return {"path": _FILE_NAME}

    def admit(self, messenger: Messenger, entrance: Entrance) -> None:
        """Store the entrance to which the platform's events are delivered."""
        self._entrance = entrance

    def new_day(self) -> None:
        """Do nothing: in the mock chat the account can always write to people."""

    def person(self, name: str, key: str = "") -> str:
        """Add a person and return the id, which is `key` if it isn't empty."""
        return self._chat.person(name, key or None)

    def says(
        self, person: str, text: str, *, group: str = "", attachments: Sequence[Attachment] = (), reply_to: str = ""
    ) -> None:
        """Let a person write a message."""
        self._chat.says(person, text, group or None, attachments, reply_to)

    def said(self) -> Sequence[str]:
        """Return the ids of the messages that people wrote."""
        return [message.id for message in self._chat.messages() if message.author]

    def heard(self, person: str) -> Sequence[str]:
        """Return the texts that the account wrote to a person."""
        return [message.text for message in self._chat.conversation(person) if not message.author]

    def groups(self) -> Mapping[str, str]:
        """Return the titles of the groups by their ids."""
        return self._chat.groups()

    def shows(self, group: str, members: int | None = None, link: str = "") -> None:
        """Make a group show another number of members or another link."""
        self._chat.shows(group, members, link)

    def deliver(self) -> int:
        """Deliver the waiting events; return their number."""
        if self._entrance is None:
            return 0
        count = 0
        for request in self._chat.webhooks():
            self._entrance.accept(request)
            count += 1
        return count
