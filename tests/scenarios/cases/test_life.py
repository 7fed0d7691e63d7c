"""The life of a case among several hands: shared, passed on, taken back, ended, opened again, kept from some."""

import csv
import re
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import TypedDict

import docx
import pytest
from tests.scenarios.cases.life_bench import ACCOUNT, NAME, PHONE, Desk, appoint, setup_grant

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.states import SubcaseState
from anninh_core.domain.tips.steps import SETTLE_OUTCOMES
from anninh_core.kernel.errors import BadInput, Conflict, Refused, WrongStep
from anninh_core.kernel.text import fold


class Settled(TypedDict):
    """What a settlement takes."""

    answer: str
    reason: str


class Gone(Settled):
    """What a transfer takes."""

    to: str


RESOLVED: Settled = {"answer": "Đã tìm thấy xe.", "reason": "found"}
GONE: Gone = {"to": "Công an tỉnh Ninh Bình", "answer": "Đã chuyển.", "reason": "not_ours"}


def text_of(content: bytes) -> str:
    """Return all words of a DOCX file, those of its tables and properties too."""
    page = docx.Document(BytesIO(content))
    cells = [cell.text for table in page.tables for row in table.rows for cell in row.cells]
    facts = page.core_properties
    return "\n".join((*(p.text for p in page.paragraphs), *cells, facts.title, facts.author, facts.comments))


def rows_of(content: bytes) -> list[list[str]]:
    """Return the rows of a CSV file."""
    return [*csv.reader(StringIO(content.decode("utf-8-sig"), newline=""))]


class TestSeveralHands:
    """Two officers at once."""

    def test_a_double_click_does_nothing_twice(self, desk: Desk) -> None:
        """The second click on the same page hears that the first one was oneself, and when."""
        tip = desk.report()
        desk.app.tips.verify(desk.lan, tip.id, seen_version=tip.version)
        with pytest.raises(Conflict, match=r"changed by yourself at 09:05 01/9/2021 \(tips.verify\)"):
            desk.app.tips.verify(desk.lan, tip.id, seen_version=tip.version)
        assert desk.app.tips.get(desk.lan, tip.id).state is TipState.VERIFYING

    def test_whoever_was_slower_hears_who_changed_it_and_loses_nothing(self, desk: Desk) -> None:
        """A colleague's change is named with name and local time; it stands, and the late act changed nothing."""
        tip = desk.report()
        seen = desk.app.tips.get(desk.hung, tip.id).version
        desk.clock.advance(timedelta(minutes=7))
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Conflict, match="changed by Trần Thị Lan at 09:12 01/9/2021"):
            desk.app.tips.ask_back(desk.hung, tip.id, "Xe màu gì?", seen_version=seen)
        assert desk.app.tips.get(desk.lan, tip.id).answer == RESOLVED["answer"]

    def test_a_claim_is_seen_and_ends_by_itself(self, desk: Desk) -> None:
        """A second claim hears who has it until when; after the profile's hours anybody may take it."""
        tip = desk.app.tips.record_walk_in(desk.hung, "Mất gà", unit="ninh-hoa", category="crime")
        claimed = desk.app.tips.claim(desk.lan, tip.id)
        assert claimed.claim is not None
        assert desk.app.tips.get(desk.hung, tip.id).claim == claimed.claim
        with pytest.raises(WrongStep, match="taken by Trần Thị Lan until 13:05 01/9/2021"):
            desk.app.tips.claim(desk.hung, tip.id)
        desk.clock.advance(timedelta(hours=4))
        assert desk.app.tips.claim(desk.hung, tip.id).claim_at(desk.clock.now()) is not None
        with pytest.raises(WrongStep, match="isn't taken by you"):
            desk.app.tips.release_claim(desk.lan, tip.id)
        assert desk.app.tips.release_claim(desk.hung, tip.id).claim is None

    def test_what_somebody_works_on_is_not_claimed(self, desk: Desk) -> None:
        """A tip that is assigned to an officer isn't taken by another."""
        with pytest.raises(WrongStep, match="assigned to Trần Thị Lan"):
            desk.app.tips.claim(desk.hung, desk.report().id)


