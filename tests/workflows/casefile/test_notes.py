"""Internal notes are part of a case's file, visible to officers who may read the case, and purged with it."""

from datetime import timedelta

import pytest
from tests.support.case_office import AN, THEFT, CaseOffice

from anninh_core.domain.conversations.notes.model import CASE_NOTE
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.testing import pump

WORDS = "Đã gọi công an viên xóm 3, hẹn chiều nay xuống chợ."


def read_notes(office: CaseOffice, tip: str) -> list[tuple[str, str]]:
    """Return author and words of each note, newest first."""
    return [(note.by, note.words) for note in office.app.tips.notes(office.officer, tip).items]


def test_note_is_in_file_and_timeline(office: CaseOffice) -> None:
    """A note is in the case's file and timeline with author, time and words, and in the journal as one entry without
    its words.
    """
    tip = office.report_tip()
    office.clock.advance(timedelta(hours=2))
    note = office.app.tips.add_note(office.other, tip.id, f"  {WORDS} ")
    entry = office.read_entries()[-1]
    assert (entry.action, entry.facts["case"], entry.unit) == ("conversations.add_tip_note", f"tip:{tip.id}", tip.unit)
    assert WORDS not in repr(entry)
    office.clock.advance(timedelta(hours=1))
    office.app.tips.add_note(office.chief, tip.id, "Làm tiếp.")
    assert read_notes(office, tip.id) == [(office.chief.id, "Làm tiếp."), (office.other.id, WORDS)]
    notes = [item.to_view().note for item in office.app.tips.timeline(office.officer, tip.id).items if item.note]
    assert [(case_note.words, case_note.at) for case_note in notes if case_note] == [
        (WORDS, note.at),
        ("Làm tiếp.", office.clock.now()),
    ]
    assert {f"case_note:{note.id}"} <= {name.partition("@")[0] for name in office.read_entries()[-1].named}


def test_note_is_not_sent_to_the_reporter(office: CaseOffice) -> None:
    """A note adds no outbox row and no message to the reporter's chat."""
    tip = office.report_tip()
    rows = office.app.internals.context.storage.queues.outbox()
    sent = office.heard()
    assert sent
    office.app.tips.add_note(office.officer, tip.id, WORDS)
    pump(office.app, office.chat)
    assert (office.app.internals.context.storage.queues.outbox(), office.heard()) == (rows, sent)


def test_notes_need_access_to_the_case(office: CaseOffice) -> None:
    """Officers who may not read a tip get the error of a missing tip, both for reading and for adding notes."""
    tip = office.report_tip()
    office.app.tips.add_note(office.officer, tip.id, WORDS)
    office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    stranger = office.appoint("tip_officer", unit="ninh-van")
    for actor in (office.other, stranger):
        for id in (tip.id, "0"):
            with pytest.raises(NotFound, match=f"There is no tip '{id}' for which you have the permission"):
                office.app.tips.notes(actor, id)
            with pytest.raises(NotFound, match=f"There is no tip '{id}' for which you have the permission"):
                office.app.tips.add_note(actor, id, "?")
    editor = office.appoint("editor")
    with pytest.raises(Refused):
        office.app.tips.notes(editor, tip.id)
    with pytest.raises(Refused):
        office.app.tips.add_note(editor, tip.id, "?")
    assert read_notes(office, tip.id) == [(office.officer.id, WORDS)]


def test_inquiry_has_notes(office: CaseOffice) -> None:
    """The notes of an inquiry are in the inquiry's own file, and a tip's file doesn't show them."""
    inquiry = office.asked()
    office.app.inquiries.add_note(office.officer, inquiry.id, WORDS)
    assert [note.words for note in office.app.inquiries.notes(office.other, inquiry.id).items] == [WORDS]
    assert [
        item.note.words for item in office.app.inquiries.timeline(office.officer, inquiry.id).items if item.note
    ] == [WORDS]
    with pytest.raises(NotFound):
        office.app.tips.notes(office.officer, inquiry.id)
    with pytest.raises(NotFound):
        office.app.inquiries.add_note(office.appoint("tip_officer", unit="ninh-van"), inquiry.id, "?")


def test_notes_are_purged_with_their_case(office: CaseOffice) -> None:
    """The notes of a purged case can't be decrypted, and the leak index no longer knows their words."""
    tip = office.report_tip()
    words = "Người gọi nói tên là Nguyễn Thử Nghiệm"
    office.app.tips.add_note(office.officer, tip.id, words)
    find_leaks = office.app.internals.services.leaks.check.find_exposure
    text = "Ông Nguyễn Thử Nghiệm"
    assert find_leaks(text)
    office.finish_tip(tip)
    office.purge(f"tip:{tip.id}")
    with pytest.raises(DecryptionError):
        office.app.tips.notes(office.officer, tip.id)
    context = office.app.internals.context
    assert not [*context.iter_readable(CASE_NOTE, context.storage.maintenance.scan(CASE_NOTE.name))]
    assert not find_leaks(text)


def test_joining_tips_merges_their_notes(office: CaseOffice) -> None:
    """Joining two tips moves their notes to the remaining tip under its key; a joined tip accepts no further notes, and
    a split moves none.
    """
    first = office.report_tip()
    office.app.tips.add_note(office.officer, first.id, "Một")
    office.clock.advance(timedelta(minutes=5))
    office.says("Xe màu đỏ")
    latest = next(item for item in office.app.conversations.history(office.officer, f"tip:{first.id}").items[::-1])
    second = office.app.tips.threads.split(office.officer, first.id, [latest.id], "Hai việc")
    assert read_notes(office, first.id) == [(office.officer.id, "Một")]
    assert read_notes(office, second.id) == []
    office.app.tips.add_note(office.other, second.id, "Hai")
    office.app.tips.threads.join(office.officer, second.id, into=first.id, reason="Cùng một việc")
    assert sorted(words for _, words in read_notes(office, first.id)) == ["Hai", "Một"]
    records = office.app.internals.context.storage.maintenance.scan(CASE_NOTE.name)
    assert {record.scope for record in records} == {f"tip:{first.id}"}
    with pytest.raises(WrongStep, match="joined"):
        office.app.tips.add_note(office.officer, second.id, "Ba")


def test_merged_duplicate_keeps_its_notes(office: CaseOffice) -> None:
    """A tip that was merged as a duplicate keeps its notes, because another resident reported it."""
    first = office.report_tip()
    duplicate = office.report_tip(THEFT, "Thử Thị Bình")
    office.app.tips.add_note(office.officer, duplicate.id, WORDS)
    office.app.tips.merge(office.officer, duplicate.id, into=first.id, answer="Đã có người báo, đang xử lý.")
    assert [words for _, words in read_notes(office, duplicate.id)] == [WORDS]
    assert read_notes(office, first.id) == []


def test_blank_note_is_refused(office: CaseOffice) -> None:
    """A note without words is refused."""
    tip = office.report_tip(who=AN)
    for words in ("", " \n"):
        with pytest.raises(BadInput, match="can't be empty: write its text"):
            office.app.tips.add_note(office.officer, tip.id, words)
    assert read_notes(office, tip.id) == []
