"""Messages of several parts."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from attrs import define, field
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.kernel.errors import (
    DeliveryError,
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    StorageError,
    UnknownOutcome,
)
from anninh_core.ports.messengers.adapter import AdapterState, Remembered
from anninh_core.ports.storages.storage import Lease
from anninh_core.testing.services import memory_services
from anninh_zalo.sending.progress import MAX_MESSAGES, MultipartProgress


@define
class Wire:
    """Takes parts, except where it is told to fail."""

    failing: list[DeliveryError | None] = field(factory=list)
    took: list[int] = field(factory=list)

    def parts(self, count: int) -> list[Callable[[], str]]:
        """Return what sends so many parts."""
        return [partial(self._take, number) for number in range(count)]

    def _take(self, number: int) -> str:
        if self.failing and (error := self.failing.pop(0)) is not None:
            raise error
        self.took.append(number)
        return f"id-{number}"


class Broken:
    """A state whose storage fails: at reading, or at writing."""

    def __init__(self, state: AdapterState, *, reads: bool) -> None:
        self._state = state
        self._reads = reads

    def get(self, name: str) -> Remembered:
        if not self._reads:
            raise StorageError("the disk is full")
        return self._state.get(name)

    def put(self, name: str, value: bytes, expected: int, fence: Lease | None = None) -> bool:
        raise StorageError("the disk is full")

    def lease(self, name: str, ttl: timedelta) -> object:
        raise AssertionError("sending needs no lease")


@pytest.fixture
def state() -> AdapterState:
    return memory_services().state


def notes(state: AdapterState) -> bytes:
    """Return everything that is remembered."""
    return b"".join(state.get(f"progress:{digit:x}").value for digit in range(16))


def test_one_part_leaves_no_trace(state: AdapterState) -> None:
    """A message that goes out as one is never written down."""
    assert MultipartProgress(state).send("k", Wire().parts(1)) == ("id-0",)
    assert all(state.get(f"progress:{digit:x}").version == 0 for digit in range(16))


def test_a_retry_goes_on_with_the_next_part(state: AdapterState) -> None:
    """What went out isn't said again, by another worker neither, nor once all is out."""
    wire = Wire([None, RetryLater("not now")])
    with pytest.raises(RetryLater):
        MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0]
    assert MultipartProgress(state).send("k", wire.parts(3)) == ("id-0", "id-1", "id-2")
    assert MultipartProgress(state).send("k", wire.parts(3)) == ("id-0", "id-1", "id-2")
    assert wire.took == [0, 1, 2]


def test_a_part_that_was_found(state: AdapterState) -> None:
    """Its outcome was unknown; found on the platform, it counts as sent, and the next try goes on behind it."""
    wire = Wire([None, UnknownOutcome("no answer")])
    progress = MultipartProgress(state)
    with pytest.raises(UnknownOutcome):
        progress.send("k", wire.parts(3))
    assert progress.sent_ids("k", 3) == ("id-0",)
    assert progress.record_found("k", 3, "seen")

    assert progress.send("k", wire.parts(3)) == ("id-0", "seen", "id-2")
    assert wire.took == [0, 2]


def test_an_unknown_part_stays_unknown(state: AdapterState) -> None:
    """A person who lets it go out again has the parts before it not doubled."""
    wire = Wire([None, None, UnknownOutcome("no answer")])
    with pytest.raises(UnknownOutcome, match="no answer"):
        MultipartProgress(state).send("k", wire.parts(3))
    MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0, 1, 2]


def test_half_of_a_message_is_a_persons_matter(state: AdapterState) -> None:
    """Nothing out: another way may be tried. Something out: nobody may say it again by another way."""
    with pytest.raises(RecipientUnreachable):
        MultipartProgress(state).send("k", Wire([RecipientUnreachable("gone")]).parts(2))
    with pytest.raises(NeedsPerson, match="1 of 2 parts went out"):
        MultipartProgress(state).send("k", Wire([None, RecipientUnreachable("gone")]).parts(2))