class TestParts:
    """Joint handling."""

    def test_the_lead_waits_for_the_parts(self, desk: Desk) -> None:
        """Nobody settles while a unit is still asked, unless they say why; then the part is called off."""
        tip = desk.report()
        part = desk.app.tips.open_subcase(desk.lan, tip.id, unit="ninh-van", asked="Xem camera cổng chợ Vân")
        with pytest.raises(WrongStep, match="parts that are open at ninh-van"):
            desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED, despite_open="Chủ xe đã nhận lại xe")
        ended = desk.app.tips.subcase(desk.van, part.id)
        assert (ended.state, ended.result) == (SubcaseState.CALLED_OFF, "Chủ xe đã nhận lại xe")

    def test_a_unit_that_is_asked_answers_and_the_lead_goes_on(self, desk: Desk) -> None:
        """The unit lists its part, takes it, tells what it found; the lead reads it and settles."""
        tip = desk.report()
        part = desk.app.tips.open_subcase(desk.lan, tip.id, unit="ninh-van", asked="Xem camera")
        assert [one.id for one in desk.app.tips.list_subcases(desk.van).items] == [part.id]
        assert desk.app.tips.take_subcase(desk.van, part.id).officers == (desk.van.id,)
        desk.app.tips.finish_subcase(desk.van, part.id, "Xe đi về hướng Ninh An")
        assert desk.app.tips.list_subcases(desk.van).items == ()
        assert [one.result for one in desk.app.tips.subcases_of(desk.lan, tip.id)] == ["Xe đi về hướng Ninh An"]
        assert desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED).open_subcases == ()

    def test_a_unit_sees_its_part_and_not_the_tip(self, desk: Desk) -> None:
        """What is asked, category and place; the reporter's words and the tip itself stay with the lead."""
        tip = desk.report()
        part = desk.app.tips.open_subcase(desk.lan, tip.id, unit="ninh-van", asked="Xem camera")
        seen = desk.app.tips.subcase(desk.van, part.id)
        assert (seen.asked, seen.place, seen.category) == ("Xem camera", "Chợ Ninh Hòa", "crime")
        assert NAME not in str(seen)
        with pytest.raises(Refused, match="there is no tip"):
            desk.app.tips.get(desk.van, tip.id)

    def test_a_part_is_returned_or_called_off_with_a_reason(self, desk: Desk) -> None:
        """Both end it with words; it can't be taken up again."""
        tip = desk.report()
        ask = desk.app.tips.open_subcase
        first, second = (ask(desk.lan, tip.id, unit=unit, asked="Xem camera") for unit in ("ninh-van", "ninh-an"))
        with pytest.raises(BadInput, match="ends with words"):
            desk.app.tips.return_subcase(desk.van, first.id, " ")
        returned = desk.app.tips.return_subcase(desk.van, first.id, "Chợ Vân không có camera")
        called_off = desk.app.tips.call_off_subcase(desk.lan, tip.id, second.id, "Không cần nữa")
        assert (returned.state, called_off.state) == (SubcaseState.RETURNED, SubcaseState.CALLED_OFF)
        with pytest.raises(WrongStep, match="only nothing more"):
            desk.app.tips.take_subcase(desk.van, first.id)


