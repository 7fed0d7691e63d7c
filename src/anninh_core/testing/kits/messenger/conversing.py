"""Rules about who said what, where and when: what is confused here reaches the wrong people, or is lost."""

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
    only_message,
    require_outside,
    staged,
)
from anninh_core.testing.kits.messenger.outside import Outside, StagesEvents, TellsTime
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

LINES = ("Một người lạ vào xóm.", "Đi xe máy màu đỏ.", "Đang ở gần chợ.")
COARSE = timedelta(seconds=1)
"""Platforms that count in whole seconds are exact enough."""


class MessengerConversations(MessengerBench, ConformanceKit, kit=True):
    """Conversations, people and events are told apart."""

    def test_group_message(self, messenger: Messenger, group: Address | None, outside: Outside | None) -> None:
        """M-100 A message in a group is the group's, never a private one; who wrote it is told beside it."""
        message = only_message(messenger, staged(outside, "group", PLAIN))
        assert message.conversation.place is Place.GROUP, (
            "it would be answered, and kept, as if nobody else had read it"
        )
        assert group is None or message.conversation == group
        assert message.conversation.messenger == messenger.instance
        assert message.sender.place is Place.PERSON
        assert message.sender.id != message.conversation.id, "the group is not who wrote"

    def test_private_message(self, messenger: Messenger, person: Address, outside: Outside | None) -> None:
        """M-101 A private message is its writer's own: the conversation is the person that it came from."""
        message = only_message(messenger, require_outside(outside).incoming(PLAIN))
        if not messenger.capabilities.can("webhook") and not (isinstance(messenger, Polls) and messenger.polls):
            pytest.skip("nothing comes in by itself: a person brings it, and says from where")
        assert message.conversation == message.sender == person

    def test_ids_of_conversations(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-102 Messages of several conversations have ids and dedupe keys of their own, however each is numbered."""
        platform_side = require_outside(outside)
        requests = [platform_side.incoming(PLAIN)]
        if isinstance(platform_side, StagesEvents):
            staged_events = (platform_side.stage(event, PLAIN) for event in ("another_person", "group"))
            requests += [request for request in staged_events if request is not None]
        if len(requests) == 1:
            pytest.skip("the test's outside lets only one person write, in one place: give it `stage`")
        ids = [only_message(messenger, request).id for request in requests]
        assert len({*ids}) == len(ids), "a message would be taken for one that was heard before, and lost"
        assert len({messenger.dedupe_key(request) for request in requests}) == len(requests)

    def test_quote(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-103 A message that answers another names it by the id that it came under, and has its own words only."""
        quoted = only_message(messenger, require_outside(outside).incoming(PLAIN))
        message = only_message(messenger, staged(outside, "quote", OTHER, quoted.id))
        assert message.reply_to == quoted.id
        assert message.text == OTHER

    def test_edit(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-104 A message that was changed is no new one: its edit gives nothing, or comes under the id it had."""
        original = only_message(messenger, require_outside(outside).incoming(PLAIN))
        request = staged(outside, "edit", OTHER)
        edits = [event for event in messenger.parse(request.body) if isinstance(event, InboundMessage)]
        assert not [edit for edit in edits if edit.id != original.id], "every correction would become a case of its own"
        assert messenger.dedupe_key(request)

    def test_echo(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-105 What our own side wrote is no message of a resident, when the platform tells of it."""
        request = staged(outside, "echo", PLAIN)
        assert not [event for event in messenger.parse(request.body) if isinstance(event, InboundMessage)], (
            "it would be answered, and the answer answered"
        )
        assert messenger.dedupe_key(request)

    def test_several_in_one(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-106 Of several messages in one request none is dropped, and they keep their order."""
        request = staged(outside, "together", "\n".join(LINES))
        bodies = messenger.split(request.body) if isinstance(messenger, SplitsRequests) else [request.body]
        events = [event for body in bodies for event in messenger.parse(body)]
        messages = [event for event in events if isinstance(event, InboundMessage)]
        assert [message.text for message in messages] == [*LINES]
        assert len({message.id for message in messages}) == len(LINES)
        assert all(messenger.dedupe_key(evolve(request, body=body)) for body in bodies)

    def test_unknown_event(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-107 An event that it has never heard of gives nothing and has a dedupe key: it must not come for ever."""
        request = staged(outside, "unknown", PLAIN)
        assert not messenger.parse(request.body)
        assert messenger.dedupe_key(request)

    def test_incoming_picture(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-108 A picture comes as an attachment that can be fetched, and its caption as the text."""
        message = only_message(messenger, staged(outside, "picture", PLAIN))
        assert message.text == PLAIN
        assert [(one.kind, bool(one.url or one.blob)) for one in message.attachments] == [("image", True)]

    def test_redelivery_later(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-109 What is delivered again later has the dedupe key and the id that it had, whatever else has changed."""
        request = require_outside(outside).incoming(PLAIN)
        repeated = staged(outside, "redelivery", PLAIN)
        assert messenger.dedupe_key(repeated) == messenger.dedupe_key(request)
        assert only_message(messenger, repeated).id == only_message(messenger, request).id

    def test_time(self, messenger: Messenger, outside: Outside | None) -> None:
        """M-110 The time of a message is when it was written: in the platform's unit and zone."""
        platform_side = require_outside(outside)
        message = only_message(messenger, platform_side.incoming(PLAIN))
        if not isinstance(platform_side, TellsTime):  # asked now: before anybody wrote, some have nothing to say
            pytest.skip("the test's outside doesn't say when the person wrote: give it `wrote_at`")
        assert abs(message.sent_at - platform_side.wrote_at) <= COARSE
