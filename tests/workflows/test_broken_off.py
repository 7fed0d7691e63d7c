"""Workflows that need prepared records complete their remaining commits when they are called again after an
interruption.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count

import pytest
from attrs import evolve
from tests.app.broken_off import complete_act, get_last_line_number, interrupt_act, take_footprint
from tests.domain.identities import enrol_key
from tests.domain.world import SIGNED, World

from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import rewrap_batch
from anninh_core.domain.identity.custody import service as custody
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import AlreadyDone
from anninh_core.testing import FixedClock, MockChat, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor
from anninh_core.usecase.encryption.envelope import make_private_key
from anninh_core.vocabulary.messages import Address, Place
from anninh_core.workflows import erasure

Call = Callable[[Actor], object]
GROUND = {"rule": "Điều 16", "reason": "Có quyền"}


@contextmanager
def open_world() -> Iterator[World]:
    """Open an app on Saturday, 18 September 2021, a day before a report is due."""
    clock = FixedClock(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    chat = MockChat(clock)
    with memory_app(chat, clock=clock) as app:
        yield World.of(app, chat, clock)


def request_erasure(world: World) -> str:
    """Request the erasure of a resident who wrote three times, and return the request's id."""
    record_message = world.app.internals.services.conversations.record_message
    messages = [evolve(world.inbound_message(), id=f"m{number}") for number in range(3)]
    (conversation,) = {run_step(record_message, world.other, message, kind="chatter").sender for message in messages}
    at = world.clock.now()
    ask = world.app.internals.services.retention.erasures.ask_erasure
    return run_step(ask, world.other, conversation, unit="ninh-hoa", asked_at=at, received_at=at).id


def prepare_granted_erasure(world: World) -> Call:
    """Prepare an erasure that another officer granted some days ago; return a function that carries it out by
    `retention.erase`.
    """
    request = request_erasure(world)
    world.app.retention.erase(world.other, request, **GROUND)
    world.advance_days(8)
    return lambda actor: world.app.retention.erase(actor, request, **GROUND)


def prepare_carrying_out(world: World) -> Call:
    request = request_erasure(world)
    world.app.retention.erase(world.other, request, **GROUND)
    world.advance_days(8)
    return lambda actor: world.app.internals.workflows.erasure.carry_out(actor, request)


def prepare_purge(world: World) -> Call:
    """Prepare the purge of three cases; return a function that purges two of them."""
    for _ in range(3):
        world.app.retention.order_purge(world.other, f"tip:{world.answered().id}", reason="retention")
    world.advance_days(8)
    return lambda actor: world.app.retention.purge(actor, limit=2)


def prepare_epoch_destruction(world: World) -> Call:
    world.tip()
    old_epoch = world.app.internals.context.keys.epoch
    world.app.keys.turn_epoch(world.other)
    return lambda actor: world.app.keys.destroy_epoch(actor, old_epoch)


def prepare_submission(world: World) -> Call:
    report = world.begun_report()
    return lambda actor: world.app.reports.submit(actor, report.id, **SIGNED)


def prepare_rewrap_import(world: World) -> Call:
    """Prepare the rewrapped names of three residents for a new key; return a function that imports them, each in a
    commit.
    """
    old, new = PrivateKey(secret=make_private_key()), PrivateKey(secret=make_private_key())
    enrol_key(world)
    holder = enrol_key(world, world.boss.id, old.public.hex())
    for number in range(3):
        address = Address("oa", Place.PERSON, f"p{number}")
        message = evolve(
            world.inbound_message(), id=f"n{number}", conversation=address, sender=address, sender_name="Người Thử"
        )
        run_step(world.app.internals.services.conversations.record_message, world.other, message, kind="chatter")
    enrol_key(world, world.other.id, new.public.hex())
    batch = world.app.identity.custodians.export_rewraps(world.boss, new.id, holder=holder)
    return lambda actor: world.app.identity.custodians.import_rewraps(actor, rewrap_batch(batch, old, new.id))


SCENES = (
    prepare_granted_erasure,
    prepare_carrying_out,
    prepare_purge,
    prepare_epoch_destruction,
    prepare_submission,
    prepare_rewrap_import,
)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "_BATCH_SIZE", 2)
    monkeypatch.setattr(custody, "_CHUNK", 1)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("scene", SCENES)
def test_interrupted_workflow_is_completed_once(scene: Callable[[World], Call], stored: bool) -> None:
    """A workflow that is interrupted at any of its commits is completed when called again, and a third call changes
    nothing.
    """
    with open_world() as world:
        act = scene(world)
        since = get_last_line_number(world.app)
        result = act(world.boss.with_request("k"))
        whole = take_footprint(world.app, since)
        with pytest.raises(AlreadyDone):
            act(world.boss.with_request("k"))
        assert take_footprint(world.app, since) == whole
    for number in count():
        with open_world() as world:
            act = scene(world)
            since = get_last_line_number(world.app)
            call = partial(act, world.boss.with_request("k"))
            if not interrupt_act(world.app, call, number, stored=stored):
                return
            second_result = complete_act(call)
            assert take_footprint(world.app, since) == whole
            assert second_result is None or type(second_result) is type(result)
            if isinstance(result, int | tuple) and second_result is not None:
                assert str(second_result).count("done_at") == str(result).count("done_at")