class TestTransfers:
    """In other hands, and back."""

    def test_a_unit_takes_what_is_passed_on(self, desk: Desk) -> None:
        """It is theirs once they accept; limits run from the reception all the way."""
        tip = desk.report()
        passed = desk.app.tips.transfer_to_unit(desk.lan, tip.id, unit="ninh-van", reason="Xảy ra ở Ninh Vân")
        assert passed.waiting_transfer is not None
        with pytest.raises(WrongStep, match="waits for ninh-van"):
            desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Refused, match="not on 'ninh-van'"):
            desk.app.tips.accept_transfer(desk.lan, tip.id)
        desk.clock.advance(timedelta(days=2))
        taken = desk.app.tips.accept_transfer(desk.van, tip.id)
        assert (taken.handling_unit, taken.unit) == ("ninh-van", "ninh-hoa")
        assert [clock.due for clock in taken.clocks] == [clock.due for clock in tip.clocks]
        assert desk.app.tips.settle(desk.van, tip.id, TipState.RESOLVED, **RESOLVED).settlements[0].by == desk.van.id

    def test_a_unit_returns_what_is_not_its_own(self, desk: Desk) -> None:
        """It goes back to who had it, with the reason; a first assignment that came to nothing meets no limit."""
        tip = desk.app.tips.record_walk_in(desk.lan, "Mất xe", unit="ninh-hoa", category="crime")
        before = desk.app.tips.triage(desk.lan, tip.id, category="crime")
        passed = desk.app.tips.transfer_to_unit(desk.lan, tip.id, unit="ninh-van", reason="Xảy ra ở Ninh Vân")
        assert sum(clock.met_at is None for clock in passed.clocks) < sum(c.met_at is None for c in before.clocks)
        with pytest.raises(BadInput, match="say why"):
            desk.app.tips.return_transfer(desk.van, tip.id, "")
        back = desk.app.tips.return_transfer(desk.van, tip.id, "Xảy ra ở Ninh Hòa")
        assert (back.state, back.handling_unit) == (TipState.TRIAGED, "")
        assert back.transfers[-1].return_reason == "Xảy ra ở Ninh Hòa"
        assert back.clocks == before.clocks
        with pytest.raises(Refused, match="there is no tip"):
            desk.app.tips.get(desk.van, tip.id)

    def test_what_went_outside_comes_back(self, desk: Desk) -> None:
        """A return opens the tip again, its limits as from the first day, and the balance goes on."""
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        desk.clock.advance(timedelta(days=3))
        back = desk.app.tips.record_return(desk.lan, tip.id, "Thuộc thẩm quyền cấp xã", document="12/CV-CAT")
        assert back.state is TipState.REOPENED
        assert back.transfers[-1].return_reason == "12/CV-CAT Thuộc thẩm quyền cấp xã"
        due = {clock.rule: clock.due for clock in tip.clocks}
        assert {clock.rule: clock.due for clock in back.clocks} == due
        assert "tip.returned" not in desk.purposes()
        with pytest.raises(WrongStep, match="isn't with an outside body"):
            desk.app.tips.record_return(desk.lan, tip.id, "Lần nữa")

    def test_a_reporter_who_was_told_hears_that_it_is_back(self, desk: Desk) -> None:
        """Who read that another body has it must not wait for that body."""
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        desk.app.tips.answered_by_hand(desk.lan, tip.id, "gọi điện")
        desk.app.tips.record_return(desk.lan, tip.id, "Thuộc thẩm quyền cấp xã")
        assert desk.purposes().count("tip.returned") == 1

    def test_slips_are_numbered_by_unit_and_year(self, desk: Desk) -> None:
        """Each unit has its own series, which begins at 01 with the year."""
        numbers = [desk.app.tips.transfer(desk.lan, desk.report().id, **GONE).transfers[-1].number for _ in range(2)]
        desk.clock.advance(timedelta(days=130))
        next_year = desk.app.tips.transfer(desk.lan, desk.report().id, **GONE).transfers[-1].number
        assert [number.partition("/")[0] for number in (*numbers, next_year)] == ["01", "02", "01"]
        assert numbers[0].partition("/")[2].startswith("PC-")

    def test_a_slip_tells_nothing_of_who_reported(self, desk: Desk) -> None:
        """Name, phone, account and conversation are in no part of the file; what was masked is said."""
        tip = desk.report()
        conversation = desk.app.services.tips.queries.runner.context.storage.records.get("tip", tip.id)
        assert conversation is not None
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        slip = desk.app.tips.slip(desk.lan, tip.id)
        text = text_of(slip.content)
        for secret in (NAME, PHONE, ACCOUNT, str(conversation.columns["conversation"]), "345 678"):
            assert fold(secret) not in fold(text)
        assert "Đã che trong nội dung: " in text
        assert {"name", "phone"} <= {*slip.masked}
        assert "DỰ THẢO" in text
        assert "Nơi nhận" in text
        assert "THỦ TRƯỞNG ĐƠN VỊ" in text
        assert "35B1-123.45" in text
        assert tip.receipt in text

    def test_a_slip_masks_an_officers_summary_too(self, desk: Desk) -> None:
        """The officer's own words stand on the slip instead of the reporter's, and are masked alike."""
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE, summary=f"Ông nguyen van an ({PHONE}) báo mất xe máy")
        text = text_of(desk.app.tips.slip(desk.lan, tip.id).content)
        assert "báo mất xe máy" in text
        assert "nguyen van an" not in text

    def test_a_slip_keeps_the_evidence(self, desk: Desk) -> None:
        """The account, number and name of whoever is reported are what the body is sent: they stay, and are named."""
        told = (
            "Nó tên là Trần Văn Bình, lừa chuyển vào stk nó 19031234567890, gọi từ 0987 654 321. Gọi lại em 0966000111"
        )
        tip = desk.report(told)
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        slip = desk.app.tips.slip(desk.lan, tip.id)
        text = text_of(slip.content)
        assert (
            "Nó tên là Trần Văn Bình, lừa chuyển vào stk nó 19031234567890, gọi từ 0987 654 321. Gọi lại em …" in text
        )
        assert ({*slip.masked}, {*slip.left}) == ({"phone"}, {"bank_account", "phone"})

    def test_who_is_reported_stays_though_they_wrote_once(self, desk: Desk) -> None:
        """Nobody gets out of a slip by writing to the authority: only the reporter is left out of it."""
        desk.report("Cho em hỏi giờ làm việc", name="Trần Văn Bình", account="8499999999999")
        tip = desk.report("Trần Văn Bình bán ma túy ở chợ")
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        assert "Trần Văn Bình bán ma túy" in text_of(desk.app.tips.slip(desk.lan, tip.id).content)


