"""Whose conversation an event belongs to: known by its address alone, from the first event on."""

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


def events(chat: MockChat, *said: tuple[str, str]) -> list[tuple[str, WebhookRequest]]:
    for name, text in said:
        chat.says(chat.person(name), text)
    return [("oa", request) for request in chat.webhooks()]


def id_of(app: App, chat: MockChat) -> str:
    return app.internals.services.conversations.id_of(Address("oa", Place.PERSON, chat.person(AN)))


def conversations(app: App) -> list[str]:
    """Return whose the events in the inbox are, in the order in which they came."""
    return [row.conversation for row in app.internals.context.storage.queues.inbox((InboxState.NEW,), limit=50)]


def test_what_somebody_new_writes_at_once_belongs_together(app: App, chat: MockChat) -> None:
    """Events that come in one commit have one conversation for each person, which is found by the address since."""
    app.intake.accept_all(events(chat, (AN, "một"), (BINH, "chào"), (AN, "hai")))
    first, other, second = conversations(app)
    assert first == second != other
    assert id_of(app, chat) == first
    chat.says(chat.person(AN), "ba")
    pump(app, chat)
    assert len(list(app.internals.context.storage.maintenance.scan("conversation"))) == 2


def test_an_id_tells_nothing_of_the_address(app: App, chat: MockChat) -> None:
    """Two stores with the same keys give the same person different ids, and none is made from the blind index."""
    app.intake.accept_all(events(chat, (AN, "một")))
    (id,) = conversations(app)
    (key,) = (
        row for row in app.internals.context.storage.maintenance.dump() if isinstance(row, NewKey) and row.blind_index
    )
    assert key.scope == f"identity:{id}"
    assert key.blind_index not in id
    assert chat.person(AN) not in id


def test_the_first_of_several_was_heard_before(app: App, chat: MockChat) -> None:
    """A repeated event of somebody purged brings no index back; what they write anew does, under another id."""
    before = events(chat, (AN, "một"))
    app.intake.accept_all(before)
    app.worker.drain()
    old = id_of(app, chat)
    purge_scope(app.internals.context, f"identity:{old}")
    assert app.intake.accept_all(before) == [Accepted.SEEN_BEFORE]
    assert id_of(app, chat) == ""
    later = events(chat, (AN, "hai"), (AN, "ba"))
    assert app.intake.accept_all([*before, *later]) == [Accepted.SEEN_BEFORE, Accepted.STORED, Accepted.STORED]
    new, again = conversations(app)
    assert id_of(app, chat) == new == again != old


@pytest.mark.parametrize("number", [1, 3])
def test_two_processes_meet_the_same_person_at_once(
    app: App, chat: MockChat, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Whoever is slower takes the id that the other gave, for all that came with it."""
    theirs = events(chat, (AN, "một"))
    ours = events(chat, *[(AN, f"lần {count}") for count in range(number)], (BINH, "chào"))
    ring = type(app.internals.context.storage.keyring)
    find = ring.find
    waiting = [theirs]

    def find_late(self: object, indexes: Collection[str]) -> Mapping[str, NewKey]:
        found: Mapping[str, NewKey] = find(self, indexes)  # type: ignore[arg-type]
        if waiting:
            app.intake.accept_all(waiting.pop())
        return found

    monkeypatch.setattr(ring, "find", find_late)
    assert app.intake.accept_all(ours) == [Accepted.STORED] * (number + 1)
    known = id_of(app, chat)
    assert conversations(app).count(known) == number + 1
    assert len(set(conversations(app))) == 2


def test_who_only_withdraws_leaves_nothing(app: App, chat: MockChat) -> None:
    """Of somebody of whom nothing is kept, asking to be erased keeps nothing either."""
    chat.withdraws(chat.person(AN))
    pump(app, chat)
    assert id_of(app, chat) == ""
