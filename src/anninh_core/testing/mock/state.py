"""The state of the mock service, computed from the lines of its log."""

from collections.abc import Collection, Iterator

import msgspec
from attrs import Factory, define

from anninh_core.testing.mock.failures import EVENT_TRICKS, FETCH_FAILURES
from anninh_core.testing.mock.lines import (
    ChatMessage,
    ErasureRequested,
    EventFetched,
    FailurePlayed,
    FailureScripted,
    FileLinkExpired,
    FileUploaded,
    GroupCreated,
    GroupFiguresSet,
    LogLine,
    MemberJoined,
    MemberRemoved,
    MessageDeleted,
    MessagePosted,
    MessageRead,
    PersonAdded,
    PostingLocked,
)


@define
class MockGroup:
    """A group of the official account; `members` are in the order in which they joined; `shown` replaces their number
    unless None.
    """

    title: str
    members: list[str] = Factory(list)
    removed: set[str] = Factory(set)
    locked: bool = False
    shown: int | None = None
    link: str = ""


@define
class ChatState:
    """The whole state of the mock service.

    Attributes:
        run: part of every id that the service gives.
        people: id -> name.
        messages: id -> message, oldest first.
        withdrawn: number of requests for deletion.
        pending: event id -> its subject, oldest first; not yet delivered to the webhook.
        files: link -> content of a file that a person sent, None after the link expired.
        failures, fetch_failures, tricks: scripted and not yet played, in order.
    """

    run: str = ""
    people: dict[str, str] = Factory(dict)
    groups: dict[str, MockGroup] = Factory(dict)
    messages: dict[str, ChatMessage] = Factory(dict)
    seen: set[str] = Factory(set)
    withdrawn: int = 0
    pending: dict[str, ChatMessage | MessageRead | ErasureRequested] = Factory(dict)
    files: dict[str, bytes | None] = Factory(dict)
    failures: list[FailureScripted] = Factory(list)
    fetch_failures: list[FailureScripted] = Factory(list)
    tricks: list[FailureScripted] = Factory(list)

    def next_id(self, letter: str, existing: Collection[str]) -> str:
        """Return the next free id for a new object of the service, such as `m0007`; `letter` is its first character."""
        return f"{letter}{self.run}{len(existing) + 1:04}"

    def apply(self, line: LogLine) -> None:
        """Apply a line of the log to the state."""
        match line:
            case PersonAdded():
                self.people[line.id] = line.name
            case GroupCreated() | MemberJoined() | MemberRemoved() | PostingLocked() | GroupFiguresSet():
                self._change_group(line)
            case MessagePosted() | MessageDeleted() | MessageRead():
                self._change_message(line)
            case ErasureRequested():
                self.withdrawn += 1
                self.pending[f"e-w{self.run}{self.withdrawn:04}"] = line
            case EventFetched():
                self.pending.pop(line.event, None)
            case FileUploaded():
                self.files[line.url] = line.content
            case FileLinkExpired():
                self.files[line.url] = None
            case FailureScripted():
                self._get_failure_queue(line.name).append(line)
            case FailurePlayed():
                del self._get_failure_queue(line.name)[0]

    def _get_failure_queue(self, name: str) -> list[FailureScripted]:
        if name in EVENT_TRICKS:
            return self.tricks
        return self.fetch_failures if name in FETCH_FAILURES else self.failures

    def _change_group(
        self, line: GroupCreated | MemberJoined | MemberRemoved | PostingLocked | GroupFiguresSet
    ) -> None:
        match line:
            case GroupCreated():
                self.groups[line.id] = MockGroup(line.title)
            case MemberJoined():
                self.groups[line.group].members.append(line.person)
            case MemberRemoved():
                self.groups[line.group].members.remove(line.person)
                self.groups[line.group].removed.add(line.person)
            case PostingLocked():
                self.groups[line.group].locked = line.locked
            case GroupFiguresSet():
                self.groups[line.group].shown = line.members
                self.groups[line.group].link = line.link

    def _change_message(self, line: MessagePosted | MessageDeleted | MessageRead) -> None:
        match line:
            case MessagePosted():
                self.messages[line.message.id] = line.message
                if line.message.author:
                    self.pending[f"e-{line.message.id}"] = line.message
            case MessageDeleted():
                self.messages[line.message] = msgspec.structs.replace(self.messages[line.message], deleted=True)
            case MessageRead():
                self.seen.add(line.message)
                self.pending[f"e-{line.message}-seen"] = line

    def messages_to(self, person: str) -> Iterator[ChatMessage]:
        """Yield the private messages of the official account to a person, oldest first."""
        for message in self.messages.values():
            if message.conversation == person and not message.group and not message.author:
                yield message
