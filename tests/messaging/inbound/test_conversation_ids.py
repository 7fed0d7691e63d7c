"""The conversation of an event is found by the sender's address from the first event on."""

from collections.abc import Collection, Mapping

import pytest
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.ports.storages.changes import NewKey
from anninh_core.ports.storages.queues import InboxState
from anninh_core.testing import MockChat, pump
from anninh_core.vocabulary.messages import Address, Place, WebhookRequest

AN = "Thử Văn An"
BINH = "Thử Thị Bình"


def collect_events(chat: MockChat, *messages: tuple[str, str]) -> list[tuple[str, WebhookRequest]]:
    for name, text in messages:
        chat.says(chat.person(name), text)
    return [("oa", request) for request in chat.webhooks()]


def get_conversation_id(app: App, chat: MockChat) -> str:
    return app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(AN)))


def list_conversations(app: App) -> list[str]:
    """Return the conversations of the events in the inbox, oldest first."""
    return [row.conversation for row in app.internals.context.storage.queues.inbox((InboxState.NEW,), limit=50)]


def test_first_events_share_a_conversation(app: App, chat: MockChat) -> None:
    """Events in one commit get one conversation for each new sender, which is found by the sender's address
    afterwards.
    """
    app.intake.accept_all(collect_events(chat, (AN, "một"), (BINH, "chào"), (AN, "hai")))
    first, other, second = list_conversations(app)
    assert first == second != other
    assert get_conversation_id(app, chat) == first
    chat.says(chat.person(AN), "ba")
    pump(app, chat)
    assert len(list(app.internals.context.storage.maintenance.scan("conversation"))) == 2


def test_id_reveals_nothing_of_the_address(app: App, chat: MockChat) -> None:
    """A conversation id reveals nothing of the address and isn't made from the blind index."""
    app.intake.accept_all(collect_events(chat, (AN, "một")))
    (id,) = list_conversations(app)
    (key,) = (
        row for row in app.internals.context.storage.maintenance.dump() if isinstance(row, NewKey) and row.blind_index
    )
    assert key.scope == f"identity:{id}"
    assert key.blind_index not in id
    assert chat.person(AN) not in id


def test_redelivered_event_restores_no_purged_sender(app: App, chat: MockChat) -> None:
    """A redelivered event of a purged sender doesn't restore the sender's index; a new event creates one, under another
    id.
    """
    before = collect_events(chat, (AN, "một"))
    app.intake.accept_all(before)
    app.worker.drain()
    old = get_conversation_id(app, chat)
    purge_scope(app.internals.context, f"identity:{old}")
    assert app.intake.accept_all(before) == [Accepted.SEEN_BEFORE]
    assert get_conversation_id(app, chat) == ""
    later = collect_events(chat, (AN, "hai"), (AN, "ba"))
    assert app.intake.accept_all([*before, *later]) == [Accepted.SEEN_BEFORE, Accepted.STORED, Accepted.STORED]
    new, second = list_conversations(app)
    assert get_conversation_id(app, chat) == new == second != old


@pytest.mark.parametrize("number", [1, 3])
def test_processes_agree_on_a_conversation(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """If two processes create a conversation for one sender, the slower process uses the other's id for all of its
    events.
    """
    other_events = collect_events(chat, (AN, "một"))
    own_events = collect_events(chat, *[(AN, f"lần {count}") for count in range(number)], (BINH, "chào"))
    ring = type(app.internals.context.storage.keyring)
    find = ring.find
    waiting = [other_events]

    def find_and_accept_events(self: object, indexes: Collection[str]) -> Mapping[str, NewKey]:
        keys: Mapping[str, NewKey] = find(self, indexes)  # type: ignore[arg-type]
        if waiting:
            app.intake.accept_all(waiting.pop())
        return keys

    monkeypatch.setattr(ring, "find", find_and_accept_events)
    assert app.intake.accept_all(own_events) == [Accepted.STORED] * (number + 1)
    conversation = get_conversation_id(app, chat)
    assert list_conversations(app).count(conversation) == number + 1
    assert len(set(list_conversations(app))) == 2


def test_erasure_request_of_unknown_sender_stores_nothing(app: App, chat: MockChat) -> None:
    """A request for erasure by an unknown sender stores nothing."""
    chat.withdraws(chat.person(AN))
    pump(app, chat)
    assert get_conversation_id(app, chat) == ""
