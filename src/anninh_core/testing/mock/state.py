"""The pretend service as it stands: what its lines add up to."""

from collections.abc import Collection, Iterator

import msgspec
from attrs import Factory, define

from anninh_core.testing.mock.failures import FETCH, TRICKS
from anninh_core.testing.mock.lines import (
    ChatMessage,
    Deleted,
    Fetched,
    Filed,
    Forgotten,
    GroupFounded,
    Joined,
    Line,
    Locked,
    PersonCame,
    Played,
    Removed,
    Said,
    Scripted,
    Seen,
    Shown,
    Withdrew,
)


@define
class Group:
    """A group of the official account; `members` in the order they came, `shown` how many it says that there are."""

    title: str
    members: list[str] = Factory(list)
    removed: set[str] = Factory(set)
    locked: bool = False
    shown: int | None = None
    link: str = ""


@define
class ChatState:
    """Everything the service knows.

    Attributes:
        run: part of every id that the service gives.
        people: id -> name.
        messages: id -> message, oldest first.
        withdrawn: how often somebody withdrew.
        pending: event id -> what it is about, oldest first; not yet handed to the webhook.
        files: link -> content of what people sent, None once the link has died.
        failures, fetch_failures, tricks: what was scripted and has not happened yet, in order.
    """

    run: str = ""
    people: dict[str, str] = Factory(dict)
    groups: dict[str, Group] = Factory(dict)
    messages: dict[str, ChatMessage] = Factory(dict)
    seen: set[str] = Factory(set)
    withdrawn: int = 0
    pending: dict[str, ChatMessage | Seen | Withdrew] = Factory(dict)
    files: dict[str, bytes | None] = Factory(dict)
    failures: list[Scripted] = Factory(list)
    fetch_failures: list[Scripted] = Factory(list)
    tricks: list[Scripted] = Factory(list)

    def next_id(self, letter: str, known: Collection[str]) -> str:
        """Return the service's next id of a kind, such as `m0007`."""
        return f"{letter}{self.run}{len(known) + 1:04}"

    def apply(self, line: Line) -> None:
        """Take in what happened."""
        match line:
            case PersonCame():
                self.people[line.id] = line.name
            case GroupFounded() | Joined() | Removed() | Locked() | Shown():
                self._change_group(line)
            case Said() | Deleted() | Seen():
                self._change_message(line)
            case Withdrew():
                self.withdrawn += 1
                self.pending[f"e-w{self.run}{self.withdrawn:04}"] = line
            case Fetched():
                self.pending.pop(line.event, None)
            case Filed():
                self.files[line.url] = line.content
            case Forgotten():
                self.files[line.url] = None
            case Scripted():
                self._scripted(line.name).append(line)
            case Played():
                del self._scripted(line.name)[0]

    def _scripted(self, name: str) -> list[Scripted]:
        if name in TRICKS:
            return self.tricks
        return self.fetch_failures if name in FETCH else self.failures

    def _change_group(self, line: GroupFounded | Joined | Removed | Locked | Shown) -> None:
        match line:
            case GroupFounded():
                self.groups[line.id] = Group(line.title)
            case Joined():
                self.groups[line.group].members.append(line.person)
            case Removed():
                self.groups[line.group].members.remove(line.person)
                self.groups[line.group].removed.add(line.person)
            case Locked():
                self.groups[line.group].locked = line.locked
            case Shown():
                self.groups[line.group].shown, self.groups[line.group].link = line.members, line.link

    def _change_message(self, line: Said | Deleted | Seen) -> None:
        match line:
            case Said():
                self.messages[line.message.id] = line.message
                if line.message.author:
                    self.pending[f"e-{line.message.id}"] = line.message
            case Deleted():
                self.messages[line.message] = msgspec.structs.replace(self.messages[line.message], deleted=True)
            case Seen():
                self.seen.add(line.message)
                self.pending[f"e-{line.message}-seen"] = line

    def said_to(self, person: str) -> Iterator[ChatMessage]:
        """Yield what the official account said to a person one-to-one, oldest first."""
        for message in self.messages.values():
            if message.conversation == person and not message.group and not message.author:
                yield message
