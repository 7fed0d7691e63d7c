"""For all ladders and outcomes of their methods at most one message arrives, and the row has the expected state."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.messaging.conftest import THEFT, read_newest_receipt

from anninh_core.app import App
from anninh_core.kernel.errors import (
    NeedsPerson,
    RecipientUnreachable,
    RequestRejected,
    RetryLater,
    UnknownOutcome,
    Unsupported,
)
from anninh_core.profile import load_profile
from anninh_core.testing import FixedClock, MockChat, MockMessenger, SeededIds, memory_app, memory_services, pump
from anninh_core.vocabulary.district import TASK, WINDOW, District
from anninh_core.vocabulary.messages import OutgoingMessage, Receipt

pytestmark = pytest.mark.slow

PASSED = {"unreachable": RecipientUnreachable, "rejected": RequestRejected, "unsupported": Unsupported}
REFUSED = {**PASSED, "later": RetryLater, "person": NeedsPerson, "lost before": UnknownOutcome}
OUTCOMES = ("delivered", *REFUSED, "lost answer", "broken")
MORNING = datetime(2021, 9, 1, 1, tzinfo=UTC)
HOA_LU = load_profile("hoa_lu_2021")

LADDERS = st.builds(
    lambda rungs, task: (*rungs, TASK) if task or not rungs else tuple(rungs),
    st.lists(st.sampled_from([WINDOW, "template", "phone"]), unique=True),
    st.booleans(),
)
SCRIPTS = st.fixed_dictionaries(dict.fromkeys([WINDOW, "template", "phone"], st.sampled_from(OUTCOMES)))


class ScriptedMessenger(MockMessenger):
    """A messenger with a scripted outcome for each method; without a script it delivers."""

    script: Mapping[str, str] = {}

    def send(self, message: OutgoingMessage) -> Receipt:
        return self._play_outcome(WINDOW, lambda: super(ScriptedMessenger, self).send(message))

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        return self._play_outcome(method, lambda: super(ScriptedMessenger, self).send_by(method, message))

    def _play_outcome(self, method: str, send: Callable[[], Receipt]) -> Receipt:
        outcome = self.script.get(method, "delivered")
        if outcome in REFUSED:
            raise REFUSED[outcome](f"{method}: {outcome}")
        receipt = send()
        if outcome == "lost answer":
            raise UnknownOutcome("the connection broke before an answer")
        if outcome == "broken":
            raise OSError("the answer made no sense")
        return receipt


def predict_result(ladder: Sequence[str], script: Mapping[str, str]) -> tuple[str, str]:
    """Return the expected state and proof of the outbox row after the first attempt."""
    for method in ladder:
        if method == TASK:
            return "needs_person", ""
        outcome = script[method]
        is_window = method == WINDOW
        if outcome == "unreachable" or (outcome in PASSED and not is_window):
            continue
        return {
            "delivered": ("delivered", "accepted" if is_window else method),
            "rejected": ("failed", ""),
            "unsupported": ("failed", ""),
            "later": ("ready", ""),
            "person": ("needs_person", ""),
            "lost before": ("ready", "") if is_window else ("unknown", ""),
            "lost answer": ("delivered", "reconciled") if is_window else ("unknown", ""),
            "broken": ("delivered", "reconciled") if is_window else ("unknown", ""),
        }[outcome]
    return "failed", ""


def open_scripted_app(chat: MockChat, clock: FixedClock, ladder: Sequence[str]) -> tuple[App, ScriptedMessenger]:
    """Return an app with a ladder for receipts, and its messenger."""
    ids = SeededIds(clock)
    messenger = ScriptedMessenger("oa", {"rungs": "template phone"}, memory_services(clock, ids), chat)
    district: District = evolve(HOA_LU, ladders={"tip.receipt": tuple(ladder)})
    return memory_app(chat, clock=clock, ids=ids, district=district, messengers={"oa": messenger}), messenger


@settings(max_examples=150)
@given(LADDERS, SCRIPTS)
def test_at_most_one_method_delivers(ladder: Sequence[str], script: Mapping[str, str]) -> None:
    """A settled row stays unchanged even if every method would deliver later, and a deferred row arrives once."""
    clock = FixedClock(MORNING)
    chat = MockChat(clock)
    app, messenger = open_scripted_app(chat, clock, ladder)
    with app:
        messenger.script = script
        chat.says(chat.person("Thử Văn An"), THEFT)
        pump(app, chat)
        app.worker.step()
        first = read_newest_receipt(app)
        messenger.script = {}
        for _ in range(3):
            clock.advance(timedelta(days=1))
            app.worker.drain()
        last = read_newest_receipt(app)
        sent_count = len(chat.account.sent(last.id))

    assert (first.state, first.proof) == predict_result(ladder, script)
    assert last.state == ("delivered" if first.state == "ready" else first.state)
    assert sent_count == (1 if last.state == "delivered" else int(was_sent_unconfirmed(ladder, script)))


def was_sent_unconfirmed(ladder: Sequence[str], script: Mapping[str, str]) -> bool:
    """Return whether the last method of the first attempt sent the message although its outcome stays unknown."""
    last_method = next(
        (method for method in ladder if method == TASK or not is_next_method_tried(method, script)), TASK
    )
    return last_method not in (TASK, WINDOW) and script[last_method] in ("lost answer", "broken")


def is_next_method_tried(method: str, script: Mapping[str, str]) -> bool:
    """Return whether the next method of the ladder is tried after this method."""
    return script[method] == "unreachable" or (script[method] in PASSED and method != WINDOW)
