"""The state machine of an item."""

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


def version(by: str, title: str = "") -> ItemVersion:
    return ItemVersion(piece=evolve(PIECE, title=title or PIECE.title), by=by, at=AT)


def written() -> Item:
    return Item(id="i1", unit="hoa-lu", versions=(version("hoa"),))


def submitted(*findings: Finding) -> Item:
    return written().moved(ItemState.SUBMITTED).noticed(findings)


def gate(name: str, by: str = "minh", *, passed: bool = True, note: str = "Đã xem") -> GateAnswer:
    return GateAnswer(gate=name, passed=passed, note=note, by=by, at=AT)


def no(by: str, reason: str = "Đoạn 2 khó hiểu") -> ItemReturn:
    return ItemReturn(by=by, at=AT, reason=reason)


def through_gates(item: Item) -> Item:
    for required in GATES:
        item = item.gate_answered(gate(required.id))
    return item


def test_approval_is_bound_to_the_content() -> None:
    """An approval has the hash of the approved content."""
    item = through_gates(submitted()).approved("minh", AT, GATES)
    assert item.state is ItemState.APPROVED
    assert item.approval is not None
    assert item.approval.content_hash == item.piece.hash


def test_an_edit_voids_everything() -> None:
    """After an edit the item is unanswered, unchecked and unapproved, and the older version is kept."""
    item = through_gates(submitted(NOTE)).approved("minh", AT, GATES).edited(version("hoa", "Khác"))
    assert (item.state, item.approval, item.gates, item.remarks, item.checked) == (ItemState.DRAFT, None, (), (), False)
    assert [item_version.piece.title for item_version in item.versions] == [PIECE.title, "Khác"]


def test_return_reasons_survive_edits() -> None:
    """Each reason for a return, with its author, stays through edits and further returns."""
    item = submitted().rejected(no("minh", "Dài quá"), DAY).edited(version("hoa")).moved(ItemState.SUBMITTED)
    again = item.rejected(no("binh", "Vẫn dài"), DAY).edited(version("hoa", "Ngắn"))
    assert [(item_return.by, item_return.reason) for item_return in again.to_view().returns] == [
        ("minh", "Dài quá"),
        ("binh", "Vẫn dài"),
    ]
    assert again.to_view().rejected_days == (DAY, DAY)


@pytest.mark.parametrize("author", ["hoa", "lan"])
def test_authors_cant_review_their_item(author: str) -> None:
    """An author of any version can't answer gates or findings, approve or reject."""
    item = written().edited(version("lan")).moved(ItemState.SUBMITTED).noticed((HOLD,))
    acts: list[Callable[[], Item]] = [
        lambda: item.gate_answered(gate("true", by=author)),
        lambda: item.remark_answered(0, "Đúng", author),
        lambda: item.approved(author, AT, ()),
        lambda: item.rejected(no(author), DAY),
    ]
    for act in acts:
        with pytest.raises(Refused, match="second person"):
            act()


def test_everything_missing_is_listed() -> None:
    """The refusal to approve names each open gate and finding, and missing checks."""
    item = evolve(submitted(HOLD, NOTE), checked=False).gate_answered(gate("true", passed=False))
    assert item.missing(GATES) == (
        "this version hasn't been checked",
        "gate 'official_source' isn't answered",
        "gate 'true' was answered with no",
        "finding 0 isn't answered",
    )
    with pytest.raises(WrongStep, match="finding 0 isn't answered"):
        item.approved("minh", AT, GATES)


def test_a_later_answer_replaces_an_earlier_one() -> None:
    """A gate answered with no is passed once it is answered with yes."""
    item = submitted().gate_answered(gate("true", passed=False)).gate_answered(gate("true"))
    assert [answer.passed for answer in item.gates] == [True]


def test_findings_stay_until_the_content_changes() -> None:
    """Repeated checks remove neither a finding nor its answer."""
    answered = submitted(HOLD).remark_answered(0, "Đã gọi hỏi nguồn", "minh")
    again = answered.noticed((NOTE, HOLD, NOTE)).noticed(())
    assert [(remark.finding, remark.answer) for remark in again.remarks] == [(HOLD, "Đã gọi hỏi nguồn"), (NOTE, "")]


@pytest.mark.parametrize("number", [-1, 1])
def test_unknown_finding_is_refused(number: int) -> None:
    """An answer to an unknown finding is refused with the number of findings."""
    with pytest.raises(BadInput, match=r"has no finding .*: it has 1, counted from 0"):
        submitted(HOLD).remark_answered(number, "Đúng", "minh")


