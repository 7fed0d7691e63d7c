"""Tests that data which identifies a person is found in every search mode while it is retained, and no longer."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.identities import enrol_two_keys
from tests.domain.world import World

from anninh_core.domain.conversations.model import CONVERSATION as SOMEBODY
from anninh_core.domain.conversations.model import Message
from anninh_core.domain.registry import KINDS
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.testing.memory import MemoryStorage
from anninh_core.testing.steps import run_step
from anninh_core.usecase.indexing.reindex import reindex

NAME = "Nguyễn Thị Bưởi"
TEXT = "Xin cảm ơn Nguyễn Thị Bưởi, số 102938475610"


def record_named_message(world: World, text: str, name: str = NAME) -> Message:
    message = evolve(world.inbound_message(), text=text, sender_name=name)
    return run_step(world.app.internals.services.conversations.record_message, world.other, message, kind="chatter")


def find_identifying_pieces(world: World, text: str = TEXT) -> list[str]:
    """Return the pieces of `text` that identify a person."""
    exposure = world.app.internals.services.leaks.check.find_exposure(text)
    return [exposure.text[start:end] for start, end in exposure.spans]


def purge_scope(world: World, scope: str) -> None:
    """Purge the data that is encrypted under `scope`."""
    order = world.app.internals.services.retention.purges.order_destruction
    run_step(order, world.boss, scope, "hoa-lu", timedelta(0), "request")
    assert world.app.retention.purge(world.boss)


def test_purged_scope_leaves_the_index(world: World) -> None:
    """Purging the identity removes its name from the index, and purging the conversation removes the data written in
    it.
    """
    assert find_identifying_pieces(world) == []
    message = record_named_message(world, "stk em 102938475610 ạ")
    assert find_identifying_pieces(world) == ["Nguyễn Thị Bưởi", "102938475610"]
    purge_scope(world, f"identity:{message.sender}")
    assert find_identifying_pieces(world) == ["102938475610"]
    purge_scope(world, f"conversation:{message.conversation}")
    assert find_identifying_pieces(world) == []


def test_new_name_replaces_the_old_one(world: World) -> None:
    """When the platform sends a new name of a person, it replaces the old name in the index."""
    record_named_message(world, "chào")
    message = evolve(world.inbound_message(), id="m2", sender_name="Trần Văn Mận")
    run_step(world.app.internals.services.conversations.record_message, world.other, message, kind="chatter")
    assert find_identifying_pieces(world, "Trần Văn Mận") == ["Trần Văn Mận"]
    assert find_identifying_pieces(world, NAME) == []


def test_erased_message_is_not_found(world: World) -> None:
    """The text of an erased message is no longer found."""
    message = record_named_message(world, "stk em 102938475610 ạ", name="")
    run_step(world.app.internals.services.conversations.remove_words, world.other, message.id)
    assert find_identifying_pieces(world) == []


def test_lost_index_is_rebuilt(world: World) -> None:
    """A reindex fills an empty index from the records, as needed after an upgrade from a version without the index;
    before it, nothing is found.
    """
    record_named_message(world, "stk em 102938475610 ạ")
    storage = world.app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    storage.tables.terms.clear()  # The index is emptied as if it had been lost in a crash.
    assert find_identifying_pieces(world) == []
    for _ in reindex(world.app.internals.runner, world.boss, KINDS):
        pass
    assert find_identifying_pieces(world) == ["Nguyễn Thị Bưởi", "102938475610"]


def test_sealed_name_is_found(world: World) -> None:
    """The hashes of a name that is sealed to custodians are stored with it, so that it is found in a text, also after a
    reindex.
    """
    enrol_two_keys(world)
    stored = world.app.internals.context.storage.records.get(SOMEBODY.name, record_named_message(world, "chào").sender)
    assert stored is not None
    (sender,) = world.app.internals.context.iter_readable(SOMEBODY, [stored])
    assert sender.name == ""
    assert sender.name_marks
    for _ in reindex(world.app.internals.runner, world.boss, KINDS):
        pass
    assert find_identifying_pieces(world) == ["Nguyễn Thị Bưởi"]


def test_officers_are_not_reported(world: World) -> None:
    """The names and numbers of officers in a text aren't reported, as officers sign with their names."""
    message = record_named_message(world, "stk em 102938475610 ạ")
    assert find_identifying_pieces(world) == ["Nguyễn Thị Bưởi", "102938475610"]
    UnsafeLocalUsers(world.app).appoint("Nguyễn Thị Bưởi", "hoa-lu", "editor", conversation=message.sender)
    assert find_identifying_pieces(world) == []


def test_walk_in_text_is_indexed(world: World) -> None:
    """Personal data in an officer's note of a walk-in is found, although the reporter has no chat."""
    world.app.tips.record_walk_in(world.other, "Bà con gọi từ số 0229 387 1234", unit="ninh-hoa")
    assert find_identifying_pieces(world, "số 02293871234") == ["02293871234"]


@pytest.mark.parametrize("text", ["", "113", "Gọi 114", "https://hoalu.gov.vn/tin", "30/2020/NĐ-CP", "12 tỷ đồng"])
def test_official_text_identifies_no_person(world: World, text: str) -> None:
    """Official numbers, web addresses and amounts in a text aren't taken for data that identifies a person."""
    assert find_identifying_pieces(world, text) == []
