"""The progress of messages with several parts is stored, so that no part is sent twice."""

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
class ScriptedSender:
    """A simulated connection that records the sent parts, and fails as scripted in `failing`."""

    failing: list[DeliveryError | None] = field(factory=list)
    took: list[int] = field(factory=list)

    def parts(self, count: int) -> list[Callable[[], str]]:
        """Return `count` functions, and each function sends one part."""
        return [partial(self._send_part, number) for number in range(count)]

    def _send_part(self, number: int) -> str:
        if self.failing and (error := self.failing.pop(0)) is not None:
            raise error
        self.took.append(number)
        return f"id-{number}"


class FailingState:
    """The state of an adapter whose storage fails, at reading or at writing."""

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


def read_notes(state: AdapterState) -> bytes:
    """Return all stored notes about messages, joined."""
    return b"".join(state.get(f"progress:{digit:x}").value for digit in range(16))


def test_single_part_is_not_noted(state: AdapterState) -> None:
    """About a message with only one part no note is stored."""
    assert MultipartProgress(state).send("k", ScriptedSender().parts(1)) == ("id-0",)
    assert all(state.get(f"progress:{digit:x}").version == 0 for digit in range(16))


def test_retry_continues_with_the_next_part(state: AdapterState) -> None:
    """A retry continues with the next part, even by another worker, and sends nothing after the last part."""
    wire = ScriptedSender([None, RetryLater("not now")])
    with pytest.raises(RetryLater):
        MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0]
    assert MultipartProgress(state).send("k", wire.parts(3)) == ("id-0", "id-1", "id-2")
    assert MultipartProgress(state).send("k", wire.parts(3)) == ("id-0", "id-1", "id-2")
    assert wire.took == [0, 1, 2]


def test_found_part_counts_as_sent(state: AdapterState) -> None:
    """A part of unknown outcome that is found on the platform counts as sent, and the next attempt continues after
    it.
    """
    wire = ScriptedSender([None, UnknownOutcome("no answer")])
    progress = MultipartProgress(state)
    with pytest.raises(UnknownOutcome):
        progress.send("k", wire.parts(3))
    assert progress.sent_ids("k", 3) == ("id-0",)
    assert progress.record_found("k", 3, "seen")

    assert progress.send("k", wire.parts(3)) == ("id-0", "seen", "id-2")
    assert wire.took == [0, 2]


def test_forced_retry_repeats_only_the_unknown_part(state: AdapterState) -> None:
    """A forced retry after an unknown outcome sends the unknown part again, and no part before it."""
    wire = ScriptedSender([None, None, UnknownOutcome("no answer")])
    with pytest.raises(UnknownOutcome, match="no answer"):
        MultipartProgress(state).send("k", wire.parts(3))
    MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0, 1, 2]


def test_half_sent_message_needs_a_person(state: AdapterState) -> None:
    """A message without any sent part may be sent by another method; a partly sent message raises `NeedsPerson`."""
    with pytest.raises(RecipientUnreachable):
        MultipartProgress(state).send("k", ScriptedSender([RecipientUnreachable("gone")]).parts(2))
    with pytest.raises(NeedsPerson, match="1 of 2 parts went out"):
        MultipartProgress(state).send("k", ScriptedSender([None, RecipientUnreachable("gone")]).parts(2))


def test_changed_number_of_parts_needs_a_person(state: AdapterState) -> None:
    """A partly sent message that is now split into another number of parts raises `NeedsPerson`, because sending it
    from the start would repeat text.
    """
    wire = ScriptedSender([None, RequestRejected("no"), RequestRejected("no")])
    with pytest.raises(RequestRejected):
        MultipartProgress(state).send("k", wire.parts(2))
    with pytest.raises(NeedsPerson, match="1 of 2 parts went out, and with today's options there would be 3: read"):
        MultipartProgress(state).send("k", wire.parts(3))
    assert wire.took == [0]
    with pytest.raises(RequestRejected):
        MultipartProgress(state).send("unsent", wire.parts(2))
    assert len(MultipartProgress(state).send("unsent", wire.parts(3))) == 3


def test_half_sent_message_outlasts_whole_ones(state: AdapterState) -> None:
    """Notes about a partly sent message are kept however many messages are sent completely later."""
    half_sent = ScriptedSender([None, RetryLater("not now")])
    with pytest.raises(RetryLater):
        MultipartProgress(state).send("k", half_sent.parts(2))
    for number in range(MAX_MESSAGES * 20):
        MultipartProgress(state).send(f"k-{number}", ScriptedSender().parts(2))
    MultipartProgress(state).send("k", half_sent.parts(2))
    assert half_sent.took == [0, 1]


def test_unreadable_notes_send_nothing(state: AdapterState) -> None:
    """If the notes about a message can't be read, nothing is sent, and the message is retried."""
    wire = ScriptedSender()
    with pytest.raises(RetryLater, match="nothing was sent"):
        MultipartProgress(FailingState(state, reads=False)).send("k", wire.parts(2))  # type: ignore[arg-type]  # no lease is taken
    assert wire.took == []


def test_unwritten_notes_allow_a_complete_message(state: AdapterState) -> None:
    """If the notes can't be written, a message that was sent completely counts as sent, and a failure after sent parts
    is an unknown outcome.
    """
    broken = MultipartProgress(FailingState(state, reads=True))  # type: ignore[arg-type]  # no lease is taken
    assert broken.send("k", ScriptedSender().parts(2)) == ("id-0", "id-1")
    with pytest.raises(UnknownOutcome, match=r"1 of 2 parts went out, part 2 failed \(RetryLater\)"):
        broken.send("k", ScriptedSender([None, RetryLater("not now")]).parts(2))


def test_notes_of_abandoned_messages_are_limited(state: AdapterState) -> None:
    """The number of notes about abandoned messages is limited."""
    progress = MultipartProgress(state)
    for number in range(MAX_MESSAGES * 20):
        with pytest.raises(RequestRejected):
            progress.send(f"k-{number}", ScriptedSender([None, RequestRejected("no")]).parts(2))
    assert read_notes(state).count(b"id-0") == MAX_MESSAGES * 16


def test_concurrent_notes_are_kept(state: AdapterState) -> None:
    """Threads that write notes into the same slot at the same time keep each other's notes."""
    senders = [ScriptedSender([None, RetryLater("not now")]) for _ in range(64)]

    def send_half(number: int) -> None:
        with pytest.raises(RetryLater):
            MultipartProgress(state).send(f"k-{number}", senders[number].parts(2))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(send_half, range(64)))
        list(pool.map(lambda number: MultipartProgress(state).send(f"k-{number}", senders[number].parts(2)), range(64)))
    assert all(wire.took == [0, 1] for wire in senders)


@given(st.integers(1, 6), st.lists(st.sampled_from([None, RetryLater("x"), UnknownOutcome("x")]), max_size=12))
def test_any_failures_send_each_part_once(total: int, failing: list[DeliveryError | None]) -> None:
    """After any failures and retries each part of a message has been sent once and in order."""
    state = memory_services().state
    wire = ScriptedSender(list(failing))
    while True:
        try:
            ids = MultipartProgress(state).send("k", wire.parts(total))
            break
        except DeliveryError:
            continue
    assert wire.took == list(range(total))
    assert ids == tuple(f"id-{number}" for number in range(total))
