"""The outcome of messages without a response is found piece by piece, and so are messages that the webhook missed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from tests.zalo.conftest import Bench, build_bench

from anninh_core.kernel.errors import UnknownOutcome
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.ports.messengers.platform import CatchesUp
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.api.calls import ApiCall

LONG = " ".join(f"Thứ {number}." for number in range(700))


def list_message_ids(answer: Verdict | Sequence[Found]) -> list[str]:
    """Return the ids of the messages that were found."""
    assert not isinstance(answer, Verdict)
    return [entry.platform_id for entry in answer]


def test_lost_short_text_is_reconciled(bench: Bench) -> None:
    """A short text that arrived is found by its id, and one that was lost isn't found."""
    person = bench.add_writer()
    since = bench.clock.now()
    arrived = bench.build_message(person, "đã rõ", key="1")
    lost = bench.build_message(person, "chưa rõ", key="2")
    for message, failure in ((arrived, "lost_answer"), (lost, "lost_before")):
        bench.sandbox.fail_next(failure, "/message/cs")
        with pytest.raises(UnknownOutcome):
            bench.messenger.send(message)

    assert list_message_ids(bench.messenger.reconcile(arrived, since)) == [person.heard[0].id]
    assert bench.messenger.reconcile(lost, since) == []


@pytest.fixture
def failure_at_piece(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], None]:
    """A function that lets sending fail at the given piece of a message, counted from 0."""

    def set_failure(piece: int, failure: str) -> None:
        ask = bench.messenger.api.ask
        sent_count = count()

        def ask_and_count(call: ApiCall) -> Mapping[str, Any]:
            if call.path.endswith("/cs") and next(sent_count) == piece:
                bench.sandbox.fail_next(failure, call.path)
            return ask(call)

        monkeypatch.setattr(bench.messenger.api, "ask", ask_and_count)

    return set_failure


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before"])
@pytest.mark.parametrize("piece", [0, 1])
def test_lost_piece_is_not_sent_twice(
    bench: Bench, failure_at_piece: Callable[[int, str], None], failure: str, piece: int
) -> None:
    """A piece of a message that got no response is looked up, and the next attempt continues with the first piece that
    didn't arrive.
    """
    person = bench.add_writer()
    since = bench.clock.now()
    message = bench.build_message(person, LONG)
    failure_at_piece(piece, failure)
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert bench.messenger.reconcile(message, since) == []
    bench.messenger.send(message)
    assert [part.text[:6] for part in person.heard] == [f"({n}/4) " for n in range(1, 5)]


def test_equal_message_is_not_taken_for_the_lost_piece(
    bench: Bench, failure_at_piece: Callable[[int, str], None]
) -> None:
    """A piece of an earlier message with the same text isn't mistaken for the lost piece, so that the later message is
    sent too.
    """
    person = bench.add_writer()
    since = bench.clock.now()
    bench.messenger.send(bench.build_message(person, LONG, key="1"))
    again = bench.build_message(person, LONG, key="2")
    failure_at_piece(0, "lost_before")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(again)

    assert bench.messenger.reconcile(again, since) == []
    bench.messenger.send(again)
    assert [part.text[:6] for part in person.heard] == [f"({n}/4) " for n in range(1, 5)] * 2


def test_found_last_piece_completes_the_message(bench: Bench, failure_at_piece: Callable[[int, str], None]) -> None:
    """If the last piece of a message is found, the whole message has arrived."""
    person = bench.add_writer()
    since = bench.clock.now()
    message = bench.build_message(person, LONG)
    failure_at_piece(3, "lost_answer")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert list_message_ids(bench.messenger.reconcile(message, since)) == [person.heard[-1].id]
    bench.messenger.send(message)
    assert len(person.heard) == 4


def test_unknown_outcome_is_left_to_a_person(bench: Bench) -> None:
    """The outcome of a picture is unknown, and so is that of any message if the history can't be read; a person then
    decides.
    """
    without_history = build_bench(history="no")
    person = bench.add_writer()
    since = bench.clock.now()
    picture = Attachment("image", "a.png", blob=bench.services.blobs.put(PICTURE))

    assert bench.messenger.reconcile(bench.build_message(person, attachments=(picture,)), since) is Verdict.UNKNOWN
    assert (
        without_history.messenger.reconcile(without_history.build_message(without_history.add_writer()), since)
        is Verdict.UNKNOWN
    )
    assert without_history.messenger.missed_events() == []


def test_missed_messages_keep_their_dedupe_keys(bench: Bench) -> None:
    """After the first check, missed messages are returned as events with the dedupe keys of their webhooks."""
    person = bench.add_writer()
    assert isinstance(bench.messenger, CatchesUp)
    assert bench.messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=30))
    message = person.says("Có ai không?")
    webhook_key = bench.messenger.dedupe_key(bench.request())
    bench.clock.advance(timedelta(minutes=11))

    bodies = bench.messenger.missed_events()
    keys = {bench.messenger.dedupe_key(type(bench.request())(body)) for body in bodies}
    assert webhook_key in keys
    assert message.text in [
        part.text for body in bodies for part in bench.messenger.parse(body) if hasattr(part, "text")
    ]