class TestPapers:
    """What a clerk takes into a spreadsheet."""

    def test_each_paper_as_csv_has_its_rows(self, desk: Desk) -> None:
        """The register, the monthly list with its balance, and a slip: as many rows as the workbook has."""
        tips = [
            desk.app.tips.record_walk_in(desk.lan, words, unit="ninh-hoa") for words in ("Mất xe", "=1+2, đánh bạc")
        ]
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        register = desk.app.tips.register(desk.lan, "ninh-hoa", date(2021, 9, 1), date(2021, 9, 30), "csv")
        monthly = desk.app.tips.monthly_list(desk.lan, "ninh-hoa", 2021, 9, "csv")
        slip = desk.app.tips.slip(desk.lan, tip.id, "csv")

        head, *rows = rows_of(register.data)
        assert len(rows) == 3
        assert all(len(row) == len(head) > 3 for row in rows)
        assert {one.receipt for one in (*tips, tip)} == {cell for row in rows for cell in row} & {
            one.receipt for one in (*tips, tip)
        }
        assert "'=1+2, đánh bạc" in {cell for row in rows for cell in row}

        assert rows_of(monthly.data)[: 1 + len(rows)] == [head, *rows]
        assert "Tồn" in rows_of(monthly.data)[-1][0]
        assert tip.receipt in {row[1] for row in rows_of(slip.content) if len(row) == 2}
        for secret in (NAME, PHONE, ACCOUNT):
            assert fold(secret) not in fold(slip.content.decode("utf-8-sig"))

    def test_an_empty_month_says_so(self, desk: Desk) -> None:
        """A file of nothing but a header would look like a mistake."""
        (row,) = rows_of(desk.app.tips.register(desk.lan, "ninh-hoa", date(2021, 8, 1), date(2021, 8, 31), "csv").data)
        assert row == [desk.app.district.say("register.nothing")]