def test_another_number_of_parts_is_a_persons_matter(state: AdapterState) -> None:
    """Begun anew, a message that is split in another way now would say twice what was said already."""
    wire = Wire([None, RequestRejected("no"), RequestRejected("no")])
    with pytest.raises(RequestRejected):
        MultipartProgress(state).send("k", wire.parts(2))
    with pytest.raises(NeedsPerson, match="1 of 2 parts went out, and with today's options there would be 3: read"):
        MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0]
    with pytest.raises(RequestRejected):
        MultipartProgress(state).send("unsent", wire.parts(2))
    assert len(MultipartProgress(state).send("unsent", wire.parts(3))) == 3


def test_half_of_a_message_is_remembered_longest(state: AdapterState) -> None:
    """However many go out whole behind it, it goes on where it stopped."""
    half = Wire([None, RetryLater("not now")])
    with pytest.raises(RetryLater):
        MultipartProgress(state).send("k", half.parts(2))
    for number in range(MAX_MESSAGES * 20):
        MultipartProgress(state).send(f"k-{number}", Wire().parts(2))
    MultipartProgress(state).send("k", half.parts(2))
    assert half.took == [0, 1]


def test_unread_notes_send_nothing(state: AdapterState) -> None:
    """Where it can't be known what went out, the message waits."""
    wire = Wire()
    with pytest.raises(RetryLater, match="nothing was sent"):
        MultipartProgress(Broken(state, reads=False)).send("k", wire.parts(2))  # type: ignore[arg-type]  # no lease is taken
    assert wire.took == []


def test_unwritten_notes_do_no_harm_to_what_arrives(state: AdapterState) -> None:
    """All parts out is all that counts; a part that fails after unnoted ones leaves the outcome to a person."""
    broken = MultipartProgress(Broken(state, reads=True))  # type: ignore[arg-type]  # no lease is taken
    assert broken.send("k", Wire().parts(2)) == ("id-0", "id-1")
    with pytest.raises(UnknownOutcome, match=r"1 of 2 parts went out, part 2 failed \(RetryLater\)"):
        broken.send("k", Wire([None, RetryLater("not now")]).parts(2))


def test_what_was_given_up_is_forgotten_in_time(state: AdapterState) -> None:
    """The notes of messages that nobody sends any more don't pile up."""
    progress = MultipartProgress(state)
    for number in range(MAX_MESSAGES * 20):
        with pytest.raises(RequestRejected):
            progress.send(f"k-{number}", Wire([None, RequestRejected("no")]).parts(2))
    assert notes(state).count(b"id-0") == MAX_MESSAGES * 16


def test_many_at_once_lose_nothing(state: AdapterState) -> None:
    """Threads that write into one drawer keep each other's notes."""
    wires = [Wire([None, RetryLater("not now")]) for _ in range(64)]

    def fail(number: int) -> None:
        with pytest.raises(RetryLater):
            MultipartProgress(state).send(f"k-{number}", wires[number].parts(2))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(fail, range(64)))
        list(pool.map(lambda number: MultipartProgress(state).send(f"k-{number}", wires[number].parts(2)), range(64)))
    assert all(wire.took == [0, 1] for wire in wires)


@given(st.integers(1, 6), st.lists(st.sampled_from([None, RetryLater("x"), UnknownOutcome("x")]), max_size=12))
def test_however_it_fails_every_part_goes_out_once(total: int, failing: list[DeliveryError | None]) -> None:
    """Tried until it works, each part has gone out once and in order."""
    state = memory_services().state
    wire = Wire(list(failing))
    while True:
        try:
            ids = MultipartProgress(state).send("k", wire.parts(total))
            break
        except DeliveryError:
            continue
    assert wire.took == list(range(total))
    assert ids == tuple(f"id-{number}" for number in range(total))
