"""Unread marks show which cases have changed since an officer last read them; only ids and versions are stored."""

import pytest
from tests.support.case_office import CaseOffice

from anninh_core.domain.conversations.unread import marks as unread_marks
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.ports.authenticator import SignIn, SignInMethod
from anninh_core.usecase import Actor, person

TOKEN = SignIn(SignInMethod.TOKEN)


def list_unread(office: CaseOffice, actor: Actor, *tips: str) -> tuple[str, ...]:
    """Return the ids of those of the given tips that are unread for an actor."""
    return office.app.tips.unread(actor, list(tips))


def test_reading_marks_until_a_change(office: CaseOffice) -> None:
    """Reading a tip marks it as read for that officer, until a message, an act or a note is added."""
    tip = office.report_tip()
    assert list_unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.get(office.officer, tip.id)
    assert list_unread(office, office.officer, tip.id) == ()
    assert list_unread(office, office.other, tip.id) == (tip.id,)
    office.says("Xe màu đỏ")
    assert list_unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.timeline(office.officer, tip.id)
    assert list_unread(office, office.officer, tip.id) == ()
    office.app.tips.triage(office.other, tip.id, category="crime")
    assert list_unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.by_receipt(office.officer, tip.receipt)
    assert list_unread(office, office.officer, tip.id) == ()
    office.app.tips.add_note(office.other, tip.id, "Đã gọi")
    assert list_unread(office, office.officer, tip.id) == (tip.id,)
    office.app.tips.get(office.officer, tip.id)
    assert list_unread(office, office.officer, tip.id) == ()


def test_unread_marks_write_no_entry(office: CaseOffice) -> None:
    """Marking tips and querying unread tips writes no entry; reading a tip writes an entry, and reading it again
    none.
    """
    tip = office.report_tip()
    before = len(office.read_entries())
    office.app.tips.get(office.officer, tip.id)
    assert [entry.action for entry in office.read_entries()[before:]] == ["tips.get"]
    office.app.tips.get(office.officer, tip.id)
    list_unread(office, office.officer, tip.id)
    assert len(office.read_entries()) == before + 1


def test_lists_acts_and_tokens_mark_nothing(office: CaseOffice) -> None:
    """Lists and acts don't mark a tip as read, and neither does reading it with a token, because no person has read it
    then.
    """
    tip = office.report_tip()
    office.app.tips.list(office.officer)
    office.app.tips.worklist(office.officer)
    office.app.tips.notes(office.officer, tip.id)
    office.app.drafts.save(office.officer, f"tip:{tip.id}", "Nháp", part="answer")
    office.app.tips.get(person(office.officer.id, TOKEN), tip.id)
    assert list_unread(office, office.officer, tip.id) == (tip.id,)


def test_unread_leaves_out_excluded_tips(office: CaseOffice) -> None:
    """The list of unread tips leaves out a tip that the officer may not read, whether it was read or changed before or
    not, like a missing tip.
    """
    read = office.report_tip()
    unread_tip = office.report_tip("Mất trâu ở cánh đồng", "Thử Thị Bình")
    office.app.tips.get(office.other, read.id)
    for tip in (read, unread_tip):
        office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    stranger = office.appoint("tip_officer", unit="ninh-van")
    for actor in (office.other, stranger):
        assert list_unread(office, actor, read.id, unread_tip.id, "0") == ()
    office.says("Xe màu đỏ")
    office.app.tips.add_note(office.officer, read.id, "Đã gọi")
    assert list_unread(office, office.other, read.id, unread_tip.id, "0") == ()
    with pytest.raises(NotFound):
        office.app.tips.get(office.other, read.id)
    with pytest.raises(Refused):
        list_unread(office, office.appoint("editor"), read.id)


def test_marks_are_ids_and_versions_encrypted(office: CaseOffice) -> None:
    """The stored marks of read tips have ids and versions only, and are encrypted."""
    tip = office.report_tip()
    office.app.tips.get(office.officer, tip.id)
    stored = office.app.internals.context.storage.states.get(f"read:{office.officer.id}", "cases")
    assert stored is not None
    assert tip.id.encode() not in stored.body
    marks = unread_marks.read_seen_cases(office.app.internals.context, office.officer.id)
    version = office.app.tips.get(office.officer, tip.id).version
    assert {case: (mark.version, mark.note) for case, mark in marks.items()} == {f"tip:{tip.id}": (version, "")}


def test_inquiries_have_unread_marks(office: CaseOffice) -> None:
    """An inquiry is unread again after another officer's answer."""
    inquiry = office.asked()
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == (inquiry.id,)
    office.app.inquiries.get(office.officer, inquiry.id)
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == ()
    office.app.inquiries.answer(office.other, inquiry.id, text="Ở công an huyện", source="Công an huyện")
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == (inquiry.id,)
    office.app.inquiries.timeline(office.officer, inquiry.id)
    assert office.app.inquiries.unread(office.officer, [inquiry.id]) == ()


def test_oldest_marks_are_dropped(office: CaseOffice, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above the limit the oldest marks are dropped, so that their cases are unread again; reading a changed case renews
    its mark.
    """
    monkeypatch.setattr(unread_marks, "MAX_CASES", 2)
    tips = [office.app.tips.record_walk_in(office.officer, f"Mất gà {n}", unit="hoa-lu").id for n in range(3)]
    office.app.tips.get(office.officer, tips[0])
    office.app.tips.get(office.officer, tips[1])
    office.app.tips.add_note(office.other, tips[0], "Đã gọi")
    office.app.tips.get(office.officer, tips[0])
    office.app.tips.get(office.officer, tips[2])
    assert list_unread(office, office.officer, *tips) == (tips[1],)


def test_unread_query_is_limited(office: CaseOffice) -> None:
    """A query for more than two hundred tips is refused."""
    with pytest.raises(BadInput, match="200"):
        list_unread(office, office.officer, *map(str, range(201)))
    assert list_unread(office, office.officer) == ()
