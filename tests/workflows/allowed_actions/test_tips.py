"""Every step that is offered on a tip succeeds, and every other step is refused, whatever happened before."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.workflows.allowed_actions.lives import list_commands, list_offers, try_step

from anninh_core.app import App
from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.intake import Addition
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.states import TRANSITIONS
from anninh_core.domain.tips.steps import SETTLE_OUTCOMES
from anninh_core.operations import OperationGateway
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import system
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

pytestmark = pytest.mark.slow

REPORTER = Address("oa", Place.PERSON, "p1")
ROUTER = system("router")
NO_STEPS = frozenset({"tips.routing.suggest_handlers"})
"""Operations that aren't steps on a tip: they evaluate several records and change none."""


class TipCase:
    """A tip with two messages, and officers with different roles."""

    def __init__(self, app: App, clock: FixedClock) -> None:
        self.app = app
        self.gateway = OperationGateway(app)
        self.clock = clock
        users = UnsafeLocalUsers(app)
        lan = users.appoint("Lan", "ninh-hoa", "tip_officer")
        self.actors = {
            "lan": lan,
            "eve": users.appoint("Eve", "ninh-hoa", "tip_officer"),
            "van": users.appoint("Vân", "ninh-van", "tip_officer"),
            "boss": users.appoint("Bình", "hoa-lu", "tip_supervisor"),
            "chief": users.appoint("Cường", "hoa-lu", "tip_supervisor", "tip_officer"),
            "reader": users.appoint("Dung", "ninh-hoa", "inspector"),
            "few_operations": evolve(
                lan, sign_in=evolve(lan.sign_in, operations=frozenset({"tips.can_do", "tips.triage", "tips.settle"}))
            ),
            "other_units": evolve(lan, sign_in=evolve(lan.sign_in, units=frozenset({"ninh-van"}))),
        }
        messages = [self._record_message(number) for number in range(2)]
        self.acting = ""
        self.id = self.receive_tip(messages[0].conversation).id
        self.conversation = messages[0].conversation
        self.messages = [message.id for message in messages]
        for message in messages:
            run_step(app.internals.services.conversations.link, ROUTER, message.id, f"tip:{self.id}", kind="tip")

    def _record_message(self, number: int) -> Any:
        message = InboundMessage(
            id=f"m{number}", conversation=REPORTER, sender=REPORTER, text=f"Có trộm {number}", sent_at=self.clock.now()
        )
        return run_step(self.app.internals.services.conversations.record_message, ROUTER, message, kind="chatter")

    def receive_tip(self, conversation: str, unit: str = "ninh-hoa") -> Tip:
        return run_step(
            self.app.internals.services.tips.intake.receive,
            ROUTER,
            "Có trộm ở xóm 2",
            unit=unit,
            origin="one_to_one",
            conversation=conversation,
            category="crime",
        )

    def load(self) -> Tip:
        record = self.app.internals.context.storage.records.get(TIP.name, self.id)
        assert record is not None
        return TIP.decode_record(record, self.app.internals.context.open_body(record))


def _create_other_tip(case: TipCase) -> str:
    """Create another tip of the same reporter, which the acting officer may handle, and return its id."""
    return case.receive_tip(case.conversation, unit="ninh-van" if case.acting == "van" else "ninh-hoa").id


def _build_paper(case: TipCase, tip: Tip) -> dict[str, object]:
    day = max([tip.received_day, *(decision.day for decision in tip.decisions if decision.body)])
    return {"body": "Viện kiểm sát", "number": "7/QĐ", "day": day}


def _choose_outcome(tip: Tip) -> TipState:
    possible = sorted(TRANSITIONS[tip.state] & SETTLE_OUTCOMES) or [TipState.RESOLVED]
    # Every second outcome is "unfounded", so that the tip can be marked as a false report.
    return possible[-1 - tip.version % 2 % len(possible)]


