"""The outcome of messages without a response, piece by piece, and messages that the webhook missed."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from tests.zalo.conftest import Bench, bench_with

from anninh_core.kernel.errors import UnknownOutcome
from anninh_core.ports.messengers.messenger import Found, Verdict
from anninh_core.ports.messengers.platform import CatchesUp
from anninh_core.testing.kits.messenger.bench import PICTURE
from anninh_core.vocabulary.messages import Attachment
from anninh_zalo.api.calls import ApiCall

LONG = " ".join(f"Thứ {number}." for number in range(700))


def ids(answer: Verdict | Sequence[Found]) -> list[str]:
    """Return the ids of the found messages."""
    assert not isinstance(answer, Verdict)
    return [entry.platform_id for entry in answer]


def test_lost_short_text_is_reconciled(bench: Bench) -> None:
    """A short text that arrived is found by its id, and one that was lost isn't found."""
    person = bench.somebody()
    since = bench.clock.now()
    arrived = bench.to(person, "đã rõ", key="1")
    lost = bench.to(person, "chưa rõ", key="2")
    for message, failure in ((arrived, "lost_answer"), (lost, "lost_before")):
        bench.sandbox.fail_next(failure, "/message/cs")
        with pytest.raises(UnknownOutcome):
            bench.messenger.send(message)

    assert ids(bench.messenger.reconcile(arrived, since)) == [person.heard[0].id]
    assert bench.messenger.reconcile(lost, since) == []


@pytest.fixture
def fails_at(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Callable[[int, str], None]:
    """Scripts a failure of sending the given piece, counted from 0."""

    def script(piece: int, failure: str) -> None:
        ask = bench.messenger.api.ask
        sent_count = count()

        def counted(call: ApiCall) -> Mapping[str, Any]:
            if call.path.endswith("/cs") and next(sent_count) == piece:
                bench.sandbox.fail_next(failure, call.path)
            return ask(call)

        monkeypatch.setattr(bench.messenger.api, "ask", counted)

    return script


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before"])
@pytest.mark.parametrize("piece", [0, 1])
def test_lost_piece_is_not_sent_twice(
    bench: Bench, fails_at: Callable[[int, str], None], failure: str, piece: int
) -> None:
    """A piece without a response is reconciled, and the next attempt continues with the first piece that didn't
    arrive.
    """
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, LONG)
    fails_at(piece, failure)
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert bench.messenger.reconcile(message, since) == []
    bench.messenger.send(message)
    assert [part.text[:6] for part in person.heard] == [f"({n}/4) " for n in range(1, 5)]


def test_equal_message_is_not_taken_for_the_lost_piece(bench: Bench, fails_at: Callable[[int, str], None]) -> None:
    """A piece of an equal earlier message isn't taken for the lost piece, so that the later message is sent too."""
    person = bench.somebody()
    since = bench.clock.now()
    bench.messenger.send(bench.to(person, LONG, key="1"))
    again = bench.to(person, LONG, key="2")
    fails_at(0, "lost_before")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(again)

    assert bench.messenger.reconcile(again, since) == []
    bench.messenger.send(again)
    assert [part.text[:6] for part in person.heard] == [f"({n}/4) " for n in range(1, 5)] * 2


def test_found_last_piece_completes_the_message(bench: Bench, fails_at: Callable[[int, str], None]) -> None:
    """If the last piece is found, the whole message has arrived."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, LONG)
    fails_at(3, "lost_answer")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert ids(bench.messenger.reconcile(message, since)) == [person.heard[-1].id]
    bench.messenger.send(message)
    assert len(person.heard) == 4


def test_unknown_outcome_is_left_to_a_person(bench: Bench) -> None:
    """The outcome of a picture is unknown, and that of any message without the history, so that a person decides."""
    without_history = bench_with(history="no")
    person = bench.somebody()
    since = bench.clock.now()
    picture = Attachment("image", "a.png", blob=bench.services.blobs.put(PICTURE))

    assert bench.messenger.reconcile(bench.to(person, attachments=(picture,)), since) is Verdict.UNKNOWN
    assert without_history.messenger.reconcile(without_history.to(without_history.somebody()), since) is Verdict.UNKNOWN
    assert without_history.messenger.missed_events() == []


def test_missed_messages_keep_their_dedupe_keys(bench: Bench) -> None:
    """After the first check, missed messages are returned as events with the dedupe keys of their webhooks."""
    person = bench.somebody()
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
