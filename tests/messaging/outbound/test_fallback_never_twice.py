"""Over all ladders and all that can come of their rungs: at most one arrives, and the row ends as the rules say."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.messaging.conftest import THEFT, receipt

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


class Scripted(MockMessenger):
    """Has an outcome for each method; without one it delivers."""

    script: Mapping[str, str] = {}

    def send(self, message: OutgoingMessage) -> Receipt:
        """Send by the window."""
        return self._played(WINDOW, lambda: super(Scripted, self).send(message))

    def send_by(self, method: str, message: OutgoingMessage) -> Receipt:
        """Send by another method."""
        return self._played(method, lambda: super(Scripted, self).send_by(method, message))

    def _played(self, method: str, send: Callable[[], Receipt]) -> Receipt:
        outcome = self.script.get(method, "delivered")
        if outcome in REFUSED:
            raise REFUSED[outcome](f"{method}: {outcome}")
        sent = send()
        if outcome == "lost answer":
            raise UnknownOutcome("the connection broke before an answer")
        if outcome == "broken":
            raise OSError("the answer made no sense")
        return sent


def expected(ladder: Sequence[str], script: Mapping[str, str]) -> tuple[str, str]:
    """Return state and proof that the rules give after the first try."""
    for method in ladder:
        if method == TASK:
            return "needs_person", ""
        outcome = script[method]
        window = method == WINDOW
        if outcome == "unreachable" or (outcome in PASSED and not window):
            continue
        return {
            "delivered": ("delivered", "accepted" if window else method),
            "rejected": ("failed", ""),
            "unsupported": ("failed", ""),
            "later": ("ready", ""),
            "person": ("needs_person", ""),
            "lost before": ("ready", "") if window else ("unknown", ""),
            "lost answer": ("delivered", "reconciled") if window else ("unknown", ""),
            "broken": ("delivered", "reconciled") if window else ("unknown", ""),
        }[outcome]
    return "failed", ""


def opened(chat: MockChat, clock: FixedClock, ladder: Sequence[str]) -> tuple[App, Scripted]:
    """Return an app whose receipts have a ladder, and its messenger."""
    ids = SeededIds(clock)
    messenger = Scripted("oa", {"rungs": "template phone"}, memory_services(clock, ids), chat)
    district: District = evolve(HOA_LU, ladders={"tip.receipt": tuple(ladder)})
    return memory_app(chat, clock=clock, ids=ids, district=district, messengers={"oa": messenger}), messenger


@settings(max_examples=150)
@given(LADDERS, SCRIPTS)
def test_at_most_one_rung_delivers(ladder: Sequence[str], script: Mapping[str, str]) -> None:
    """What ended stays as it ended, also once every method would deliver; what waits arrives, once."""
    clock = FixedClock(MORNING)
    chat = MockChat(clock)
    app, messenger = opened(chat, clock, ladder)
    with app:
        messenger.script = script
        chat.says(chat.person("Thử Văn An"), THEFT)
        pump(app, chat)
        app.worker.step()
        first = receipt(app)
        messenger.script = {}
        for _ in range(3):
            clock.advance(timedelta(days=1))
            app.worker.drain()
        last = receipt(app)
        arrived = len(chat.account.sent(last.id))

    assert (first.state, first.proof) == expected(ladder, script)
    assert last.state == ("delivered" if first.state == "ready" else first.state)
    assert arrived == (1 if last.state == "delivered" else int(arrived_unseen(ladder, script)))


def arrived_unseen(ladder: Sequence[str], script: Mapping[str, str]) -> bool:
    """Tell whether the method at which the first try ended sent all the same, and nobody could find that out."""
    ended = next((method for method in ladder if method == TASK or not passed(method, script)), TASK)
    return ended not in (TASK, WINDOW) and script[ended] in ("lost answer", "broken")


def passed(method: str, script: Mapping[str, str]) -> bool:
    """Tell whether the method above is tried."""
    return script[method] == "unreachable" or (script[method] in PASSED and method != WINDOW)
