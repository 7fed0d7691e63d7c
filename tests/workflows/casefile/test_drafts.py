"""Drafts: seen by their owner alone, sealed with what they are about, gone after some days, and no act."""

from datetime import timedelta

import pytest
from tests.support.case_office import CaseOffice

from anninh_core.domain.content.values import ItemContent
from anninh_core.domain.drafts.model import KEPT, MAX_DRAFTS, WARNED_AFTER
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.errors import BadInput, NotFound, Refused
from anninh_core.testing import pump
from anninh_core.usecase import Actor
from anninh_core.usecase.views import ViewContext

WORDS = "Công an xã đã kiểm tra, kết quả như sau: …"
_OWNER = "drafts:{}"


def listed(office: CaseOffice, actor: Actor) -> list[tuple[str, str, str]]:
    """Return what somebody's drafts are about, of which part, by whom."""
    return [(one.about, one.part, one.author) for one in office.app.drafts.list(actor)]


def raw(office: CaseOffice, actor: Actor, name: str = "words.0") -> bytes:
    """Return what lies in the storage of a draft."""
    stored = office.app.internals.context.storage.states.get(_OWNER.format(actor.id), name)
    return b"" if stored is None else stored.body


def test_it_is_kept_replaced_and_taken_away_without_an_entry(office: CaseOffice) -> None:
    """Its owner finds it on another machine; a draft without words is none; the journal says nothing of any of it."""
    tip = office.reported()
    about = f"tip:{tip.id}"
    lines = len(office.entries())
    office.app.drafts.save(office.officer, about, "Một", part="answer")
    office.app.drafts.save(office.officer, about, WORDS, part="answer")
    office.app.drafts.save(office.officer, about, "Câu hỏi", part="question")
    assert office.app.drafts.get(office.officer, about, part="answer").words == WORDS
    me = office.officer.id
    assert sorted(listed(office, office.officer)) == [(about, "answer", me), (about, "question", me)]
    assert office.app.drafts.discard(office.officer, about, part="question")
    assert not office.app.drafts.discard(office.officer, about, part="question")
    office.app.drafts.save(office.officer, about, " ", part="answer")
    assert listed(office, office.officer) == []
    with pytest.raises(NotFound, match=r"drafts\.list"):
        office.app.drafts.get(office.officer, about, part="answer")
    assert len(office.entries()) == lines


def test_nobody_else_sees_it_and_no_words_lie_open(office: CaseOffice) -> None:
    """Who handles the same tip sees none of it, and the storage holds what the tip's key alone opens."""
    tip = office.reported()
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    assert listed(office, office.other) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer")
    with pytest.raises(NotFound):
        office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)
    assert raw(office, office.officer)
    assert WORDS.encode() not in raw(office, office.officer)
    assert tip.id.encode() not in raw(office, office.officer, "list")


def test_it_is_about_what_one_may_read(office: CaseOffice) -> None:
    """Tips, questions, items, posts and reports; of what isn't one's own the answer is that of what isn't there."""
    tip = office.reported()
    inquiry = office.asked(who="Thử Thị Bình")
    stranger = office.appoint("tip_officer", unit="ninh-van")
    auditor = office.appoint("auditor")
    for about in (f"tip:{tip.id}", "tip:0", f"inquiry:{inquiry.id}", "item:0", "report:0", "post:0"):
        with pytest.raises((NotFound, Refused)):
            office.app.drafts.save(stranger, about, WORDS, part="answer")
        with pytest.raises(Refused):
            office.app.drafts.save(auditor, about, WORDS, part="answer")
    office.app.drafts.save(office.officer, f"inquiry:{inquiry.id}", WORDS, part="answer")
    assert office.app.drafts.get(office.officer, f"inquiry:{inquiry.id}", part="answer").words == WORDS
    with pytest.raises(BadInput, match="write it as kind:id, with one of the kinds"):
        office.app.drafts.save(office.officer, f"officer:{office.officer.id}", WORDS, part="answer")
    with pytest.raises(BadInput, match="isn't the code of a part: write a code such as `answer`, with"):
        office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="Trả lời")


def test_it_goes_with_its_case(office: CaseOffice) -> None:
    """After the purge it is neither listed nor opened, nothing new is kept, and the next look takes the bytes."""
    tip = office.reported()
    about = f"tip:{tip.id}"
    office.finished(tip)
    operator = office.order_purge(about)
    office.app.drafts.save(office.officer, about, WORDS, part="answer")
    office.carry_out_purge(operator)
    assert listed(office, office.officer) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(office.officer, about, part="answer")
    with pytest.raises(NotFound):
        office.app.drafts.save(office.officer, about, WORDS, part="answer")
    assert office.app.worker.jobs["look_after_drafts"].run() == 1
    assert raw(office, office.officer) == b""


def test_who_is_excluded_loses_it(office: CaseOffice) -> None:
    """At once for reading, with a whole unit too; the bytes go with the next look, and never come back."""
    tip = office.reported()
    about = f"tip:{tip.id}"
    for officer in (office.officer, office.other):
        office.app.drafts.save(officer, about, WORDS, part="answer")
    office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    assert listed(office, office.other) == []
    with pytest.raises(NotFound, match="for which you have the permission"):
        office.app.drafts.get(office.other, about, part="answer")
    with pytest.raises(NotFound, match="for which you have the permission"):
        office.app.drafts.save(office.other, about, "Mới", part="answer")
    assert raw(office, office.other)
    assert office.app.worker.jobs["look_after_drafts"].run() == 1
    assert raw(office, office.other) == b""
    assert office.app.drafts.get(office.officer, about, part="answer").words == WORDS


