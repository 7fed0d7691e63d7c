"""What became of a message without an answer, piece by piece, and what the webhook missed."""

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
    """Return the ids of what stands there."""
    assert not isinstance(answer, Verdict)
    return [found.platform_id for found in answer]


def test_a_short_text(bench: Bench) -> None:
    """It stands there or it doesn't; which of two equal ones it is, the account alone can't tell."""
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
    """Lets the sending of a piece fail, counted from 0."""

    def script(piece: int, failure: str) -> None:
        ask = bench.messenger.api.ask
        sent = count()

        def counted(call: ApiCall) -> Mapping[str, Any]:
            if call.path.endswith("/cs") and next(sent) == piece:
                bench.sandbox.fail_next(failure, call.path)
            return ask(call)

        monkeypatch.setattr(bench.messenger.api, "ask", counted)

    return script


@pytest.mark.parametrize("failure", ["lost_answer", "lost_before"])
@pytest.mark.parametrize("piece", [0, 1])
def test_a_long_text_is_never_doubled(
    bench: Bench, fails_at: Callable[[int, str], None], failure: str, piece: int
) -> None:
    """A piece without an answer is looked for; found or not, the next try goes on at the right place."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, LONG)
    fails_at(piece, failure)
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert bench.messenger.reconcile(message, since) == []
    bench.messenger.send(message)
    assert [one.text[:6] for one in person.heard] == [f"({n}/4) " for n in range(1, 5)]


def test_the_same_said_twice(bench: Bench, fails_at: Callable[[int, str], None]) -> None:
    """A piece of the one message isn't taken for the lost piece of the other: nothing of it would be said."""
    person = bench.somebody()
    since = bench.clock.now()
    bench.messenger.send(bench.to(person, LONG, key="1"))
    again = bench.to(person, LONG, key="2")
    fails_at(0, "lost_before")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(again)

    assert bench.messenger.reconcile(again, since) == []
    bench.messenger.send(again)
    assert [one.text[:6] for one in person.heard] == [f"({n}/4) " for n in range(1, 5)] * 2


def test_the_last_piece(bench: Bench, fails_at: Callable[[int, str], None]) -> None:
    """Found, the whole message has arrived."""
    person = bench.somebody()
    since = bench.clock.now()
    message = bench.to(person, LONG)
    fails_at(3, "lost_answer")
    with pytest.raises(UnknownOutcome):
        bench.messenger.send(message)

    assert ids(bench.messenger.reconcile(message, since)) == [person.heard[-1].id]
    bench.messenger.send(message)
    assert len(person.heard) == 4


def test_what_cannot_be_told(bench: Bench) -> None:
    """Pictures, and everything where the history isn't to be read: a person decides."""
    silent = bench_with(history="no")
    person = bench.somebody()
    since = bench.clock.now()
    picture = Attachment("image", "a.png", blob=bench.services.blobs.put(PICTURE))

    assert bench.messenger.reconcile(bench.to(person, attachments=(picture,)), since) is Verdict.UNKNOWN
    assert silent.messenger.reconcile(silent.to(silent.somebody()), since) is Verdict.UNKNOWN
    assert silent.messenger.missed_events() == []


def test_what_the_webhook_missed(bench: Bench) -> None:
    """From the first look on, what people wrote comes as events with the keys that they would have had."""
    person = bench.somebody()
    assert isinstance(bench.messenger, CatchesUp)
    assert bench.messenger.missed_events() == []
    bench.clock.advance(timedelta(minutes=30))
    said = person.says("Có ai không?")
    known = bench.messenger.dedupe_key(bench.request())
    bench.clock.advance(timedelta(minutes=11))

    bodies = bench.messenger.missed_events()
    keys = {bench.messenger.dedupe_key(type(bench.request())(body)) for body in bodies}
    assert known in keys
    assert said.text in [part.text for body in bodies for part in bench.messenger.parse(body) if hasattr(part, "text")]
