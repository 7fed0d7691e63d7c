"""Tests of recording messages, and of storing names and addresses separately from them."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.domain.conftest import OfficerMaker
from tests.support.purging import purge_scope

from anninh_core.app.bootstrap.services import BuiltServices
from anninh_core.domain.conversations.model import CONVERSATION, MESSAGE, Message
from anninh_core.domain.conversations.service import Conversations
from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import NotFound, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase.actor import system
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

DELIVERY = system("delivery")
ROUTER = system("router")
LUA = Address("oa", Place.PERSON, "p-1")
GROUP = Address("oa", Place.GROUP, "g-1")


def build_message(text: str = "Xin chào", *, conversation: Address = LUA, id: str = "m-1") -> InboundMessage:
    at = datetime(2021, 9, 1, tzinfo=UTC)
    return InboundMessage(id=id, conversation=conversation, sender=LUA, text=text, sent_at=at, sender_name="Chị Lụa")


@pytest.fixture
def conversations(runner: UseCaseRunner) -> Conversations:
    return BuiltServices(runner).conversations


def store_message(conversations: Conversations, message: InboundMessage) -> Message:
    return run_step(conversations.record_message, ROUTER, message, kind="chatter")


def test_person_keeps_their_conversation(conversations: Conversations) -> None:
    """A conversation is found by the person's address, and its id doesn't reveal the address."""
    first = store_message(conversations, build_message())
    again = store_message(conversations, build_message(id="m-2"))
    assert first.conversation == again.conversation == conversations.id_of(LUA)
    assert "p-1" not in first.conversation


def test_identity_has_its_own_key(conversations: Conversations, runner: UseCaseRunner) -> None:
    """A sender's name and address are encrypted with the identity's own data key, and the text of a message with the
    conversation's.
    """
    message = store_message(conversations, build_message())
    who = runner.context.storage.records.get(CONVERSATION.name, message.conversation)
    what = runner.context.storage.records.get(MESSAGE.name, message.id)
    assert who is not None
    assert what is not None
    assert who.scope != what.scope
    assert "Chị Lụa".encode() not in who.body + what.body
    assert conversations.who(DELIVERY, message.conversation).name == "Chị Lụa"


def test_group_sender_has_an_own_conversation(conversations: Conversations) -> None:
    """A group message belongs to the group's conversation, its sender keeps an own conversation, and the group keeps
    its name.
    """
    run_step(conversations.link_group, system("clock"), GROUP, "ninh-hoa", "Nhóm xã")
    message = store_message(conversations, build_message(conversation=GROUP))
    assert conversations.who(DELIVERY, message.conversation).name == "Nhóm xã"
    assert conversations.who(DELIVERY, message.sender).name == "Chị Lụa"
    assert message.conversation == conversations.id_of(GROUP)
    assert message.sender == conversations.id_of(LUA)


def test_a_message_is_found_by_the_platforms_id_and_by_its_case(
    conversations: Conversations, officer: OfficerMaker, tip: Tip
) -> None:
    """A message is found by the platform's id, and an officer reads the messages of a case with the oldest first."""
    first, second = (
        store_message(conversations, build_message("Một")),
        store_message(conversations, build_message("Hai", id="m-2")),
    )
    for message in (first, second):
        run_step(conversations.link, ROUTER, message.id, f"tip:{tip.id}", kind="tip")
    assert conversations.by_platform_id(DELIVERY, first.conversation, "m-2").id == second.id
    with pytest.raises(NotFound):
        conversations.by_platform_id(DELIVERY, first.conversation, "m-9")
    reader = officer("tip_officer", "ninh-hoa")
    assert [message.text for message in conversations.history(reader, f"tip:{tip.id}").items] == ["Một", "Hai"]
    with pytest.raises(NotFound, match="isn't a case: name one as kind:id, with one of the kinds"):
        conversations.history(reader, "item:t1")


def test_only_messages_to_us_update_last_heard(conversations: Conversations, clock: FixedClock) -> None:
    """Only a direct message sets the time at which a person last wrote to us; opening a chat or writing in a group
    doesn't.
    """
    assert conversations.place(ROUTER, LUA, "ninh-hoa").last_heard is None
    assert run_step(conversations.link_group, system("clock"), GROUP, "ninh-hoa", "Nhóm xã").last_heard is None
    message = store_message(conversations, build_message(conversation=GROUP))
    assert conversations.who(DELIVERY, message.sender).last_heard is None
    assert conversations.who(DELIVERY, message.conversation).last_heard == clock.now()
    assert (
        conversations.who(DELIVERY, store_message(conversations, build_message(id="m-2")).conversation).last_heard
        == clock.now()
    )


def test_delayed_message_keeps_its_time(conversations: Conversations, clock: FixedClock) -> None:
    """A delayed message counts from the time when it was received, and doesn't set the conversation's last time
    back.
    """
    before = clock.now() - timedelta(hours=1)
    message = run_step(conversations.record_message, ROUTER, build_message(), kind="chatter", received_at=before)
    assert message.received_at == before
    assert conversations.who(DELIVERY, message.conversation).last_heard == before
    store_message(conversations, build_message(id="m-2"))
    run_step(conversations.record_message, ROUTER, build_message(id="m-3"), kind="chatter", received_at=before)
    assert conversations.who(DELIVERY, message.conversation).last_heard == clock.now()


def test_purged_identity_starts_fresh(conversations: Conversations, runner: UseCaseRunner) -> None:
    """After an identity was purged, a new message of the same person is received without the earlier data."""
    message = store_message(conversations, build_message())
    conversations.place(ROUTER, LUA, "ninh-hoa")
    scope = f"identity:{message.conversation}"
    purge_scope(runner.context, scope)
    runner.context.encryptor.forget(scope)

    again = store_message(conversations, build_message("Tôi lại nhắn", id="m-2"))
    assert again.unit == runner.context.district.root
    assert conversations.who(DELIVERY, again.conversation).address == LUA


def test_a_message_belongs_to_one_case(conversations: Conversations, runner: UseCaseRunner, tip: Tip) -> None:
    """A message linked to a case can't be linked to another, where other officers would read it."""
    message = store_message(conversations, build_message("Một"))
    other = run_step(BuiltServices(runner).tips.intake.receive, ROUTER, "Khác", unit="ninh-van", origin="entry")
    run_step(conversations.link, ROUTER, message.id, f"tip:{tip.id}", kind="tip")
    with pytest.raises(WrongStep, match="one case only"):
        run_step(conversations.link, ROUTER, message.id, f"tip:{other.id}", kind="tip")


def test_a_message_is_linked_where_both_are_permitted(
    conversations: Conversations, runner: UseCaseRunner, officer: OfficerMaker, tip: Tip
) -> None:
    """A message is linked only by an officer with permission for the units of both the message and the case."""
    message = store_message(conversations, build_message("Một"))
    local = officer("tip_officer", "ninh-van")
    own = run_step(BuiltServices(runner).tips.intake.receive, ROUTER, "Của xã", unit="ninh-van", origin="entry")
    # The message still belongs to the district, where the officer has no permission.
    for case in (f"tip:{tip.id}", f"tip:{own.id}"):
        with pytest.raises(Refused):
            run_step(conversations.link, local, message.id, case, kind="tip")