def test_its_owner_is_warned_and_it_goes_after_seven_days(office: CaseOffice) -> None:
    """One notice without a word of it; saving it again begins its days anew."""
    officer = office.appoint_with_chat("Cán bộ Có Máy", "tip_officer")
    tip = office.reported()
    about = f"tip:{tip.id}"
    saved = office.clock.now()
    look = office.app.worker.jobs["look_after_drafts"].run
    office.app.drafts.save(officer, about, WORDS, part="answer")
    row = office.app.drafts.list(officer)[0].to_row(ViewContext(office.app.district, saved))
    assert (row.expires_at, row.is_expiring) == (saved + KEPT, False)
    office.clock.advance(WARNED_AFTER - timedelta(minutes=1))
    look()
    assert not office.told("Cán bộ Có Máy", "bản nháp")
    office.clock.advance(timedelta(minutes=1))
    look()
    look()
    (notice,) = office.told("Cán bộ Có Máy", "bản nháp")
    assert WORDS not in notice
    assert tip.receipt not in notice
    assert office.app.drafts.list(officer)[0].is_expiring(office.clock.now())
    office.clock.advance(KEPT - WARNED_AFTER - timedelta(minutes=1))
    assert office.app.drafts.get(officer, about, part="answer").words == WORDS
    office.clock.advance(timedelta(minutes=1))
    assert listed(office, officer) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(officer, about, part="answer")
    assert look() == 1
    assert raw(office, officer) == b""


def test_a_hand_over_offers_it(office: CaseOffice) -> None:
    """The successor finds it under its author's name, beside their own; who may not read the tip is offered nothing."""
    tip = office.reported()
    closed = office.reported("Mất trâu ở cánh đồng", "Thử Thị Bình")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    office.app.drafts.save(office.officer, f"tip:{closed.id}", "Khác", part="answer")
    office.app.drafts.save(office.other, f"tip:{tip.id}", "Của tôi", part="answer")
    office.app.tips.exclusions.add(office.chief, closed.id, office.other.id, reason="Người nhà")
    granter = office.appoint("standing_officer")
    office.clock.advance(timedelta(days=3))
    moved = office.app.units.hand_over(granter, office.officer.id, to={"all": office.other.id}).moved
    assert moved["half_written"] == 1
    theirs = (f"tip:{tip.id}", "answer", office.officer.id)
    assert sorted(listed(office, office.other)) == sorted([theirs, (f"tip:{tip.id}", "answer", office.other.id)])
    taken = office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)
    assert (taken.words, taken.entry.saved_at) == (WORDS, office.clock.now())
    assert office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer").words == "Của tôi"
    assert office.app.drafts.discard(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)


def test_a_review_and_a_report_have_them(office: CaseOffice) -> None:
    """By gate and by section, whatever the profile calls these; who leaves hands them over with all the rest."""
    leaving, successor = (office.appoint("reviewer", "report_officer") for _ in range(2))
    editor = office.appoint("editor")
    piece = ItemContent(title="Cảnh giác", body="…", category="crime_warning", units=("hoa-lu",), source_name="Công an")
    item = f"item:{office.app.content.write(editor, 'hoa-lu', piece).id}"
    report = f"report:{office.app.reports.begin(leaving, 'hoa-lu', 'annual', 2021).id}"
    parts = {(item, "gate.true"), (item, "finding.1.0"), (report, f"words.{'a/b-' * 20}")}
    for about, part in parts:
        office.app.drafts.save(leaving, about, WORDS, part=part)
    assert {(about, part) for about, part, _ in listed(office, leaving)} == parts
    assert office.app.drafts.get(leaving, item, part="gate.true").words == WORDS
    office.app.units.hand_over(office.appoint("standing_officer"), leaving.id, to={"all": successor.id})
    assert set(listed(office, successor)) == {(about, part, leaving.id) for about, part in parts}


def test_it_survives_a_restart_and_there_are_only_so_many(office: CaseOffice) -> None:
    """It lies in the storage; a place that became free is used again, and nobody fills it without end."""
    tip = office.reported()
    for number in range(MAX_DRAFTS):
        office.app.drafts.save(office.officer, f"tip:{tip.id}", f"{number}", part=f"part.{number}")
    with pytest.raises(BadInput, match=f"{MAX_DRAFTS} drafts"):
        office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", "lần nữa", part="part.7")
    assert office.app.drafts.discard(office.officer, f"tip:{tip.id}", part="part.3")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    services = office.reopened_services()
    (kept,) = (one for one in services.drafts.list(office.officer) if one.part == "answer")
    assert services.drafts.get(office.officer, kept.about, part="answer").words == WORDS
    assert raw(office, office.officer, f"words.{MAX_DRAFTS}") == b""


def test_drafts_of_what_was_settled_meanwhile_stay_their_owners(office: CaseOffice) -> None:
    """Somebody else's act takes nobody's words away."""
    tip = office.reported()
    office.app.drafts.save(office.other, f"tip:{tip.id}", WORDS, part="answer")
    assert office.finished(tip).state is TipState.CLOSED
    pump(office.app, office.chat)
    assert office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer").words == WORDS
