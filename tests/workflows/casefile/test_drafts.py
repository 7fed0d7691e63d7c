"""Only its owner sees a draft; it is encrypted with the key of its subject, deleted after some days, and never an
act.
"""

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


def list_drafts(office: CaseOffice, actor: Actor) -> list[tuple[str, str, str]]:
    """Return subject, part and author of each of an actor's drafts."""
    return [(draft.about, draft.part, draft.author) for draft in office.app.drafts.list(actor)]


def get_stored_bytes(office: CaseOffice, actor: Actor, name: str = "words.0") -> bytes:
    """Return the stored bytes of a draft."""
    stored = office.app.internals.context.storage.states.get(_OWNER.format(actor.id), name)
    return b"" if stored is None else stored.body


def test_draft_is_saved_replaced_and_discarded(office: CaseOffice) -> None:
    """An owner finds a draft on every machine; a new draft replaces it and blank words remove it, without journal
    entries.
    """
    tip = office.report_tip()
    about = f"tip:{tip.id}"
    lines = len(office.read_entries())
    office.app.drafts.save(office.officer, about, "Một", part="answer")
    office.app.drafts.save(office.officer, about, WORDS, part="answer")
    office.app.drafts.save(office.officer, about, "Câu hỏi", part="question")
    assert office.app.drafts.get(office.officer, about, part="answer").words == WORDS
    me = office.officer.id
    assert sorted(list_drafts(office, office.officer)) == [(about, "answer", me), (about, "question", me)]
    assert office.app.drafts.discard(office.officer, about, part="question")
    assert not office.app.drafts.discard(office.officer, about, part="question")
    office.app.drafts.save(office.officer, about, " ", part="answer")
    assert list_drafts(office, office.officer) == []
    with pytest.raises(NotFound, match=r"drafts\.list"):
        office.app.drafts.get(office.officer, about, part="answer")
    assert len(office.read_entries()) == lines


def test_draft_is_private_and_encrypted(office: CaseOffice) -> None:
    """Other handlers of a tip don't see a draft about the tip, and its stored bytes have neither its words nor the
    tip's id.
    """
    tip = office.report_tip()
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    assert list_drafts(office, office.other) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer")
    with pytest.raises(NotFound):
        office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)
    assert get_stored_bytes(office, office.officer)
    assert WORDS.encode() not in get_stored_bytes(office, office.officer)
    assert tip.id.encode() not in get_stored_bytes(office, office.officer, "list")


def test_draft_needs_a_readable_subject(office: CaseOffice) -> None:
    """Drafts can be only about readable cases, items, posts and reports; for an unreadable subject the error is that of
    a missing one.
    """
    tip = office.report_tip()
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


def test_draft_is_purged_with_its_case(office: CaseOffice) -> None:
    """After its case's purge a draft can't be listed, opened or saved, and the next run of the job deletes its
    bytes.
    """
    tip = office.report_tip()
    about = f"tip:{tip.id}"
    office.finish_tip(tip)
    operator = office.order_purge(about)
    office.app.drafts.save(office.officer, about, WORDS, part="answer")
    office.carry_out_purge(operator)
    assert list_drafts(office, office.officer) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(office.officer, about, part="answer")
    with pytest.raises(NotFound):
        office.app.drafts.save(office.officer, about, WORDS, part="answer")
    assert office.app.worker.jobs["look_after_drafts"].run() == 1
    assert get_stored_bytes(office, office.officer) == b""


def test_excluded_officer_loses_the_draft(office: CaseOffice) -> None:
    """An excluded officer's draft is unreadable at once, and the next run of the job deletes its bytes."""
    tip = office.report_tip()
    about = f"tip:{tip.id}"
    for officer in (office.officer, office.other):
        office.app.drafts.save(officer, about, WORDS, part="answer")
    office.app.tips.exclusions.add(office.chief, tip.id, office.other.id, reason="Người nhà")
    assert list_drafts(office, office.other) == []
    with pytest.raises(NotFound, match="for which you have the permission"):
        office.app.drafts.get(office.other, about, part="answer")
    with pytest.raises(NotFound, match="for which you have the permission"):
        office.app.drafts.save(office.other, about, "Mới", part="answer")
    assert get_stored_bytes(office, office.other)
    assert office.app.worker.jobs["look_after_drafts"].run() == 1
    assert get_stored_bytes(office, office.other) == b""
    assert office.app.drafts.get(office.officer, about, part="answer").words == WORDS


