"""Tests of the state machine of an item of content."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.domain.content.conftest import PIECE

from anninh_core.domain.content import Urgency
from anninh_core.domain.content.model import TRANSITIONS, Item
from anninh_core.domain.content.values import (
    GateAnswer,
    GroupDelivery,
    ItemReturn,
    ItemState,
    ItemVersion,
    ItemWithdrawal,
)
from anninh_core.kernel.errors import AnninhError, BadInput, Refused, WrongStep
from anninh_core.vocabulary.opinions import Finding
from anninh_core.vocabulary.rules import Gate

AT = datetime(2021, 9, 1, 1, 0, tzinfo=UTC)
DAY = date(2021, 9, 1)
GATES = (Gate("official_source", "?"), Gate("true", "?"))
HOLD = Finding("true", "Nghe nói", severity="hold", by="opinions")
NOTE = Finding("permitted", "Số điện thoại", by="opinions")


def build_version(by: str, title: str = "") -> ItemVersion:
    return ItemVersion(piece=evolve(PIECE, title=title or PIECE.title), by=by, at=AT)


def build_draft() -> Item:
    return Item(id="i1", unit="hoa-lu", versions=(build_version("hoa"),))


def build_submitted_item(*findings: Finding) -> Item:
    return build_draft().moved(ItemState.SUBMITTED).noticed(findings)


def build_gate_answer(name: str, by: str = "minh", *, passed: bool = True, note: str = "Đã xem") -> GateAnswer:
    return GateAnswer(gate=name, passed=passed, note=note, by=by, at=AT)


def build_item_return(by: str, reason: str = "Đoạn 2 khó hiểu") -> ItemReturn:
    return ItemReturn(by=by, at=AT, reason=reason)


def pass_all_gates(item: Item) -> Item:
    for required in GATES:
        item = item.gate_answered(build_gate_answer(required.id))
    return item


def test_approval_is_bound_to_the_content() -> None:
    """The approval of an item has the hash of the approved content."""
    item = pass_all_gates(build_submitted_item()).approved("minh", AT, GATES)
    assert item.state is ItemState.APPROVED
    assert item.approval is not None
    assert item.approval.content_hash == item.piece.hash


def test_an_edit_voids_everything() -> None:
    """An edit removes an item's gate answers, checks and approval, and keeps the older version."""
    item = pass_all_gates(build_submitted_item(NOTE)).approved("minh", AT, GATES).edited(build_version("hoa", "Khác"))
    assert (item.state, item.approval, item.gates, item.remarks, item.checked) == (ItemState.DRAFT, None, (), (), False)
    assert [item_version.piece.title for item_version in item.versions] == [PIECE.title, "Khác"]


def test_return_reasons_survive_edits() -> None:
    """Each reason for returning an item to its author stays through edits and further returns, with the reviewer who
    gave it.
    """
    item = (
        build_submitted_item()
        .rejected(build_item_return("minh", "Dài quá"), DAY)
        .edited(build_version("hoa"))
        .moved(ItemState.SUBMITTED)
    )
    again = item.rejected(build_item_return("binh", "Vẫn dài"), DAY).edited(build_version("hoa", "Ngắn"))
    assert [(item_return.by, item_return.reason) for item_return in again.to_view().returns] == [
        ("minh", "Dài quá"),
        ("binh", "Vẫn dài"),
    ]
    assert again.to_view().rejected_days == (DAY, DAY)


@pytest.mark.parametrize("author", ["hoa", "lan"])
def test_authors_cant_review_their_item(author: str) -> None:
    """The author of any version of an item can't answer its gates or findings, approve or reject it."""
    item = build_draft().edited(build_version("lan")).moved(ItemState.SUBMITTED).noticed((HOLD,))
    acts: list[Callable[[], Item]] = [
        lambda: item.gate_answered(build_gate_answer("true", by=author)),
        lambda: item.remark_answered(0, "Đúng", author),
        lambda: item.approved(author, AT, ()),
        lambda: item.rejected(build_item_return(author), DAY),
    ]
    for act in acts:
        with pytest.raises(Refused, match="second person"):
            act()


