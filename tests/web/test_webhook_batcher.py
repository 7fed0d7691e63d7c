"""Requests that wait together."""

import threading
from collections.abc import Callable, Sequence

import anyio
import pytest
from attrs import define, field

from anninh_core.kernel.errors import Refused, StorageBusy, StorageError
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web.webhook_batcher import MAX_BATCH, WebhookBatcher

PATIENCE = 30  # seconds until a test that hangs fails


@define
class Door:
    """An intake whose first call lasts until the test opens it; what it was given stands in `batches`."""

    opened: threading.Event = field(factory=threading.Event)
    entered: threading.Event = field(factory=threading.Event)
    batches: list[list[bytes]] = field(factory=list)
    inside: int = 0
    most: int = 0
    wrong: Exception | None = None

    def accept_all(self, events: Sequence[tuple[str, WebhookRequest]]) -> Sequence[Accepted | Exception]:
        self.inside += 1
        self.most = max(self.most, self.inside)
        self.batches.append([request.body for _, request in events])
        self.entered.set()
        assert self.opened.wait(PATIENCE)
        self.inside -= 1
        if self.wrong is not None:
            raise self.wrong
        return [Refused("unsigned") if b"bad" in request.body else Accepted.STORED for _, request in events]


@pytest.fixture
def door() -> Door:
    """The intake behind the gathering."""
    return Door()


async def entered(door: Door) -> None:
    assert await anyio.to_thread.run_sync(door.entered.wait, PATIENCE)


def crowd(door: Door, bodies: Sequence[bytes], meanwhile: Callable[[], None] = lambda: None) -> dict[bytes, object]:
    """Let one request come, and the others while that is taken in; return what became of each."""
    gathering = WebhookBatcher(door.accept_all)
    endings = dict[bytes, object]()

    async def ask(body: bytes) -> None:
        try:
            endings[body] = await gathering.accept("oa", WebhookRequest(body))
        except Exception as error:  # noqa: BLE001  what was raised is what the test asks for
            endings[body] = error

    async def come() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(ask, bodies[0])
            await entered(door)
            for body in bodies[1:]:
                tasks.start_soon(ask, body)
            await anyio.wait_all_tasks_blocked()
            meanwhile()
            door.opened.set()

    anyio.run(come)
    return endings


def test_who_waits_is_taken_in_together(door: Door) -> None:
    """The first goes at once, all who come meanwhile with the next, in their order and never beside another batch."""
    bodies = [b"%d" % number for number in range(10)]
    assert crowd(door, bodies) == dict.fromkeys(bodies, Accepted.STORED)
    assert (door.batches, door.most) == ([bodies[:1], bodies[1:]], 1)


def test_who_comes_together_is_taken_in_together(door: Door) -> None:
    """The first of a crowd doesn't go alone."""
    bodies = [b"%d" % number for number in range(10)]
    gathering = WebhookBatcher(door.accept_all)

    async def come() -> None:
        async with anyio.create_task_group() as tasks:
            for body in bodies:
                tasks.start_soon(gathering.accept, "oa", WebhookRequest(body))

    door.opened.set()
    anyio.run(come)
    assert door.batches == [bodies]


def test_a_first_request_that_is_given_up_at_once(door: Door) -> None:
    """Who comes with it is taken in, and who comes after."""
    gathering = WebhookBatcher(door.accept_all)
    stored = list[int]()

    async def ask(number: int) -> None:
        with anyio.CancelScope() as scope:
            if number == 0:
                scope.cancel()
            await gathering.accept("oa", WebhookRequest(b"%d" % number))
            stored.append(number)

    async def come() -> None:
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask, 0)
                tasks.start_soon(ask, 1)
            await ask(0)
            await ask(2)

    door.opened.set()
    anyio.run(come)
    assert stored == [1, 2]


def test_a_batch_has_an_end(door: Door) -> None:
    """More than a batch holds are taken in by several, none of them lost."""
    bodies = [b"%d" % number for number in range(MAX_BATCH + 12)]
    assert set(crowd(door, bodies).values()) == {Accepted.STORED}
    assert [len(batch) for batch in door.batches] == [1, MAX_BATCH, 11]


def test_each_hears_its_own(door: Door) -> None:
    """Who sent something unsound is told so, whoever leads; the others of the batch are stored."""
    endings = crowd(door, [b"1", b"bad 2", b"3", b"bad 4"])
    assert [isinstance(ending, Refused) for ending in endings.values()] == [False, True, False, True]


def test_an_intake_that_breaks_keeps_nobody_waiting(door: Door) -> None:
    """Everybody hears that it went wrong, and nobody is told that an event was stored."""
    door.wrong = StorageBusy("locked")
    assert all(isinstance(ending, StorageError) for ending in crowd(door, [b"1", b"2", b"3"]).values())


@pytest.mark.parametrize("who", [0, 1, 2])
def test_a_request_that_is_given_up(door: Door, who: int) -> None:
    """Whether it leads, is next to lead or only waits: the others are taken in, and later ones too."""
    gathering = WebhookBatcher(door.accept_all)
    stored = list[int]()

    async def ask(number: int, scope: anyio.CancelScope) -> None:
        with scope:
            await gathering.accept("oa", WebhookRequest(b"%d" % number))
            stored.append(number)

    async def come() -> None:
        scopes = [anyio.CancelScope() for _ in range(3)]
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(ask, 0, scopes[0])
                await entered(door)
                tasks.start_soon(ask, 1, scopes[1])
                tasks.start_soon(ask, 2, scopes[2])
                await anyio.wait_all_tasks_blocked()
                scopes[who].cancel()
                await anyio.wait_all_tasks_blocked()
                door.opened.set()
            await ask(3, anyio.CancelScope())

    anyio.run(come)
    assert set(stored) | {who} == {0, 1, 2, 3}