def test_draft_expires_after_a_warning(office: CaseOffice) -> None:
    """A draft's owner gets one notice without its words before it is deleted after seven days."""
    officer = office.appoint_with_chat("Cán bộ Có Máy", "tip_officer")
    tip = office.report_tip()
    about = f"tip:{tip.id}"
    saved = office.clock.now()
    run_job = office.app.worker.jobs["look_after_drafts"].run
    office.app.drafts.save(officer, about, WORDS, part="answer")
    row = office.app.drafts.list(officer)[0].to_row(ViewContext(office.app.district, saved))
    assert (row.expires_at, row.is_expiring) == (saved + KEPT, False)
    office.clock.advance(WARNED_AFTER - timedelta(minutes=1))
    run_job()
    assert not office.texts_with("Cán bộ Có Máy", "bản nháp")
    office.clock.advance(timedelta(minutes=1))
    run_job()
    run_job()
    (notice,) = office.texts_with("Cán bộ Có Máy", "bản nháp")
    assert WORDS not in notice
    assert tip.receipt not in notice
    assert office.app.drafts.list(officer)[0].is_expiring(office.clock.now())
    office.clock.advance(KEPT - WARNED_AFTER - timedelta(minutes=1))
    assert office.app.drafts.get(officer, about, part="answer").words == WORDS
    office.clock.advance(timedelta(minutes=1))
    assert list_drafts(office, officer) == []
    with pytest.raises(NotFound):
        office.app.drafts.get(officer, about, part="answer")
    assert run_job() == 1
    assert get_stored_bytes(office, officer) == b""


def test_hand_over_includes_drafts(office: CaseOffice) -> None:
    """A hand-over gives drafts to the successor under their author's name, except drafts about tips that the successor
    may not read.
    """
    tip = office.report_tip()
    closed = office.report_tip("Mất trâu ở cánh đồng", "Thử Thị Bình")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    office.app.drafts.save(office.officer, f"tip:{closed.id}", "Khác", part="answer")
    office.app.drafts.save(office.other, f"tip:{tip.id}", "Của tôi", part="answer")
    office.app.tips.exclusions.add(office.chief, closed.id, office.other.id, reason="Người nhà")
    granter = office.appoint("standing_officer")
    office.clock.advance(timedelta(days=3))
    moved = office.app.units.hand_over(granter, office.officer.id, to={"all": office.other.id}).moved
    assert moved["half_written"] == 1
    inherited = (f"tip:{tip.id}", "answer", office.officer.id)
    assert sorted(list_drafts(office, office.other)) == sorted(
        [inherited, (f"tip:{tip.id}", "answer", office.other.id)]
    )
    draft = office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)
    assert (draft.words, draft.entry.saved_at) == (WORDS, office.clock.now())
    assert office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer").words == "Của tôi"
    assert office.app.drafts.discard(office.other, f"tip:{tip.id}", part="answer", author=office.officer.id)


def test_reviews_and_reports_have_drafts(office: CaseOffice) -> None:
    """Drafts of reviews, by gate, and of reports, by section, are saved and handed over, with any codes of the
    profile.
    """
    leaving, successor = (office.appoint("reviewer", "report_officer") for _ in range(2))
    editor = office.appoint("editor")
    piece = ItemContent(title="Cảnh giác", body="…", category="crime_warning", units=("hoa-lu",), source_name="Công an")
    item = f"item:{office.app.content.write(editor, 'hoa-lu', piece).id}"
    report = f"report:{office.app.reports.begin(leaving, 'hoa-lu', 'annual', 2021).id}"
    parts = {(item, "gate.true"), (item, "finding.1.0"), (report, f"words.{'a/b-' * 20}")}
    for about, part in parts:
        office.app.drafts.save(leaving, about, WORDS, part=part)
    assert {(about, part) for about, part, _ in list_drafts(office, leaving)} == parts
    assert office.app.drafts.get(leaving, item, part="gate.true").words == WORDS
    office.app.units.hand_over(office.appoint("standing_officer"), leaving.id, to={"all": successor.id})
    assert set(list_drafts(office, successor)) == {(about, part, leaving.id) for about, part in parts}


def test_drafts_are_durable_and_limited(office: CaseOffice) -> None:
    """Drafts survive a restart; their number is limited, and the place of a discarded draft is used again."""
    tip = office.report_tip()
    for number in range(MAX_DRAFTS):
        office.app.drafts.save(office.officer, f"tip:{tip.id}", f"{number}", part=f"part.{number}")
    with pytest.raises(BadInput, match=f"{MAX_DRAFTS} drafts"):
        office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", "lần nữa", part="part.7")
    assert office.app.drafts.discard(office.officer, f"tip:{tip.id}", part="part.3")
    office.app.drafts.save(office.officer, f"tip:{tip.id}", WORDS, part="answer")
    services = office.new_services()
    (saved,) = (draft for draft in services.drafts.list(office.officer) if draft.part == "answer")
    assert services.drafts.get(office.officer, saved.about, part="answer").words == WORDS
    assert get_stored_bytes(office, office.officer, f"words.{MAX_DRAFTS}") == b""


def test_draft_outlives_its_tips_end(office: CaseOffice) -> None:
    """A draft about a tip that another officer closed stays."""
    tip = office.report_tip()
    office.app.drafts.save(office.other, f"tip:{tip.id}", WORDS, part="answer")
    assert office.finish_tip(tip).state is TipState.CLOSED
    pump(office.app, office.chat)
    assert office.app.drafts.get(office.other, f"tip:{tip.id}", part="answer").words == WORDS