REASONS: Mapping[TipState, str] = {
    TipState.RESOLVED: "handled",
    TipState.UNFOUNDED: "checked",
    TipState.REFUSED: "competence",
}
TOLD: Mapping[str, object] = {"answer": "Đã xong.", "despite_open": "Đủ rồi"}
WHY: Mapping[str, object] = {"reason": "Có lý do"}
Arguments = Callable[[TipCase, Tip], Mapping[str, object]]
ARGUMENTS: Mapping[str, Arguments] = {
    "triage": lambda _, tip: {"category": "crime"},
    "claim": lambda _, tip: {},
    "claim_for": lambda case, _: {"officer": case.actors["lan"].id},
    "release_claim": lambda _, tip: {},
    "assign": lambda _, tip: {"unit": "ninh-hoa"},
    "verify": lambda _, tip: {},
    "ask_back": lambda _, tip: {"question": "Xe màu gì?"},
    "record_reply_by_hand": lambda _, tip: {"words": "Màu đỏ", "how": "gọi điện"},
    "add_note": lambda _, tip: {"words": "Đã gọi lại"},
    "subcases.open": lambda _, tip: {"unit": "cong-an", "asked": "Xem giúp"},
    "subcases.cancel": lambda _, tip: {"subcase": next(iter(tip.open_subcases), "none"), **WHY},
    "transfers.to_unit": lambda _, tip: {"unit": "hoa-lu" if tip.handling_unit == "ninh-van" else "ninh-van", **WHY},
    "transfers.accept": lambda _, tip: {},
    "transfers.give_back": lambda _, tip: WHY,
    "settle": lambda _, tip: {"outcome": _choose_outcome(tip), "reason": REASONS[_choose_outcome(tip)], **TOLD},
    "transfer": lambda _, tip: {"to": "Công an tỉnh", "reason": "competence", **TOLD},
    "papers.slip": lambda _, tip: {"format": "csv"},
    "transfers.record_return": lambda _, tip: WHY,
    "merge": lambda case, _: {"into": _create_other_tip(case), **TOLD},
    "unmerge": lambda _, tip: WHY,
    "answer": lambda _, tip: {},
    "record_manual_answer": lambda _, tip: {"proof": "gọi điện"},
    "close": lambda _, tip: {},
    "reopenings.request": lambda _, tip: WHY,
    "reopenings.judge": lambda _, tip: {"accept": tip.version % 2 == 0, **WHY},
    "reopen": lambda _, tip: WHY,
    "withdrawals.accept": lambda _, tip: WHY,
    "withdrawals.decline": lambda _, tip: {"answer": "Vẫn xử lý.", **WHY},
    "false_reports.mark": lambda _, tip: {"reason": "prank", "note": "Nhận là đùa"},
    "false_reports.confirm": lambda _, tip: {"note": "Đúng vậy"},
    "false_reports.clear": lambda _, tip: {"note": "Không phải"},
    "exclusions.add": lambda case, _: {"officer_id": case.actors["eve"].id, **WHY},
    "exclusions.add_unit": lambda _, tip: {"unit": "ninh-my", **WHY},
    "locks.confirm": lambda _, tip: WHY,
    "locks.lift": lambda _, tip: WHY,
    "threads.split": lambda case, _: {"messages": case.messages[:1], **WHY},
    "threads.join": lambda case, _: {"into": _create_other_tip(case), **WHY},
    "threads.keep_together": lambda _, tip: WHY,
    "convert_to_inquiry": lambda _, tip: WHY,
    "clocks.mark_complex": _build_paper,
    "clocks.extend": lambda case, tip: {**_build_paper(case, tip), "asked_on": tip.received_day, "months": 1},
    "clocks.suspend": _build_paper,
    "clocks.revoke_suspension": _build_paper,
    "clocks.record_notice": lambda _, tip: {"number": "5/TB", "day": tip.received_day},
    "clocks.record_identity_refused": lambda _, tip: WHY,
}
BY_ITSELF: Mapping[str, Addition] = {
    "reporter writes": Addition(text="Xe màu đỏ"),
    "reporter objects": Addition(text="Sai rồi", objects=True),
    "reporter takes back": Addition(text="Rút", withdraws=True),
    "reporter tells more": Addition(text="Còn việc khác", second_matter="m9"),
}
ACTORS = ("lan", "eve", "van", "boss", "chief", "reader", "few_operations", "other_units")
ACTS = st.tuples(
    st.sampled_from(ACTORS), st.sampled_from(sorted([*ARGUMENTS, *BY_ITSELF])), st.sampled_from((0, 0, 0, 1, 40))
)


