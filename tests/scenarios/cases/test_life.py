"""The life of a case with several officers: shared, transferred, returned, settled, reopened, and hidden from some."""

import re
from datetime import timedelta

import pytest
from tests.scenarios.cases.life_bench import GONE, NAME, RESOLVED, CaseDesk, appoint_officer, grant_role

from anninh_core.domain.tips import TipState
from anninh_core.domain.tips.states import SubcaseState
from anninh_core.domain.tips.steps import SETTLE_OUTCOMES
from anninh_core.kernel.errors import BadInput, Conflict, Refused, WrongStep


class TestSeveralHands:
    """Two officers work on one case at once."""

    def test_a_double_click_does_nothing_twice(self, desk: CaseDesk) -> None:
        """A second click on the same page is refused with a message that names the officer's own first change and its
        time.
        """
        tip = desk.report()
        desk.app.tips.verify(desk.lan, tip.id, seen_version=tip.version)
        with pytest.raises(Conflict, match=r"changed by yourself at 2021-09-01 09:05 \(tips\.verify\)"):
            desk.app.tips.verify(desk.lan, tip.id, seen_version=tip.version)
        assert desk.app.tips.get(desk.lan, tip.id).state is TipState.VERIFYING

    def test_slower_officer_is_refused(self, desk: CaseDesk) -> None:
        """A change of an outdated version is refused with the colleague's id and local time, and the colleague's change
        is kept.
        """
        tip = desk.report()
        seen_version = desk.app.tips.get(desk.hung, tip.id).version
        desk.clock.advance(timedelta(minutes=7))
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Conflict, match=f"changed by {desk.lan.id} at 2021-09-01 09:12"):
            desk.app.tips.ask_back(desk.hung, tip.id, "Xe màu gì?", seen_version=seen_version)
        assert desk.app.tips.get(desk.lan, tip.id).answer == RESOLVED["answer"]

    def test_claim_is_visible_and_expires(self, desk: CaseDesk) -> None:
        """A second claim is refused with claimant and end, and after the profile's hours any officer can claim the
        tip.
        """
        tip = desk.app.tips.record_walk_in(desk.hung, "Mất gà", unit="ninh-hoa", category="crime")
        claimed = desk.app.tips.claim(desk.lan, tip.id)
        assert claimed.claim is not None
        assert desk.app.tips.get(desk.hung, tip.id).claim == claimed.claim
        with pytest.raises(WrongStep, match=f"is claimed by officer {desk.lan.id} until 2021-09-01 13:05"):
            desk.app.tips.claim(desk.hung, tip.id)
        desk.clock.advance(timedelta(hours=4))
        assert desk.app.tips.claim(desk.hung, tip.id).find_running_claim(desk.clock.now()) is not None
        with pytest.raises(WrongStep, match="isn't claimed by you"):
            desk.app.tips.release_claim(desk.lan, tip.id)
        assert desk.app.tips.release_claim(desk.hung, tip.id).claim is None

    def test_assigned_tip_cannot_be_claimed(self, desk: CaseDesk) -> None:
        """A tip that is assigned to an officer can't be claimed by another."""
        with pytest.raises(WrongStep, match="assign it to others with"):
            desk.app.tips.claim(desk.hung, desk.report().id)