class TestEnds:
    """Settling, and opening again."""

    def test_who_settled_it_does_not_judge(self, desk: Desk) -> None:
        """A request is judged by another person; the reporter hears the result in neutral words."""
        judge = appoint(desk.app, "Cán bộ kiêm", "tip_supervisor", "ninh-hoa")
        handler = appoint(desk.app, "Cán bộ kiêm hai", "tip_officer", "ninh-hoa")
        tip = desk.report()
        desk.app.tips.settle(handler, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.answered_by_hand(handler, tip.id, "gọi điện")
        desk.app.tips.request_reopening(desk.lan, tip.id, "Xe trả lại không phải xe tôi")
        with pytest.raises(WrongStep, match="judge_reopening"):
            desk.app.tips.close(handler, tip.id)
        with pytest.raises(BadInput, match="say why"):
            desk.app.tips.judge_reopening(judge, tip.id, accept=True, reason="")
        assert desk.app.tips.judge_reopening(judge, tip.id, accept=True, reason="Có cơ sở").state is TipState.REOPENED

    @pytest.mark.parametrize("outcome", sorted(SETTLE_OUTCOMES))
    def test_a_second_settlement_is_refused_with_what_was_decided(self, desk: Desk, outcome: TipState) -> None:
        """Whichever outcome is asked for now, and however far the tip is, the answer names the one on record."""
        tip = desk.report()
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        again = re.escape(f"tip {tip.receipt} was settled as resolved on 2021-09-01 and is ")
        with pytest.raises(WrongStep, match=rf"^{again}resolved now: open it again before you settle it anew$"):
            desk.app.tips.settle(desk.lan, tip.id, outcome, **RESOLVED)
        desk.app.tips.answered_by_hand(desk.lan, tip.id, "gọi điện")
        with pytest.raises(WrongStep, match=rf"^{again}answered now"):
            desk.app.tips.settle(desk.lan, tip.id, outcome, **RESOLVED)
        with pytest.raises(WrongStep, match=rf"^{again}answered now"):
            desk.app.tips.transfer(desk.lan, tip.id, **GONE)

    def test_a_refused_request_leaves_it_closed(self, desk: Desk) -> None:
        """The tip is closed as before, and counts nothing."""
        tip = desk.report()
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.answered_by_hand(desk.lan, tip.id, "gọi điện")
        desk.app.tips.request_reopening(desk.lan, tip.id, "Không đồng ý")
        refused = desk.app.tips.judge_reopening(desk.boss, tip.id, accept=False, reason="Không có tình tiết mới")
        assert (refused.state, refused.reopened_days) == (TipState.CLOSED, ())

    def test_the_same_person_with_both_roles_is_refused(self, desk: Desk) -> None:
        """Four eyes are taken from the record of who settled it, whatever roles somebody has."""
        both = appoint(desk.app, "Hai vai", "tip_officer", "ninh-hoa")
        setup_grant(desk, both.id, "tip_supervisor")
        tip = desk.report()
        desk.app.tips.settle(both, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Refused, match="another person decides"):
            desk.app.tips.reopen(both, tip.id, "Nhầm")
        desk.app.tips.answered_by_hand(both, tip.id, "gọi điện")
        desk.app.tips.request_reopening(both, tip.id, "Không đồng ý")
        with pytest.raises(Refused, match="another person decides"):
            desk.app.tips.judge_reopening(both, tip.id, accept=False, reason="Không")
        assert desk.app.tips.judge_reopening(desk.boss, tip.id, accept=True, reason="Có").is_open

    def test_a_question_to_somebody_without_chat_is_refused_at_once(self, desk: Desk) -> None:
        """It says the way out; what they said by phone is noted, and the tip never waits in vain."""
        tip = desk.report("Mất xe máy", chat=False)
        with pytest.raises(BadInput, match="record_reply_by_hand"):
            desk.app.tips.ask_back(desk.lan, tip.id, "Xe màu gì?")
        noted = desk.app.tips.record_reply_by_hand(desk.lan, tip.id, "Xe màu đỏ", how="gọi điện")
        assert (noted.state, noted.notes[0].words) == (TipState.ASSIGNED, "Xe màu đỏ")

    def test_an_answer_by_phone_ends_the_waiting(self, desk: Desk) -> None:
        """A reporter who was asked by chat may answer by phone."""
        tip = desk.report()
        desk.app.tips.ask_back(desk.lan, tip.id, "Xe màu gì?")
        noted = desk.app.tips.record_reply_by_hand(desk.lan, tip.id, "Xe màu đỏ", how="gọi điện")
        assert (noted.state, noted.question) == (TipState.VERIFYING, "")
