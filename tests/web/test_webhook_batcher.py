"""Webhook requests that wait at the same time are stored in one batch."""

import threading
from collections.abc import Callable, Sequence

import anyio
import pytest
from attrs import define, field

from anninh_core.kernel.errors import Refused, StorageBusy, StorageError
from anninh_core.messaging.inbound.intake import Accepted
from anninh_core.vocabulary.messages import WebhookRequest
from anninh_core.web.webhook_batcher import MAX_BATCH, WebhookBatcher

PATIENCE = 30  # Seconds after which a test that hangs fails.


@define
class BlockingIntake:
    """A simulated intake whose calls wait until the test lets them return.

    Attributes:
        opened: set by the test to let the calls return.
        entered: set once a call has begun.
        batches: request bodies of each call.
        inside: number of calls under way.
        most: greatest number of simultaneous calls.
        wrong: error that each call raises, or None.
    """

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
def door() -> BlockingIntake:
    """The simulated intake behind the batcher."""
    return BlockingIntake()


async def wait_for_first_call(door: BlockingIntake) -> None:
    assert await anyio.to_thread.run_sync(door.entered.wait, PATIENCE)


def send_requests(
    door: BlockingIntake, bodies: Sequence[bytes], meanwhile: Callable[[], None] = lambda: None
) -> dict[bytes, object]:
    """Send one request, and the others while the first is being stored; return the outcome of each body."""
    batcher = WebhookBatcher(door.accept_all)
    outcomes = dict[bytes, object]()

    async def send_one(body: bytes) -> None:
        try:
            outcomes[body] = await batcher.accept("oa", WebhookRequest(body))
        except Exception as error:  # noqa: BLE001  what was raised is what the test asks for
            outcomes[body] = error

    async def send_all() -> None:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(send_one, bodies[0])
            await wait_for_first_call(door)
            for body in bodies[1:]:
                tasks.start_soon(send_one, body)
            await anyio.wait_all_tasks_blocked()
            meanwhile()
            door.opened.set()

    anyio.run(send_all)
    return outcomes


def test_waiting_requests_form_one_batch(door: BlockingIntake) -> None:
    """The first request is stored at once; all requests that arrive meanwhile form the next batch, in their order, and
    batches never overlap.
    """
    bodies = [b"%d" % number for number in range(10)]
    assert send_requests(door, bodies) == dict.fromkeys(bodies, Accepted.STORED)
    assert (door.batches, door.most) == ([bodies[:1], bodies[1:]], 1)


def test_simultaneous_requests_form_one_batch(door: BlockingIntake) -> None:
    """Simultaneous requests form one batch, including the first."""
    bodies = [b"%d" % number for number in range(10)]
    batcher = WebhookBatcher(door.accept_all)

    async def send_all() -> None:
        async with anyio.create_task_group() as tasks:
            for body in bodies:
                tasks.start_soon(batcher.accept, "oa", WebhookRequest(body))

    door.opened.set()
    anyio.run(send_all)
    assert door.batches == [bodies]


def test_cancelled_first_request_blocks_no_other(door: BlockingIntake) -> None:
    """If the first request is cancelled at once, simultaneous and later requests are stored."""
    batcher = WebhookBatcher(door.accept_all)
    stored = list[int]()

    async def send_one(number: int) -> None:
        with anyio.CancelScope() as scope:
            if number == 0:
                scope.cancel()
            await batcher.accept("oa", WebhookRequest(b"%d" % number))
            stored.append(number)

    async def send_all() -> None:
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(send_one, 0)
                tasks.start_soon(send_one, 1)
            await send_one(0)
            await send_one(2)

    door.opened.set()
    anyio.run(send_all)
    assert stored == [1, 2]


def test_batch_size_is_limited(door: BlockingIntake) -> None:
    """More requests than `MAX_BATCH` are stored in several batches, without loss."""
    bodies = [b"%d" % number for number in range(MAX_BATCH + 12)]
    assert set(send_requests(door, bodies).values()) == {Accepted.STORED}
    assert [len(batch) for batch in door.batches] == [1, MAX_BATCH, 11]


def test_each_request_gets_its_own_outcome(door: BlockingIntake) -> None:
    """Each sender of an invalid request gets a refusal, and the other requests of the batch are stored."""
    outcomes = send_requests(door, [b"1", b"bad 2", b"3", b"bad 4"])
    assert [isinstance(outcome, Refused) for outcome in outcomes.values()] == [False, True, False, True]


def test_intake_failure_reaches_every_request(door: BlockingIntake) -> None:
    """If the intake fails, every request of the batch gets the error."""
    door.wrong = StorageBusy("locked")
    assert all(isinstance(outcome, StorageError) for outcome in send_requests(door, [b"1", b"2", b"3"]).values())


@pytest.mark.parametrize("who", [0, 1, 2])
def test_cancelled_request_blocks_no_other(door: BlockingIntake, who: int) -> None:
    """If any request of a batch is cancelled, the others and later ones are stored."""
    batcher = WebhookBatcher(door.accept_all)
    stored = list[int]()

    async def send_one(number: int, scope: anyio.CancelScope) -> None:
        with scope:
            await batcher.accept("oa", WebhookRequest(b"%d" % number))
            stored.append(number)

    async def send_all() -> None:
        scopes = [anyio.CancelScope() for _ in range(3)]
        with anyio.fail_after(PATIENCE):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(send_one, 0, scopes[0])
                await wait_for_first_call(door)
                tasks.start_soon(send_one, 1, scopes[1])
                tasks.start_soon(send_one, 2, scopes[2])
                await anyio.wait_all_tasks_blocked()
                scopes[who].cancel()
                await anyio.wait_all_tasks_blocked()
                door.opened.set()
            await send_one(3, anyio.CancelScope())

    anyio.run(send_all)
    assert set(stored) | {who} == {0, 1, 2, 3}
