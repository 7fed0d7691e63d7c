"""The mock chat service: what the people in it do, and what authors of tests can script and read."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.ports.clock import Clock
from anninh_core.testing.mock.account import MockAccount, write_group
from anninh_core.testing.mock.failures import CALL_FAILURES, EVENT_TRICKS, FETCH_FAILURES
from anninh_core.testing.mock.ledger import ChatLedger
from anninh_core.testing.mock.lines import (
    ChatMessage,
    ErasureRequested,
    EventFetched,
    FailurePlayed,
    FailureScripted,
    FileLinkExpired,
    FileUploaded,
    GroupFiguresSet,
    MemberJoined,
    MessagePosted,
    MessageRead,
    PersonAdded,
)
from anninh_core.testing.mock.log import FileChatLog, NullChatLog
from anninh_core.testing.mock.signed_webhook import build_request
from anninh_core.testing.mock.state import ChatState
from anninh_core.vocabulary.messages import Attachment, WebhookRequest

DEFAULT_SECRET = "mock-secret"  # noqa: S105  it protects nothing


class MockChat:
    """A chat service in one process: people, groups, messages and one official account. It is safe for several threads.

    Args:
        clock: gives the times of events.
        path: a file that stores every line, flushed to the disk, so that other processes use the same service and a
            test can count deliveries after a crash; None keeps everything in this object.
        secret: signs webhooks.
        run: part of every id, so that ids differ from those of an earlier run in the same storage.

    Raises:
        BadInput: the file has other content.
    """

    def __init__(self, clock: Clock, path: Path | None = None, secret: str = DEFAULT_SECRET, run: str = "") -> None:
        self.secret = secret
        self._clock = clock
        self._ledger = ChatLedger(NullChatLog() if path is None else FileChatLog(path), run)
        self._read_counts: dict[str, int] = {}
        self.account: MockAccount = MockAccount(self._ledger, clock)

    def person(self, name: str, id: str | None = None) -> str:
        """Return the id of the person with this name, who gets an account if they have none.

        Give an `id` if two people share a name.
        """
        with self._ledger.transaction() as state:
            ids = [key for key, value in state.people.items() if value == name and id in (None, key)]
            if ids:
                return ids[0]
            new_id = id or state.next_id("p", state.people)
            if new_id in state.people:
                raise BadInput(
                    "The id {person!r} belongs to {owner!r}, not to {name!r}: give another id.",
                    person=new_id,
                    owner=state.people[new_id],
                    name=name,
                )
            self._ledger.write(PersonAdded(new_id, name))
            return new_id

    def found_group(self, title: str, members: Sequence[str] = ()) -> str:
        """Create a group of the official account with the people `members`, given by their ids; return the group's
        id.
        """
        with self._ledger.transaction() as state:
            for person in members:
                _require_person(state, person)
            return write_group(self._ledger, state, title, members)

    def shows(self, group: str, members: int | None = None, link: str = "") -> None:
        """Make a group show another number of members than it has people in the chat, or another link.

        Raises:
            NotFound: the group doesn't exist.
        """
        with self._ledger.transaction() as state:
            if group not in state.groups:
                raise NotFound("The mock chat has no group {group!r}: create it first.", group=group)
            self._ledger.write(GroupFiguresSet(group, members, link))

    def says(
        self,
        person: str,
        text: str,
        to: str | None = None,
        attachments: Sequence[Attachment] = (),
        reply_to: str = "",
    ) -> ChatMessage:
        """Let a person write to the official account, or in the group `to`, which the person joins if necessary.

        Raises:
            NotFound: the person or the group doesn't exist.
            Refused: the group is locked, or the person was removed from it.
        """
        with self._ledger.transaction() as state:
            _require_person(state, person)
            if to is not None:
                self._join_group(state, person, to)
            message = ChatMessage(
                id=state.next_id("m", state.messages),
                at=self._clock.now(),
                author=person,
                conversation=person if to is None else to,
                group=to is not None,
                text=text,
                attachments=tuple(attachments),
                reply_to=reply_to,
            )
            self._ledger.write(MessagePosted(message))
            return message

    def file(self, content: bytes) -> str:
        """Upload a file as a person's app does, and return its link for an `Attachment`."""
        with self._ledger.transaction() as state:
            url = f"https://mock.invalid/files/{state.next_id('f', state.files)}"
            self._ledger.write(FileUploaded(url, content))
            return url

    def forget_file(self, url: str) -> None:
        """Let the link to a file expire."""
        with self._ledger.transaction():
            self._ledger.write(FileLinkExpired(url))

    def _join_group(self, state: ChatState, person: str, id: str) -> None:
        group = state.groups.get(id)
        if group is None:
            raise NotFound("The mock chat has no group {group!r}: create it first.", group=id)
        if person in group.removed:
            raise Refused(
                "{name} was removed from group {title!r} and can't write there.",
                name=state.people[person],
                title=group.title,
            )
        if group.locked:
            raise Refused("Group {title!r} is locked: only the official account can write there.", title=group.title)
        if person not in group.members:
            self._ledger.write(MemberJoined(id, person))

    def sees(self, person: str) -> None:
        """Let a person read everything that the official account wrote to them; the account gets a report for each
        message.
        """
        with self._ledger.transaction() as state:
            for message in list(state.messages_to(person)):
                if message.id not in state.seen:
                    self._ledger.write(MessageRead(message.id, self._clock.now()))

    def withdraws(self, person: str) -> None:
        """Let a person ask for the deletion of all their data; the official account gets an event.

        Raises:
            NotFound: the person doesn't exist.
        """
        with self._ledger.transaction() as state:
            _require_person(state, person)
            self._ledger.write(ErasureRequested(person, self._clock.now()))

    def hears(self, person: str) -> list[str]:
        """Return the texts that the official account wrote to a person since the last call on this object."""
        with self._ledger.transaction() as state:
            texts = [message.text for message in state.messages_to(person)]
        new_texts = texts[self._read_counts.get(person, 0) :]
        self._read_counts[person] = len(texts)
        return new_texts

    def group_posts(self, group: str) -> list[str]:
        """Return the texts of the official account in a group; deleted messages are left out."""
        return [message.text for message in self.conversation(group) if not message.author and not message.deleted]

    def conversation(self, id: str) -> list[ChatMessage]:
        """Return all messages in a group, or between a person and the official account, oldest first."""
        return [message for message in self.messages() if message.conversation == id]

    def messages(self) -> list[ChatMessage]:
        """Return every message of the service, oldest first."""
        with self._ledger.transaction() as state:
            return list(state.messages.values())

    def groups(self) -> dict[str, str]:
        """Return the titles of all groups by their ids."""
        with self._ledger.transaction() as state:
            return {id: group.title for id, group in state.groups.items()}

    def fail_next(self, name: str, after: timedelta | None = None) -> None:
        """Script a failure by its name; scripted failures happen one after the other.

        On the next call of the official account: `rate_limit` (with the delay `after`), `expired_token`,
        `recipient_gone`, `window_closed`, `rejected`, `refused` (no connection), `lost_before`, `server_error` and
        `not_json` (no effect, and the caller can't know), `lost_answer` and `cut_off` (with effect, and the caller
        can't know), `crash_after_send` (with effect, then the process ends as by `kill -9`).

        On the next fetch of a file: `fetch_later` (with the delay `after`), `fetch_breaks` (with an error that isn't an
        `AnninhError`).

        On events: `duplicate` (the next event comes twice), `reorder` (the next event comes after the event that
        follows it).

        Raises:
            BadInput: there is no failure of this name.
        """
        names = (*CALL_FAILURES, *FETCH_FAILURES, *EVENT_TRICKS)
        if name not in names:
            raise BadInput(
                "The mock chat has no failure {failure!r}: choose one of {allowed}.", failure=name, allowed=tuple(names)
            )
        with self._ledger.transaction():
            self._ledger.write(FailureScripted(name, None if after is None else after.total_seconds()))

    def webhooks(self) -> Iterator[WebhookRequest]:
        """Yield signed requests for the events that weren't fetched yet, oldest first.

        An event counts as fetched when the next one is requested: it comes again if the loop ends before.
        """
        while True:
            with self._ledger.transaction() as state:
                trick = state.tricks[0].name if state.tricks else ""
                events = _choose_next_events(list(state.pending), trick)
                requests = [build_request(self.secret, event, state) for event in events]
            if not requests:
                return
            yield from requests
            with self._ledger.transaction() as state:
                if len(events) > 1 and state.tricks:
                    self._ledger.write(FailurePlayed(trick))
                for event in dict.fromkeys(events):
                    self._ledger.write(EventFetched(event))

    def transcript(self) -> str:
        """Return all messages as lines of text, with times in Vietnam's time zone."""
        with self._ledger.transaction() as state:
            return "\n".join(_format_message(message, state) for message in state.messages.values())


def _require_person(state: ChatState, person: str) -> str:
    if person not in state.people:
        raise NotFound("The mock chat has no person with the id {person!r}: create the person first.", person=person)
    return state.people[person]


def _choose_next_events(pending: list[str], trick: str) -> list[str]:
    match trick:
        case "duplicate":
            return pending[:1] * 2
        case "reorder":
            return pending[1::-1] if len(pending) > 1 else []
        case _:
            return pending[:1]


def _format_message(message: ChatMessage, state: ChatState) -> str:
    author = state.people[message.author] if message.author else "official account"
    if message.group:
        location = f" in {state.groups[message.conversation].title}"
    else:
        location = "" if message.author else f" to {state.people[message.conversation]}"
    attachments = "".join(f" [{attachment.kind}]" for attachment in message.attachments)
    deleted = " (deleted)" if message.deleted else ""
    return f"{vietnam_time(message.at):%d/%m %H:%M} {author}{location}{deleted}: {message.text}{attachments}"
