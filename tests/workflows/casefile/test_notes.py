"""Internal notes: in the file of a case, for those who may read the case, gone with it."""

from datetime import timedelta

import pytest
from tests.support.case_office import AN, THEFT, CaseOffice

from anninh_core.domain.conversations.notes.model import CASE_NOTE
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.testing import pump

WORDS = "Đã gọi công an viên xóm 3, hẹn chiều nay xuống chợ."


def read(office: CaseOffice, tip: str) -> list[tuple[str, str]]:
    """Return who noted what, newest first."""
    return [(note.by, note.words) for note in office.app.tips.notes(office.officer, tip).items]


def test_author_time_and_words_stand_in_the_file_and_in_the_timeline(office: CaseOffice) -> None:
    """Whoever may read the tip reads them; one entry says that a note was written, and none what it says."""
    tip = office.reported()
    office.clock.advance(timedelta(hours=2))
    note = office.app.tips.add_note(office.other, tip.id, f"  {WORDS} ")
    entry = office.entries()[-1]
    assert (entry.action, entry.facts["case"], entry.unit) == ("conversations.add_tip_note", f"tip:{tip.id}", tip.unit)
    assert WORDS not in repr(entry)
    office.clock.advance(timedelta(hours=1))
    office.app.tips.add_note(office.chief, tip.id, "Làm tiếp.")
    assert read(office, tip.id) == [(office.chief.id, "Làm tiếp."), (office.other.id, WORDS)]
    found = [item.to_view().note for item in office.app.tips.timeline(office.officer, tip.id).items if item.note]
    assert [(one.words, one.at) for one in found if one] == [(WORDS, note.at), ("Làm tiếp.", office.clock.now())]
    assert {f"case_note:{note.id}"} <= {name.partition("@")[0] for name in office.entries()[-1].named}


def test_nothing_of_it_goes_to_the_resident(office: CaseOffice) -> None:
    """No row of the outbox comes of a note, and the chat shows to whoever reported what it showed before."""
    tip = office.reported()
    rows = office.app.internals.context.storage.queues.outbox()
    heard = office.heard()
    assert heard
    office.app.tips.add_note(office.officer, tip.id, WORDS)
    pump(office.app, office.chat)
    assert (office.app.internals.context.storage.queues.outbox(), office.heard()) == (rows, heard)


def test_who_may_not_read_the_case_hears_what_they_hear_of_a_missing_one(office: CaseOffice) -> None:
    """Excluded officers, those of another unit, and who reads no tips; for writing as for reading."""
    tip = office.reported()
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
    assert read(office, tip.id) == [(office.officer.id, WORDS)]


def test_a_question_has_a_file_too(office: CaseOffice) -> None:
    """It is that of the question, and nobody finds it by a tip."""
    inquiry = office.asked()
    office.app.inquiries.add_note(office.officer, inquiry.id, WORDS)
    assert [one.words for one in office.app.inquiries.notes(office.other, inquiry.id).items] == [WORDS]
    assert [one.note.words for one in office.app.inquiries.timeline(office.officer, inquiry.id).items if one.note] == [
        WORDS
    ]
    with pytest.raises(NotFound):
        office.app.tips.notes(office.officer, inquiry.id)
    with pytest.raises(NotFound):
        office.app.inquiries.add_note(office.appoint("tip_officer", unit="ninh-van"), inquiry.id, "?")


def test_it_is_destroyed_with_its_case(office: CaseOffice) -> None:
    """Nobody opens it any more, and the index holds nothing by which the leak check would know its words."""
    tip = office.reported()
    words = "Người gọi nói tên là Nguyễn Thử Nghiệm"
    office.app.tips.add_note(office.officer, tip.id, words)
    look = office.app.internals.services.leaks.check.look
    named = "Ông Nguyễn Thử Nghiệm"
    assert look(named)
    office.finished(tip)
    office.purge(f"tip:{tip.id}")
    with pytest.raises(DecryptionError):
        office.app.tips.notes(office.officer, tip.id)
    context = office.app.internals.context
    assert not [*context.iter_readable(CASE_NOTE, context.storage.maintenance.scan(CASE_NOTE.name))]
    assert not look(named)


def test_joining_keeps_the_notes_of_both_and_a_split_those_that_are_there(office: CaseOffice) -> None:
    """The file of the one that goes on has them, sealed by that; the other one takes none any more."""
    first = office.reported()
    office.app.tips.add_note(office.officer, first.id, "Một")
    office.clock.advance(timedelta(minutes=5))
    office.says("Xe màu đỏ")
    apart = next(one for one in office.app.conversations.history(office.officer, f"tip:{first.id}").items[::-1])
    second = office.app.tips.threads.split(office.officer, first.id, [apart.id], "Hai việc")
    assert read(office, first.id) == [(office.officer.id, "Một")]
    assert read(office, second.id) == []
    office.app.tips.add_note(office.other, second.id, "Hai")
    office.app.tips.threads.join(office.officer, second.id, into=first.id, reason="Cùng một việc")
    assert sorted(words for _, words in read(office, first.id)) == ["Hai", "Một"]
    records = office.app.internals.context.storage.maintenance.scan(CASE_NOTE.name)
    assert {record.scope for record in records} == {f"tip:{first.id}"}
    with pytest.raises(WrongStep, match="joined"):
        office.app.tips.add_note(office.officer, second.id, "Ba")


def test_a_merged_duplicate_keeps_its_own_file(office: CaseOffice) -> None:
    """It is a case of its own, told by somebody else."""
    first = office.reported()
    again = office.reported(THEFT, "Thử Thị Bình")
    office.app.tips.add_note(office.officer, again.id, WORDS)
    office.app.tips.merge(office.officer, again.id, into=first.id, answer="Đã có người báo, đang xử lý.")
    assert [words for _, words in read(office, again.id)] == [WORDS]
    assert read(office, first.id) == []


def test_without_words_there_is_no_note(office: CaseOffice) -> None:
    """Blank ones are refused, and nothing is written."""
    tip = office.reported(who=AN)
    for words in ("", " \n"):
        with pytest.raises(BadInput, match="can't be empty: write its text"):
            office.app.tips.add_note(office.officer, tip.id, words)
    assert read(office, tip.id) == []