class TestParts:
    """Parts of a tip that several units handle jointly."""

    def test_the_lead_waits_for_the_parts(self, desk: CaseDesk) -> None:
        """A tip with an open part can only be settled with a reason, and then the part is called off."""
        tip = desk.report()
        part = desk.app.tips.subcases.open(desk.lan, tip.id, unit="ninh-van", asked="Xem camera cổng chợ Vân")
        with pytest.raises(WrongStep, match="wait for them, or write in `despite_open` why you don't"):
            desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED, despite_open="Chủ xe đã nhận lại xe")
        ended = desk.app.tips.subcases.get(desk.van, part.id)
        assert (ended.state, ended.result) == (SubcaseState.CALLED_OFF, "Chủ xe đã nhận lại xe")

    def test_unit_finishes_its_part(self, desk: CaseDesk) -> None:
        """A unit lists, takes and finishes its part, and the lead reads the result and settles the tip."""
        tip = desk.report()
        part = desk.app.tips.subcases.open(desk.lan, tip.id, unit="ninh-van", asked="Xem camera")
        assert [subcase.id for subcase in desk.app.tips.subcases.list(desk.van).items] == [part.id]
        assert desk.app.tips.subcases.take(desk.van, part.id).officers == (desk.van.id,)
        desk.app.tips.subcases.finish(desk.van, part.id, "Xe đi về hướng Ninh An")
        assert desk.app.tips.subcases.list(desk.van).items == ()
        assert [subcase.result for subcase in desk.app.tips.subcases.of_tip(desk.lan, tip.id)] == [
            "Xe đi về hướng Ninh An"
        ]
        assert desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED).open_subcases == ()

    def test_a_unit_sees_its_part_and_not_the_tip(self, desk: CaseDesk) -> None:
        """A unit sees request, category and place of its part, but neither the reporter's text nor the tip."""
        tip = desk.report()
        part = desk.app.tips.subcases.open(desk.lan, tip.id, unit="ninh-van", asked="Xem camera")
        visible = desk.app.tips.subcases.get(desk.van, part.id)
        assert (visible.asked, visible.place, visible.category) == ("Xem camera", "Chợ Ninh Hòa", "crime")
        assert NAME not in str(visible)
        with pytest.raises(Refused, match="for which you have the permission"):
            desk.app.tips.get(desk.van, tip.id)

    def test_a_part_is_returned_or_called_off_with_a_reason(self, desk: CaseDesk) -> None:
        """A part is returned or called off with a reason, and can't be taken afterwards."""
        tip = desk.report()
        open_part = desk.app.tips.subcases.open
        first, second = (open_part(desk.lan, tip.id, unit=unit, asked="Xem camera") for unit in ("ninh-van", "ninh-an"))
        with pytest.raises(BadInput, match="is missing: describe the findings, or why there are none"):
            desk.app.tips.subcases.give_back(desk.van, first.id, " ")
        returned = desk.app.tips.subcases.give_back(desk.van, first.id, "Chợ Vân không có camera")
        called_off = desk.app.tips.subcases.cancel(desk.lan, tip.id, second.id, "Không cần nữa")
        assert (returned.state, called_off.state) == (SubcaseState.RETURNED, SubcaseState.CALLED_OFF)
        with pytest.raises(WrongStep, match="Possible next states"):
            desk.app.tips.subcases.take(desk.van, first.id)


