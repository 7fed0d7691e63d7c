"""What leads to somebody is found as long as it is kept, in every search mode, and no longer."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.identities import custodians
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


def hear(world: World, text: str, name: str = NAME) -> Message:
    message = evolve(world.inbound(), text=text, sender_name=name)
    return run_step(world.app.internals.services.conversations.record_message, world.other, message, kind="chatter")


def found(world: World, text: str = TEXT) -> list[str]:
    """Return the pieces of a text that lead to somebody."""
    exposure = world.app.internals.services.leaks.check.look(text)
    return [exposure.text[start:end] for start, end in exposure.spans]


def destroy(world: World, scope: str) -> None:
    """Purge what a scope seals."""
    order = world.app.internals.services.retention.purges.order_destruction
    run_step(order, world.boss, scope, "hoa-lu", timedelta(0), "request")
    assert world.app.retention.purge(world.boss)


def test_each_scope_takes_its_own_with_it(world: World) -> None:
    """With the identity the name goes, with the talk what was written in it; nothing of either is found afterwards."""
    assert found(world) == []
    said = hear(world, "stk em 102938475610 ạ")
    assert found(world) == ["Nguyễn Thị Bưởi", "102938475610"]
    destroy(world, f"identity:{said.sender}")
    assert found(world) == ["102938475610"]
    destroy(world, f"conversation:{said.conversation}")
    assert found(world) == []


def test_a_new_name_takes_the_place_of_the_old_one(world: World) -> None:
    """A platform tells what somebody is called now."""
    hear(world, "chào")
    message = evolve(world.inbound(), id="m2", sender_name="Trần Văn Mận")
    run_step(world.app.internals.services.conversations.record_message, world.other, message, kind="chatter")
    assert found(world, "Trần Văn Mận") == ["Trần Văn Mận"]
    assert found(world, NAME) == []


def test_words_that_are_taken_out_lead_to_nobody(world: World) -> None:
    """An erased message isn't found by what it said."""
    said = hear(world, "stk em 102938475610 ạ", name="")
    run_step(world.app.internals.services.conversations.remove_words, world.other, said.id)
    assert found(world) == []


def test_a_lost_index_is_made_again(world: World) -> None:
    """From the records, as for a store that an earlier version filled; and a storage without it finds nothing."""
    hear(world, "stk em 102938475610 ạ")
    storage = world.app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    storage.tables.terms.clear()  # as a crash of the index may leave it
    assert found(world) == []
    for _ in reindex(world.app.internals.runner, world.boss, KINDS):
        pass
    assert found(world) == ["Nguyễn Thị Bưởi", "102938475610"]


def test_a_name_that_only_custodians_open_is_found(world: World) -> None:
    """Its hashes are kept beside what is sealed to them, and a reindex keeps them."""
    custodians(world)
    stored = world.app.internals.context.storage.records.get(SOMEBODY.name, hear(world, "chào").sender)
    assert stored is not None
    (somebody,) = world.app.internals.context.iter_readable(SOMEBODY, [stored])
    assert somebody.name == ""
    assert somebody.name_marks
    for _ in reindex(world.app.internals.runner, world.boss, KINDS):
        pass
    assert found(world) == ["Nguyễn Thị Bưởi"]


def test_officers_are_no_residents(world: World) -> None:
    """Under what they sign their names stand."""
    said = hear(world, "stk em 102938475610 ạ")
    assert found(world) == ["Nguyễn Thị Bưởi", "102938475610"]
    UnsafeLocalUsers(world.app).appoint("Nguyễn Thị Bưởi", "hoa-lu", "editor", conversation=said.sender)
    assert found(world) == []


def test_text_of_an_entry_is_looked_for_too(world: World) -> None:
    """Whoever came or called has no chat; what an officer wrote down of them leads to them all the same."""
    world.app.tips.record_walk_in(world.other, "Bà con gọi từ số 0229 387 1234", unit="ninh-hoa")
    assert found(world, "số 02293871234") == ["02293871234"]


@pytest.mark.parametrize("text", ["", "113", "Gọi 114", "https://hoalu.gov.vn/tin", "30/2020/NĐ-CP", "12 tỷ đồng"])
def test_what_leads_to_nobody(world: World, text: str) -> None:
    """Official numbers, addresses on the web and amounts are told of nobody."""
    assert found(world, text) == []