def build_case() -> TipCase:
    clock = FixedClock(datetime(2021, 9, 1, 1, tzinfo=UTC))
    return TipCase(memory_app(clock=clock), clock)


def try_and_compare(case: TipCase, name: str, act: str) -> None:
    """Carry out a step on the tip, or let the reporter add to it; check that a step succeeds exactly if it was
    offered.
    """
    if act in BY_ITSELF:
        add_from_reporter(case, BY_ITSELF[act])
        return
    actor = case.actors[name]
    operation = f"tips.{act}"
    is_offered = operation in list_offers(case.gateway, actor, "tips", "tip_id", case.id)
    tip = case.load()
    case.acting = name
    refusal = try_step(case.gateway, actor, operation, {"tip_id": case.id, **ARGUMENTS[act](case, tip)})
    assert is_offered == (not refusal), (name, operation, tip.state, refusal)


def add_from_reporter(case: TipCase, addition: Addition) -> None:
    if case.load().state not in (TipState.JOINED, TipState.BECAME_INQUIRY):
        run_step(case.app.internals.services.tips.intake.add, ROUTER, case.id, addition)


@given(st.lists(ACTS, max_size=25))
def test_offers_agree_with_refusals(acts: list[tuple[str, str, int]]) -> None:
    """Whatever was done to a tip, an officer is offered exactly the steps that succeed."""
    case = build_case()
    for name, act, days in acts:
        try_and_compare(case, name, act)
        case.clock.advance(timedelta(days=days))
    case.app.close()


@given(st.lists(st.integers(0, 10_000), max_size=12), st.sampled_from(ACTORS), st.sampled_from(sorted(ARGUMENTS)))
def test_offers_agree_after_offered_steps(choices: list[int], name: str, act: str) -> None:
    """After any sequence of offered steps, offers agree with refusals."""
    case = build_case()
    for choice in choices:
        workers = sorted(("lan", "van", "boss", "chief"), key=lambda candidate: (candidate, choice))
        worker = workers[choice % len(workers)]
        offers = sorted(list_offers(case.gateway, case.actors[worker], "tips", "tip_id", case.id))
        if offers:
            try_and_compare(case, worker, offers[choice % len(offers)].removeprefix("tips."))
    try_and_compare(case, name, act)
    case.app.close()


def test_each_tip_command_is_a_step() -> None:
    """Every command that changes a tip is in this file's table of steps."""
    with memory_app() as app:
        assert list_commands(OperationGateway(app), "tip_id") - NO_STEPS == {f"tips.{name}" for name in ARGUMENTS}


def test_false_report_needs_a_second_officer() -> None:
    """After an officer marked a false report, only another officer is offered to confirm or clear the mark."""
    case = build_case()
    try_and_compare(case, "chief", "triage")
    if _choose_outcome(case.load()) is not TipState.UNFOUNDED:
        try_and_compare(case, "chief", "record_reply_by_hand")
    for act in ("settle", "false_reports.mark"):
        try_and_compare(case, "chief", act)
    assert case.load().false_mark is not None
    for name in ("chief", "lan", "boss", "boss"):
        try_and_compare(case, name, "false_reports.confirm")
    for name in ("chief", "lan", "boss", "boss"):
        try_and_compare(case, name, "false_reports.clear")
    assert case.load().false_mark is None
    case.app.close()