def test_everything_missing_is_listed() -> None:
    """The refusal to approve an item names each open gate and finding, and missing checks."""
    item = evolve(build_submitted_item(HOLD, NOTE), checked=False).gate_answered(
        build_gate_answer("true", passed=False)
    )
    assert item.missing(GATES) == (
        "this version hasn't been checked",
        "gate 'official_source' isn't answered",
        "gate 'true' was answered with no",
        "finding 0 isn't answered",
    )
    with pytest.raises(WrongStep, match="finding 0 isn't answered"):
        item.approved("minh", AT, GATES)


def test_a_later_answer_replaces_an_earlier_one() -> None:
    """A gate that was answered with no is passed once it is answered with yes."""
    item = (
        build_submitted_item()
        .gate_answered(build_gate_answer("true", passed=False))
        .gate_answered(build_gate_answer("true"))
    )
    assert [answer.passed for answer in item.gates] == [True]


def test_findings_stay_until_the_content_changes() -> None:
    """Checking an item again removes neither a finding nor the answer to it."""
    answered = build_submitted_item(HOLD).remark_answered(0, "Đã gọi hỏi nguồn", "minh")
    again = answered.noticed((NOTE, HOLD, NOTE)).noticed(())
    assert [(remark.finding, remark.answer) for remark in again.remarks] == [(HOLD, "Đã gọi hỏi nguồn"), (NOTE, "")]


@pytest.mark.parametrize("number", [-1, 1])
def test_unknown_finding_is_refused(number: int) -> None:
    """The answer to a finding that an item doesn't have is refused with the number of its findings."""
    with pytest.raises(BadInput, match=r"has no finding .*: it has 1, counted from 0"):
        build_submitted_item(HOLD).remark_answered(number, "Đúng", "minh")


def test_empty_answers_are_refused() -> None:
    """An answer to a gate or to a finding can't be empty."""
    with pytest.raises(BadInput, match="has no note: write what you checked, and where"):
        build_submitted_item().gate_answered(build_gate_answer("true", note=" "))
    with pytest.raises(BadInput, match="is empty: write it in words"):
        build_submitted_item(HOLD).remark_answered(0, "\n", "minh")


def build_immediate_item() -> Item:
    piece = evolve(PIECE, urgency=Urgency.IMMEDIATE)
    return evolve(build_submitted_item(), versions=(ItemVersion(piece=piece, by="hoa", at=AT),))


def test_author_may_approve_immediate_items() -> None:
    """The author alone may approve an immediate item, and a second person's review is due afterwards."""
    answers = [build_gate_answer(required.id, by="hoa") for required in GATES]
    item = build_immediate_item().noticed((HOLD,)).approved_urgently(answers, "Đang cháy", AT + timedelta(hours=24))
    assert item.state is ItemState.APPROVED
    assert item.after_review is not None
    assert item.after_review.due == AT + timedelta(hours=24)
    assert item.remarks[0].answer == "Đang cháy"


def test_author_cant_approve_ordinary_items() -> None:
    """An author can't approve an ordinary item, nor an immediate one without a reason or before the checks."""
    with pytest.raises(WrongStep, match=r"only an immediate item is approved by one person\. Ask a second"):
        build_submitted_item().approved_urgently([build_gate_answer("true", by="hoa")], "Vội", AT)
    with pytest.raises(BadInput, match="why it can't wait"):
        build_immediate_item().approved_urgently([build_gate_answer("true", by="hoa")], "", AT)
    with pytest.raises(WrongStep, match="can't be approved yet: its latest version hasn't been checked"):
        evolve(build_immediate_item(), checked=False).approved_urgently(
            [build_gate_answer("true", by="hoa")], "Vội", AT
        )


def test_the_review_afterwards_needs_a_second_person() -> None:
    """The later review of an immediate item needs a person who is neither its author nor its approver, and happens
    once.
    """
    item = build_immediate_item().approved_urgently([build_gate_answer("true", by="ban")], "Đang cháy", AT)
    for same in ("hoa", "ban"):
        with pytest.raises(Refused, match="second person"):
            item.reviewed_afterwards(same, AT, "Đúng", stands=True)
    with pytest.raises(BadInput, match="has no comment: write what you found"):
        item.reviewed_afterwards("minh", AT, "", stands=True)
    reviewed = item.reviewed_afterwards("minh", AT, "Không đúng", stands=False)
    assert reviewed.after_review is not None
    assert reviewed.after_review.stands is False
    with pytest.raises(WrongStep, match="was reviewed afterwards on 2021-09-01, and the review rejected it"):
        reviewed.reviewed_afterwards("minh", AT, "Đúng", stands=True)


