"""Rules of the messenger kit about sender, conversation, id and time of messages: an error here loses messages or
misdirects answers.
"""

from datetime import timedelta

import pytest
from attrs import evolve

from anninh_core.ports.messengers.messenger import Messenger
from anninh_core.ports.messengers.platform import Polls, SplitsRequests
from anninh_core.testing.kits.guard import ConformanceKit
from anninh_core.testing.kits.messenger.bench import (
    OTHER,
    PLAIN,
    MessengerBench,
    parse_one_message,
    require_outside,
    stage_event,
)
from anninh_core.testing.kits.messenger.outside import Outside, StagesEvents, TellsTime
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

LINES = ("Một người lạ vào xóm.", "Đi xe máy màu đỏ.", "Đang ở gần chợ.")
COARSE = timedelta(seconds=1)
"""Tolerance for the times of platforms that count in whole seconds."""


class MessengerConversations(MessengerBench, ConformanceKit, kit=True):
    """Rules that a messenger distinguishes conversations, people and events."""

    def test_group_message(self, messenger: Messenger, group: Address | None, outside: Outside | None) -> None:
        """M-100 A message in a group has the group as its conversation, and the person who wrote it as its sender."""
        message = parse_one_message(messenger, stage_event(outside, "group", PLAIN))
        assert message.conversation.place is Place.GROUP, (
            "it would be answered, and kept, as if nobody else had read it"
        )
        assert group is None or message.conversation == group
        assert message.conversation.messenger == messenger.instance
        assert message.sender.place is Place.PERSON
        assert message.sender.id != message.conversation.id, "the group is not who wrote"

    def test_private_message(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-101 A private message has the person who wrote it as its conversation."""
        message = parse_one_message(messenger, require_outside(outside).incoming(PLAIN))
        if not messenger.capabilities.can("webhook") and not (isinstance(messenger, Polls) and messenger.polls):
            pytest.skip("nothing comes in by itself: a person brings it, and says from where")
        assert message.conversation == message.sender == person

    def test_ids_of_conversations(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-102 Messages of several conversations have different ids and dedupe keys, however they are numbered."""
        platform_side = require_outside(outside)
        requests = [platform_side.incoming(PLAIN)]
        if isinstance(platform_side, StagesEvents):
            staged_events = (platform_side.stage(event, PLAIN) for event in ("another_person", "group"))
            requests += [request for request in staged_events if request is not None]
        if len(requests) == 1:
            pytest.skip("the test's outside lets only one person write, in one place: give it `stage`")
        ids = [parse_one_message(messenger, request).id for request in requests]
        assert len({*ids}) == len(ids), "a message would be taken for one that was heard before, and lost"
        assert len({messenger.dedupe_key(request) for request in requests}) == len(requests)

    def test_quote(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-103 A reply names the quoted message by its id from the messenger, and contains only its own text."""
        quoted = parse_one_message(messenger, require_outside(outside).incoming(PLAIN))
        message = parse_one_message(messenger, stage_event(outside, "quote", OTHER, quoted.id))
        assert message.reply_to == quoted.id
        assert message.text == OTHER

    def test_edit(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-104 An edit is no new message: it gives no message, or one with the original's id."""
        original = parse_one_message(messenger, require_outside(outside).incoming(PLAIN))
        request = stage_event(outside, "edit", OTHER)
        edits = [event for event in messenger.parse(request.body) if isinstance(event, InboundMessage)]
        assert not [edit for edit in edits if edit.id != original.id], "every correction would become a case of its own"
        assert messenger.dedupe_key(request)

    def test_echo(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-105 A message that our own side wrote isn't reported as a message of a resident."""
        request = stage_event(outside, "echo", PLAIN)
        assert not [event for event in messenger.parse(request.body) if isinstance(event, InboundMessage)], (
            "it would be answered, and the answer answered"
        )
        assert messenger.dedupe_key(request)

    def test_several_in_one(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-106 Several messages in one request are all returned, in their order."""
        request = stage_event(outside, "together", "\n".join(LINES))
        bodies = messenger.split(request.body) if isinstance(messenger, SplitsRequests) else [request.body]
        events = [event for body in bodies for event in messenger.parse(body)]
        messages = [event for event in events if isinstance(event, InboundMessage)]
        assert [message.text for message in messages] == [*LINES]
        assert len({message.id for message in messages}) == len(LINES)
        assert all(messenger.dedupe_key(evolve(request, body=body)) for body in bodies)

    def test_unknown_event(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-107 An event of an unknown type gives no messages and has a dedupe key: otherwise it comes for ever."""
        request = stage_event(outside, "unknown", PLAIN)
        assert not messenger.parse(request.body)
        assert messenger.dedupe_key(request)

    def test_incoming_picture(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-108 A picture is an attachment that can be fetched, with its caption as the text."""
        message = parse_one_message(messenger, stage_event(outside, "picture", PLAIN))
        assert message.text == PLAIN
        assert [(attachment.kind, bool(attachment.url or attachment.blob)) for attachment in message.attachments] == [
            ("image", True)
        ]

    def test_redelivery_later(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-109 An event that is delivered again later has the same dedupe key and id, whatever else has changed."""
        request = require_outside(outside).incoming(PLAIN)
        repeated = stage_event(outside, "redelivery", PLAIN)
        assert messenger.dedupe_key(repeated) == messenger.dedupe_key(request)
        assert parse_one_message(messenger, repeated).id == parse_one_message(messenger, request).id

    def test_time(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-110 The time of a message is when it was written, read in the platform's unit and time zone."""
        platform_side = require_outside(outside)
        message = parse_one_message(messenger, platform_side.incoming(PLAIN))
        # This is checked only now, because some platforms have no `wrote_at` before the person wrote.
        if not isinstance(platform_side, TellsTime):
            pytest.skip("the test's outside doesn't say when the person wrote: give it `wrote_at`")
        assert abs(message.sent_at - platform_side.wrote_at) <= COARSE