class TestTransfers:
    """Tips that are transferred to another unit or body, and come back."""

    def test_unit_accepts_a_transferred_tip(self, desk: CaseDesk) -> None:
        """A transferred tip belongs to the other unit after it accepts, and its deadlines still run from the
        reception.
        """
        tip = desk.report()
        passed = desk.app.tips.transfers.to_unit(desk.lan, tip.id, unit="ninh-van", reason="Xảy ra ở Ninh Vân")
        assert passed.waiting_transfer is not None
        with pytest.raises(WrongStep, match="accepts or returns it: until then you can only assign it again"):
            desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Refused, match=r"has no permission tip.handle for unit ninh-van on .*, only for ninh-hoa"):
            desk.app.tips.transfers.accept(desk.lan, tip.id)
        desk.clock.advance(timedelta(days=2))
        accepted = desk.app.tips.transfers.accept(desk.van, tip.id)
        assert (accepted.handling_unit, accepted.unit) == ("ninh-van", "ninh-hoa")
        assert [clock.due for clock in accepted.clocks] == [clock.due for clock in tip.clocks]
        assert desk.app.tips.settle(desk.van, tip.id, TipState.RESOLVED, **RESOLVED).settlements[0].by == desk.van.id

    def test_unit_returns_a_transferred_tip(self, desk: CaseDesk) -> None:
        """A returned tip goes back to the sending unit with the reason, and its deadlines run as if it hadn't been
        assigned.
        """
        tip = desk.app.tips.record_walk_in(desk.lan, "Mất xe", unit="ninh-hoa", category="crime")
        before = desk.app.tips.triage(desk.lan, tip.id, category="crime")
        passed = desk.app.tips.transfers.to_unit(desk.lan, tip.id, unit="ninh-van", reason="Xảy ra ở Ninh Vân")
        assert sum(clock.met_at is None for clock in passed.clocks) < sum(c.met_at is None for c in before.clocks)
        with pytest.raises(BadInput, match="needs a reason, which the sending unit reads: write it"):
            desk.app.tips.transfers.give_back(desk.van, tip.id, "")
        back = desk.app.tips.transfers.give_back(desk.van, tip.id, "Xảy ra ở Ninh Hòa")
        assert (back.state, back.handling_unit) == (TipState.TRIAGED, "")
        assert back.transfers[-1].return_reason == "Xảy ra ở Ninh Hòa"
        assert back.clocks == before.clocks
        with pytest.raises(Refused, match="for which you have the permission"):
            desk.app.tips.get(desk.van, tip.id)

    def test_tip_returned_from_outside_is_reopened(self, desk: CaseDesk) -> None:
        """A tip that an outside body returns is reopened, with its original deadlines."""
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        desk.clock.advance(timedelta(days=3))
        back = desk.app.tips.transfers.record_return(desk.lan, tip.id, "Thuộc thẩm quyền cấp xã", document="12/CV-CAT")
        assert back.state is TipState.REOPENED
        assert back.transfers[-1].return_reason == "12/CV-CAT Thuộc thẩm quyền cấp xã"
        due = {clock.rule: clock.due for clock in tip.clocks}
        assert {clock.rule: clock.due for clock in back.clocks} == due
        assert "tip.returned" not in desk.purposes()
        with pytest.raises(WrongStep, match="no outside body has it, so none could return it"):
            desk.app.tips.transfers.record_return(desk.lan, tip.id, "Lần nữa")

    def test_reporter_is_notified_of_the_return(self, desk: CaseDesk) -> None:
        """A reporter who was notified of the transfer is notified of the return, so as not to wait for the other
        body.
        """
        tip = desk.report()
        desk.app.tips.transfer(desk.lan, tip.id, **GONE)
        desk.app.tips.record_manual_answer(desk.lan, tip.id, "gọi điện")
        desk.app.tips.transfers.record_return(desk.lan, tip.id, "Thuộc thẩm quyền cấp xã")
        assert desk.purposes().count("tip.returned") == 1