def test_empty_answers_are_refused() -> None:
    """Answers to gates and findings need a text."""
    with pytest.raises(BadInput, match="has no note: write what you checked, and where"):
        submitted().gate_answered(gate("true", note=" "))
    with pytest.raises(BadInput, match="is empty: write it in words"):
        submitted(HOLD).remark_answered(0, "\n", "minh")


def urgent() -> Item:
    piece = evolve(PIECE, urgency=Urgency.IMMEDIATE)
    return evolve(submitted(), versions=(ItemVersion(piece=piece, by="hoa", at=AT),))


def test_author_may_approve_immediate_items() -> None:
    """The author alone may approve an immediate item, and a second person's review is due afterwards."""
    answers = [gate(required.id, by="hoa") for required in GATES]
    item = urgent().noticed((HOLD,)).approved_urgently(answers, "Đang cháy", AT + timedelta(hours=24))
    assert item.state is ItemState.APPROVED
    assert item.after_review is not None
    assert item.after_review.due == AT + timedelta(hours=24)
    assert item.remarks[0].answer == "Đang cháy"


def test_author_cant_approve_ordinary_items() -> None:
    """Approval by one person is refused for ordinary items, without a reason, and before the checks."""
    with pytest.raises(WrongStep, match=r"only an immediate item is approved by one person\. Ask a second"):
        submitted().approved_urgently([gate("true", by="hoa")], "Vội", AT)
    with pytest.raises(BadInput, match="why it can't wait"):
        urgent().approved_urgently([gate("true", by="hoa")], "", AT)
    with pytest.raises(WrongStep, match="can't be approved yet: its latest version hasn't been checked"):
        evolve(urgent(), checked=False).approved_urgently([gate("true", by="hoa")], "Vội", AT)


def test_the_review_afterwards_needs_a_second_person() -> None:
    """The later review needs a person who is neither author nor approver, and happens once."""
    item = urgent().approved_urgently([gate("true", by="ban")], "Đang cháy", AT)
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
    item = evolve(submitted(), versions=(ItemVersion(piece=piece, by="hoa", at=AT),))
    item = through_gates(item).approved("minh", AT, GATES)
    assert item.published((), DAY).state is ItemState.PUBLISHED
    with pytest.raises(WrongStep, match="was valid until 2021-09-01: set a later day and have it reviewed again"):
        item.published((), DAY + timedelta(days=1))


def test_unapproved_version_isnt_published() -> None:
    """An approval of another version doesn't allow publishing."""
    item = through_gates(submitted()).approved("minh", AT, GATES)
    with pytest.raises(WrongStep, match="isn't approved in its present version: have it reviewed again"):
        evolve(item, versions=(*item.versions, version("hoa", "Khác"))).published((), DAY)


def test_requester_check_names_its_author() -> None:
    """The checker of a requester is the author of the version that entered requester and check, regardless of later
    edits.
    """
    piece = evolve(PIECE, requester="Bà Thử, mẹ cháu bé", requester_check="Gọi lại")
    item = written().edited(ItemVersion(piece=piece, by="lan", at=AT))
    later = item.edited(ItemVersion(piece=evolve(piece, title="Khác"), by="hoa", at=AT + timedelta(hours=1)))
    view = later.to_view()
    assert (view.requester_checked_by, view.requester_checked_at) == ("lan", AT)
    other = later.edited(ItemVersion(piece=evolve(piece, requester="Ông Thử"), by="hoa", at=AT))
    assert other.to_view().requester_checked_by == "hoa"
    assert written().to_view().requester_checked_by == ""


STEPS = ("edit", "submit", "check", "gates", "approve", "reject", "publish", "correct", "withdraw")


def step(item: Item, name: str) -> Item:
    """Try a step; a refused step changes nothing."""
    sent = GroupDelivery(group="g", conversation="oa.x", outbox="o", day=DAY)
    act = {
        "edit": lambda: item.edited(version("hoa", item.piece.title + "!")),
        "submit": lambda: item.moved(ItemState.SUBMITTED),
        "check": lambda: item.noticed((NOTE,)),
        "gates": lambda: through_gates(item),
        "approve": lambda: item.approved("minh", AT, GATES),
        "reject": lambda: item.rejected(no("minh"), DAY),
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
    item = written()
    for name in steps:
        before, item = item, step(item, name)
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
