"""Workflows that died at one of their commits, where it takes some preparation: called again, they do the rest."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from itertools import count

import pytest
from attrs import evolve
from tests.app.broken_off import break_off, finish, footprint, head_of
from tests.domain.identities import enrol
from tests.domain.world import SIGNED, World

from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import wrap_anew
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
def new_world() -> Iterator[World]:
    """Open a world of its own: Saturday, 18 September 2021, a day before a report is due."""
    clock = FixedClock(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    chat = MockChat(clock)
    with memory_app(chat, clock=clock) as app:
        yield World.of(app, chat, clock)


def wish_of_somebody(world: World) -> str:
    """Return the wish of somebody who wrote three times."""
    record = world.app.internals.services.conversations.record_message
    said = [evolve(world.inbound(), id=f"m{number}") for number in range(3)]
    (somebody,) = {run_step(record, world.other, message, kind="chatter").sender for message in said}
    at = world.clock.now()
    ask = world.app.internals.services.retention.erasures.ask_erasure
    return run_step(ask, world.other, somebody, unit="ninh-hoa", asked_at=at, received_at=at).id


def decides_and_erases(world: World) -> Call:
    """Erase at once what somebody else granted some days ago."""
    wish = wish_of_somebody(world)
    world.app.retention.erase(world.other, wish, **GROUND)
    world.later(8)
    return lambda actor: world.app.retention.erase(actor, wish, **GROUND)


def carries_out(world: World) -> Call:
    wish = wish_of_somebody(world)
    world.app.retention.erase(world.other, wish, **GROUND)
    world.later(8)
    return lambda actor: world.app.internals.workflows.erasure.carry_out(actor, wish)


def purges(world: World) -> Call:
    """Destroy two of three cases that are due."""
    for _ in range(3):
        world.app.retention.order_purge(world.other, f"tip:{world.answered().id}", reason="retention")
    world.later(8)
    return lambda actor: world.app.retention.purge(actor, limit=2)


def destroys_an_epoch(world: World) -> Call:
    world.tip()
    ended = world.app.internals.context.keys.epoch
    world.app.keys.turn_epoch(world.other)
    return lambda actor: world.app.keys.destroy_epoch(actor, ended)


def hands_in(world: World) -> Call:
    report = world.begun()
    return lambda actor: world.app.reports.submit(actor, report.id, **SIGNED)


def takes_wraps_in(world: World) -> Call:
    """Take in what was wrapped for a new key: the names of three people, one to a commit."""
    old, new = PrivateKey(secret=make_private_key()), PrivateKey(secret=make_private_key())
    enrol(world)
    holder = enrol(world, world.boss.id, old.public.hex())
    for number in range(3):
        somebody = Address("oa", Place.PERSON, f"p{number}")
        said = evolve(world.inbound(), id=f"n{number}", conversation=somebody, sender=somebody, sender_name="Người Thử")
        run_step(world.app.internals.services.conversations.record_message, world.other, said, kind="chatter")
    enrol(world, world.other.id, new.public.hex())
    batch = world.app.identity.custodians.export_rewraps(world.boss, new.id, holder=holder)
    return lambda actor: world.app.identity.custodians.import_rewraps(actor, wrap_anew(batch, old, new.id))


SCENES = (decides_and_erases, carries_out, purges, destroys_an_epoch, hands_in, takes_wraps_in)


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "_BATCH_SIZE", 2)
    monkeypatch.setattr(custody, "_CHUNK", 1)


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize("scene", SCENES)
def test_interrupted_workflow_is_completed_once(scene: Callable[[World], Call], stored: bool) -> None:
    """Whichever commit it died at, called again it does the rest and no more; so a third time."""
    with new_world() as world:
        act = scene(world)
        since = head_of(world.app)
        answer = act(world.boss.with_request("k"))
        whole = footprint(world.app, since)
        with pytest.raises(AlreadyDone):
            act(world.boss.with_request("k"))
        assert footprint(world.app, since) == whole
    for number in count():
        with new_world() as world:
            act = scene(world)
            since = head_of(world.app)
            call = partial(act, world.boss.with_request("k"))
            if not break_off(world.app, call, number, stored=stored):
                return
            again = finish(call)
            assert footprint(world.app, since) == whole
            assert again is None or type(again) is type(answer)
            if isinstance(answer, int | tuple) and again is not None:
                assert str(again).count("done_at") == str(answer).count("done_at")
