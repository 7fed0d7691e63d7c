"""Calls that the messenger adapter makes as the official account of the mock chat service."""

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TypeVar

from anninh_core.kernel.errors import MediaTooLarge, RecipientUnreachable, RequestRejected
from anninh_core.ports.clock import Clock
from anninh_core.testing.mock.failures import CRASH, FAILURES_AFTER, FAILURES_BEFORE, FETCH_FAILURES
from anninh_core.testing.mock.ledger import ChatLedger
from anninh_core.testing.mock.lines import (
    ChatMessage,
    FailurePlayed,
    GroupCreated,
    MemberJoined,
    MemberRemoved,
    MessageDeleted,
    MessagePosted,
    PostingLocked,
)
from anninh_core.testing.mock.state import ChatState, MockGroup
from anninh_core.vocabulary.messages import Attachment

MAX_TEXT_LENGTH = 10_000
"""Maximum characters of a text that the service accepts."""

MAX_FILE_BYTES = 100_000
"""Maximum bytes of a file that the service delivers."""

T = TypeVar("T")


class MockAccount:
    """The calls that an official account can make; they raise only `DeliveryError`. `MockChat.fail_next` makes a call
    fail.
    """

    def __init__(self, ledger: ChatLedger, clock: Clock) -> None:
        self._ledger = ledger
        self._clock = clock

    def send(
        self,
        to: str,
        text: str,
        *,
        group: bool,
        key: str,
        attachments: Sequence[Attachment] = (),
        reply_to: str = "",
    ) -> ChatMessage:
        """Send a message to a person or a group. Sending again with the same key makes a second message: the service
        doesn't deduplicate.
        """

        def write_message(state: ChatState) -> ChatMessage:
            if to not in (state.groups if group else state.people):
                raise RecipientUnreachable("The mock chat has no such group or person.")
            message = ChatMessage(
                id=state.next_id("m", state.messages),
                at=self._clock.now(),
                author="",
                conversation=to,
                group=group,
                text=_check_text(text, attachments),
                attachments=tuple(attachments),
                reply_to=reply_to,
                key=key,
            )
            self._ledger.write(MessagePosted(message))
            return message

        return self._act_or_fail(write_message)

    def create_group(self, title: str, members: Sequence[str]) -> str:
        """Create a group with these people and return its id."""

        def write_new_group(state: ChatState) -> str:
            strangers = sum(person not in state.people for person in members)
            if strangers:
                raise RecipientUnreachable(
                    "The mock chat doesn't know {unknown} of the {count} people: add them first.",
                    unknown=strangers,
                    count=len(members),
                )
            if not title.strip():
                raise RequestRejected("The group has no title: give it one that isn't blank.")
            return write_group(self._ledger, state, title, members)

        return self._act_or_fail(write_new_group)

    def members(self, group: str) -> list[tuple[str, str]]:
        """Return id and name of each member of a group, in the order in which they joined."""
        return self._act_or_fail(lambda state: [(id, state.people[id]) for id in _find_group(state, group).members])

    def show(self, group: str) -> tuple[int, str]:
        """Return the number of members that the service shows for a group, and the group's link."""

        def get_figures(state: ChatState) -> tuple[int, str]:
            group_state = _find_group(state, group)
            members = len(group_state.members) if group_state.shown is None else group_state.shown
            return members, group_state.link or f"https://mock.invalid/g/{group}"

        return self._act_or_fail(get_figures)

    def remove(self, group: str, person: str) -> None:
        """Remove a member from a group for good; do nothing if the person isn't a member."""

        def write_removal(state: ChatState) -> None:
            if person in _find_group(state, group).members:
                self._ledger.write(MemberRemoved(group, person))

        self._act_or_fail(write_removal)

    def lock(self, group: str, locked: bool) -> None:
        """Lock or unlock a group: in a locked group people can't post."""

        def write_lock(state: ChatState) -> None:
            if _find_group(state, group).locked != locked:
                self._ledger.write(PostingLocked(group, locked))

        self._act_or_fail(write_lock)

    def delete(self, group: str, message: str) -> None:
        """Delete a message from a group."""

        def write_deletion(state: ChatState) -> None:
            _find_group(state, group)
            stored_message = state.messages.get(message)
            if stored_message is None or stored_message.conversation != group:
                raise RequestRejected(
                    "Group {group!r} of the mock chat has no message {message!r}.", message=message, group=group
                )
            if not stored_message.deleted:
                self._ledger.write(MessageDeleted(message))

        self._act_or_fail(write_deletion)

    def sent(self, key: str) -> list[ChatMessage]:
        """Return the messages that were sent with this key: two if a message was sent twice."""
        with self._ledger.transaction() as state:
            return [message for message in state.messages.values() if message.key == key != ""]

    def fetch(self, url: str) -> bytes:
        """Return the content of a file that a person sent, given its link."""
        with self._ledger.transaction() as state:
            if state.fetch_failures:
                failure = state.fetch_failures[0]
                self._ledger.write(FailurePlayed(failure.name))
                raise FETCH_FAILURES[failure.name](
                    None if failure.seconds is None else timedelta(seconds=failure.seconds)
                )
            content = state.files.get(url)
        if content is None:
            raise RecipientUnreachable("The link to the file has expired in the mock chat.")
        if len(content) > MAX_FILE_BYTES:
            raise MediaTooLarge(
                "The file has {count:,} bytes: the mock chat delivers at most {most:,} bytes.",
                count=len(content),
                most=MAX_FILE_BYTES,
            )
        return content

    def _act_or_fail(self, act: Callable[[ChatState], T]) -> T:
        with self._ledger.transaction() as state:
            failure = state.failures[0] if state.failures else None
            if failure is None:
                return act(state)
            self._ledger.write(FailurePlayed(failure.name))
            delay = None if failure.seconds is None else timedelta(seconds=failure.seconds)
            if failure.name in FAILURES_BEFORE:
                raise FAILURES_BEFORE[failure.name](delay)
            act(state)
            if failure.name == CRASH:
                os._exit(137)
            raise FAILURES_AFTER[failure.name](delay)


def _check_text(text: str, attachments: Sequence[Attachment]) -> str:
    if not text.strip() and not attachments:
        raise RequestRejected("The message has neither text nor attachments: add one of them.")
    if len(text) > MAX_TEXT_LENGTH:
        raise RequestRejected(
            "A message may have at most {most:,} characters, not {count:,}: shorten it.",
            most=MAX_TEXT_LENGTH,
            count=len(text),
        )
    return text


def _find_group(state: ChatState, id: str) -> MockGroup:
    if id not in state.groups:
        raise RecipientUnreachable("The mock chat has no group {group!r}: create it first.", group=id)
    return state.groups[id]


def write_group(ledger: ChatLedger, state: ChatState, title: str, members: Sequence[str]) -> str:
    """Write the log lines of a new group inside the caller's transaction; return its id."""
    id = state.next_id("g", state.groups)
    ledger.write(GroupCreated(id, title))
    for person in dict.fromkeys(members):
        ledger.write(MemberJoined(id, person))
    return id
