"""Unread marks: what is new in a case since an officer last looked, as ids and versions alone."""

import pytest
from tests.support.case_office import CaseOffice

from anninh_core.domain.conversations.unread import marks as unread_marks
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.usecase import Actor, person

TOKEN = SignIn(SignInMethod.TOKEN)


def unread(office: CaseOffice, actor: Actor, *tips: str) -> tuple[str, ...]:
    """Return which of some tips are new for somebody."""
    return office.app.tips.unread(actor, list(tips))


def test_a_look_marks_and_whatever_comes_after_it_is_new(office: CaseOffice) -> None:
    """Words of the reporter, an act of a colleague, a note; each officer has marks of their own."""
    tip = office.reported()
    assert unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.get(office.officer, tip.id)
    assert unread(office, office.officer, tip.id) == ()
    assert unread(office, office.other, tip.id) == (tip.id,)
    office.says("Xe màu đỏ")
    assert unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.timeline(office.officer, tip.id)
    assert unread(office, office.officer, tip.id) == ()
    office.app.tips.triage(office.other, tip.id, category="crime")
    assert unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.by_receipt(office.officer, tip.receipt)
    assert unread(office, office.officer, tip.id) == ()
    office.app.tips.add_note(office.other, tip.id, "Đã gọi")
    assert unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.get(office.officer, tip.id)
    assert unread(office, office.officer, tip.id) == ()


def test_neither_the_mark_nor_the_question_is_an_entry(office: CaseOffice) -> None:
    """A look leaves the entry that it left before there were marks, and a look again is counted as before."""
    tip = office.reported()
    before = len(office.entries())
    office.app.tips.get(office.officer, tip.id)
    assert [one.action for one in office.entries()[before:]] == ["tips.get"]
    office.app.tips.get(office.officer, tip.id)
    unread(office, office.officer, tip.id)
    assert len(office.entries()) == before + 1


def test_lists_acts_and_programs_mark_nothing(office: CaseOffice) -> None:
    """A list shows no words, an act reads a case only to know whether it may go on, and a token is no person."""
    tip = office.reported()
    office.app.tips.list(office.officer)
    office.app.tips.worklist(office.officer)
    office.app.tips.notes(office.officer, tip.id)
    office.app.drafts.save(office.officer, f"tip:{tip.id}", "Nháp", part="answer")
    office.app.tips.get(person(office.officer.id, TOKEN), tip.id)
    assert unread(office, office.officer, tip.id) == (tip.id,)


def test_who_is_excluded_learns_nothing(office: CaseOffice) -> None:
    """Whether looked at before or not, changed or not, it is left out like one that isn't there."""
    seen = office.reported()
    unseen = office.reported("Mất trâu ở cánh đồng", "Thử Thị Bình")
    office.app.tips.get(office.other, seen.id)
    for tip in (seen, unseen):
        office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    stranger = office.appoint("tip_officer", unit="ninh-van")
    for actor in (office.other, stranger):
        assert unread(office, actor, seen.id, unseen.id, "0") == ()
    office.says("Xe màu đỏ")
    office.app.tips.add_note(office.officer, seen.id, "Đã gọi")
    assert unread(office, office.other, seen.id, unseen.id, "0") == ()
    with pytest.raises(NotFound):
        office.app.tips.get(office.other, seen.id)
    with pytest.raises(Refused):
        unread(office, office.appoint("editor"), seen.id)


def test_marks_hold_ids_and_versions_and_are_sealed(office: CaseOffice) -> None:
    """Nothing of a case stands in them, and not even the ids lie open."""
    tip = office.reported()
    office.app.tips.get(office.officer, tip.id)
    stored = office.app.internals.context.storage.states.get(f"read:{office.officer.id}", "cases")
    assert stored is not None
    assert tip.id.encode() not in stored.body
    marks = unread_marks.read_marks(office.app.internals.context, office.officer.id)
    version = office.app.tips.get(office.officer, tip.id).version
    assert {case: (mark.version, mark.note) for case, mark in marks.items()} == {f"tip:{tip.id}": (version, "")}


def test_questions_have_them_too(office: CaseOffice) -> None:
    """A question that was asked again is new again."""
    inquiry = office.asked()
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == (inquiry.id,)
    office.app.inquiries.get(office.officer, inquiry.id)
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == ()
    office.app.inquiries.answer(office.other, inquiry.id, text="Ở công an huyện", source="Công an huyện")
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == (inquiry.id,)
    office.app.inquiries.timeline(office.officer, inquiry.id)
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == ()


def test_the_cases_marked_least_lately_are_forgotten(office: CaseOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then they are new again; a look at something new in one keeps it longer than those before it."""
    monkeypatch.setattr(unread_marks, "MAX_CASES", 2)
    tips = [office.app.tips.record_walk_in(office.officer, f"Mất gà {n}", unit="hoa-lu").id for n in range(3)]
    office.app.tips.get(office.officer, tips[0])
    office.app.tips.get(office.officer, tips[1])
    office.app.tips.add_note(office.other, tips[0], "Đã gọi")
    office.app.tips.get(office.officer, tips[0])
    office.app.tips.get(office.officer, tips[2])
    assert unread(office, office.officer, *tips) == (tips[1],)


def test_only_a_page_is_asked_about(office: CaseOffice) -> None:
    """More than two hundred at once are refused."""
    with pytest.raises(BadInput, match="200"):
        unread(office, office.officer, *map(str, range(201)))
    assert unread(office, office.officer) == ()