class TestEnds:
    """Settling and reopening a tip."""

    def test_another_person_judges_a_request(self, desk: CaseDesk) -> None:
        """A request to reopen needs a judgement of another person, with a reason."""
        judge = appoint_officer(desk.app, "Cán bộ kiêm", "tip_supervisor", "ninh-hoa")
        handler = appoint_officer(desk.app, "Cán bộ kiêm hai", "tip_officer", "ninh-hoa")
        tip = desk.report()
        desk.app.tips.settle(handler, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.record_manual_answer(handler, tip.id, "gọi điện")
        desk.app.tips.reopenings.request(desk.lan, tip.id, "Xe trả lại không phải xe tôi")
        with pytest.raises(WrongStep, match=r"reopenings\.judge"):
            desk.app.tips.close(handler, tip.id)
        with pytest.raises(BadInput, match="The decision about reopening needs a reason: write it for the"):
            desk.app.tips.reopenings.judge(judge, tip.id, accept=True, reason="")
        assert desk.app.tips.reopenings.judge(judge, tip.id, accept=True, reason="Có cơ sở").state is TipState.REOPENED

    @pytest.mark.parametrize("outcome", sorted(SETTLE_OUTCOMES))
    def test_second_settlement_is_refused(self, desk: CaseDesk, outcome: TipState) -> None:
        """A second settlement or transfer is refused, and the error names the recorded outcome."""
        tip = desk.report()
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        again = re.escape(f"Tip {tip.receipt} was settled as resolved on 2021-09-01 and is now ")
        with pytest.raises(
            WrongStep, match=rf"^{again}resolved: reopen it with `tips.reopen` before you settle it again\.$"
        ):
            desk.app.tips.settle(desk.lan, tip.id, outcome, **RESOLVED)
        desk.app.tips.record_manual_answer(desk.lan, tip.id, "gọi điện")
        with pytest.raises(WrongStep, match=rf"^{again}answered: "):
            desk.app.tips.settle(desk.lan, tip.id, outcome, **RESOLVED)
        with pytest.raises(WrongStep, match=rf"^{again}answered: "):
            desk.app.tips.transfer(desk.lan, tip.id, **GONE)

    def test_a_refused_request_leaves_it_closed(self, desk: CaseDesk) -> None:
        """If a request to reopen is refused, the tip is closed as before, and no reopening is counted."""
        tip = desk.report()
        desk.app.tips.settle(desk.lan, tip.id, TipState.RESOLVED, **RESOLVED)
        desk.app.tips.record_manual_answer(desk.lan, tip.id, "gọi điện")
        desk.app.tips.reopenings.request(desk.lan, tip.id, "Không đồng ý")
        refused = desk.app.tips.reopenings.judge(desk.boss, tip.id, accept=False, reason="Không có tình tiết mới")
        assert (refused.state, refused.reopened_days) == (TipState.CLOSED, ())

    def test_settling_officer_cannot_reopen(self, desk: CaseDesk) -> None:
        """An officer can't reopen a tip that they settled, whatever their roles."""
        both = appoint_officer(desk.app, "Hai vai", "tip_officer", "ninh-hoa")
        grant_role(desk, both.id, "tip_supervisor")
        tip = desk.report()
        desk.app.tips.settle(both, tip.id, TipState.RESOLVED, **RESOLVED)
        with pytest.raises(Refused, match="another person must decide whether it is reopened"):
            desk.app.tips.reopen(both, tip.id, "Nhầm")
        desk.app.tips.record_manual_answer(both, tip.id, "gọi điện")
        desk.app.tips.reopenings.request(both, tip.id, "Không đồng ý")
        with pytest.raises(Refused, match="another person must decide whether it is reopened"):
            desk.app.tips.reopenings.judge(both, tip.id, accept=False, reason="Không")
        assert desk.app.tips.reopenings.judge(desk.boss, tip.id, accept=True, reason="Có").is_open

    def test_question_without_chat_is_refused(self, desk: CaseDesk) -> None:
        """A question to a reporter without a chat is refused, the error suggests a way out, and the reporter's reply by
        phone can be recorded.
        """
        tip = desk.report("Mất xe máy", chat=False)
        with pytest.raises(BadInput, match="record_reply_by_hand"):
            desk.app.tips.ask_back(desk.lan, tip.id, "Xe màu gì?")
        noted = desk.app.tips.record_reply_by_hand(desk.lan, tip.id, "Xe màu đỏ", how="gọi điện")
        assert (noted.state, noted.notes[0].words) == (TipState.ASSIGNED, "Xe màu đỏ")

    def test_an_answer_by_phone_ends_the_waiting(self, desk: CaseDesk) -> None:
        """A recorded answer by phone ends the waiting for a reporter who was asked by chat."""
        tip = desk.report()
        desk.app.tips.ask_back(desk.lan, tip.id, "Xe màu gì?")
        noted = desk.app.tips.record_reply_by_hand(desk.lan, tip.id, "Xe màu đỏ", how="gọi điện")
        assert (noted.state, noted.question) == (TipState.VERIFYING, "")