def test_expired_item_isnt_published() -> None:
    """An item can be published on its last day, but not on the day after."""
    piece = evolve(PIECE, expires=DAY)
    item = evolve(build_submitted_item(), versions=(ItemVersion(piece=piece, by="hoa", at=AT),))
    item = pass_all_gates(item).approved("minh", AT, GATES)
    assert item.published((), DAY).state is ItemState.PUBLISHED
    with pytest.raises(WrongStep, match="was valid until 2021-09-01: set a later day and have it reviewed again"):
        item.published((), DAY + timedelta(days=1))


def test_unapproved_version_isnt_published() -> None:
    """An item isn't published if the approval is for another version."""
    item = pass_all_gates(build_submitted_item()).approved("minh", AT, GATES)
    with pytest.raises(WrongStep, match="isn't approved in its present version: have it reviewed again"):
        evolve(item, versions=(*item.versions, build_version("hoa", "Khác"))).published((), DAY)


def test_requester_check_names_its_author() -> None:
    """The requester of a search counts as checked by the author of the version that first had requester and check,
    regardless of later edits.
    """
    piece = evolve(PIECE, requester="Bà Thử, mẹ cháu bé", requester_check="Gọi lại")
    item = build_draft().edited(ItemVersion(piece=piece, by="lan", at=AT))
    later = item.edited(ItemVersion(piece=evolve(piece, title="Khác"), by="hoa", at=AT + timedelta(hours=1)))
    view = later.to_view()
    assert (view.requester_checked_by, view.requester_checked_at) == ("lan", AT)
    other = later.edited(ItemVersion(piece=evolve(piece, requester="Ông Thử"), by="hoa", at=AT))
    assert other.to_view().requester_checked_by == "hoa"
    assert build_draft().to_view().requester_checked_by == ""


STEPS = ("edit", "submit", "check", "gates", "approve", "reject", "publish", "correct", "withdraw")


def try_step(item: Item, name: str) -> Item:
    """Apply the step `name` to an item; return the item unchanged if the step is refused."""
    sent = GroupDelivery(group="g", conversation="oa.x", outbox="o", day=DAY)
    act = {
        "edit": lambda: item.edited(build_version("hoa", item.piece.title + "!")),
        "submit": lambda: item.moved(ItemState.SUBMITTED),
        "check": lambda: item.noticed((NOTE,)),
        "gates": lambda: pass_all_gates(item),
        "approve": lambda: item.approved("minh", AT, GATES),
        "reject": lambda: item.rejected(build_item_return("minh"), DAY),
        "publish": lambda: item.published((sent,), DAY),
        "correct": lambda: item.corrected("i2"),
        "withdraw": lambda: item.withdrawn(ItemWithdrawal(by="ban", at=AT, reason="Sai", ended=False)),
    }
    try:
        return act[name]()
    except AnninhError:
        return item


@given(st.lists(st.sampled_from(STEPS), max_size=30))
def test_published_items_passed_gates_and_review(steps: list[str]) -> None:
    """Any sequence of steps makes only allowed transitions, and a published item passed every gate and has an approver
    who isn't its author.
    """
    item = build_draft()
    for name in steps:
        before, item = item, try_step(item, name)
        assert item.state is before.state or item.state in TRANSITIONS[before.state]
        assert len({sent.group for sent in item.sent}) == len(item.sent)
        if item.state is ItemState.CORRECTED:
            assert item.published_day is not None
            assert item.superseded_by == "i2"
        if item.superseded_by:
            assert item.state in (ItemState.CORRECTED, ItemState.WITHDRAWN)
        if item.state in (ItemState.APPROVED, ItemState.PUBLISHED, ItemState.CORRECTED, ItemState.WITHDRAWN):
            assert item.approval is not None
            assert item.approval.content_hash == item.piece.hash
            assert item.approval.by not in item.authors
            assert {answer.gate for answer in item.gates if answer.passed} == {required.id for required in GATES}
