"""Exclusions from a case, and the successors of an officer who leaves."""

from datetime import timedelta

import pytest
from tests.scenarios.cases.life_bench import CaseDesk, appoint_officer, grant_role

from anninh_core.domain.content import ItemContent
from anninh_core.domain.duty import Shift
from anninh_core.domain.duty.roster import Holiday
from anninh_core.kernel.errors import BadInput, Refused, WrongStep


class TestConflictsOfInterest:
    """Officers and units that are excluded from a case because of a conflict of interest."""

    def test_excluded_officer_cannot_see_parts(self, desk: CaseDesk) -> None:
        """An excluded officer can neither open nor list a part of the case."""
        tip = desk.report()
        part = desk.app.tips.subcases.open(desk.lan, tip.id, unit="ninh-van", asked="Xem camera")
        desk.app.tips.exclusions.add(desk.boss, tip.id, desk.van.id, "Người nhà")
        with pytest.raises(Refused, match="for which you have the permission"):
            desk.app.tips.subcases.get(desk.van, part.id)
        assert desk.app.tips.subcases.list(desk.van).items == ()

    def test_excluded_unit_cannot_see_the_case(self, desk: CaseDesk) -> None:
        """A case is hidden from all officers of an excluded unit, whatever their grants and even if they come later,
        but not from others.
        """
        tip = desk.report()
        desk.app.tips.exclusions.add_unit(desk.boss, tip.id, "ninh-hoa", "Cán bộ xã bị tố giác")
        newcomer = appoint_officer(desk.app, "Người mới", "tip_officer", "ninh-hoa")
        reaching = appoint_officer(desk.app, "Biệt phái", "tip_supervisor", "hoa-lu", home="ninh-hoa")
        day = tip.received_day
        for officer in (desk.lan, desk.hung, newcomer, reaching):
            with pytest.raises(Refused, match="for which you have the permission"):
                desk.app.tips.get(officer, tip.id)
            assert desk.app.tips.list(officer).items == ()
            assert desk.app.tips.search(officer, "xe máy").items == ()
            _, tips = desk.app.internals.services.tips.papers.register(officer, "ninh-hoa", day, day)
            assert tips == ()
        visible = desk.app.tips.get(desk.boss, tip.id)
        assert (visible.handlers, visible.handling_unit) == ((), "")
        assert [tip_found.id for tip_found in desk.app.tips.search(desk.boss, "xe máy").items] == [tip.id]

    def test_an_excluded_unit_gets_no_part_and_no_transfer(self, desk: CaseDesk) -> None:
        """A tip can't be transferred or assigned to an excluded unit or its officers, and the unit gets no part of
        it.
        """
        tip = desk.report()
        desk.app.tips.exclusions.add_unit(desk.boss, tip.id, "ninh-van", "Liên quan")
        with pytest.raises(
            BadInput, match=r"Unit 'ninh-van' is excluded from .* by a conflict of interest: choose another"
        ):
            desk.app.tips.transfers.to_unit(desk.lan, tip.id, unit="ninh-van", reason="x")
        with pytest.raises(
            BadInput, match=r"Unit 'ninh-van' is excluded from .* by a conflict of interest: choose another"
        ):
            desk.app.tips.subcases.open(desk.lan, tip.id, unit="ninh-van", asked="x")
        with pytest.raises(BadInput, match="is excluded"):
            desk.app.tips.assign(desk.lan, tip.id, unit="ninh-hoa", officers=[desk.van.id])

    def test_own_unit_cannot_be_excluded(self, desk: CaseDesk) -> None:
        """An officer can't exclude their own unit, since then no one there could decide about the case any more."""
        local = appoint_officer(desk.app, "Chỉ huy xã", "tip_supervisor", "ninh-hoa")
        with pytest.raises(BadInput, match="an officer of another unit, or of one above, must exclude it"):
            desk.app.tips.exclusions.add_unit(local, desk.report().id, "ninh-hoa", "x")


class TestHandOver:
    """The handover of an officer who leaves."""

    def test_all_work_moves_in_one_commit(self, desk: CaseDesk) -> None:
        """Tips, claims, parts, seats and headships move to the successor in one commit, and the roles of the leaving
        officer end.
        """
        tip = desk.report()
        claimed = desk.app.tips.record_walk_in(desk.hung, "Mất gà", unit="ninh-hoa", category="crime")
        desk.app.tips.claim(desk.lan, claimed.id)
        other = desk.report()
        desk.app.tips.assign(desk.lan, other.id, unit="ninh-hoa", officers=[desk.hung.id])
        part = desk.app.tips.subcases.open(desk.lan, other.id, unit="ninh-van", asked="Xem camera")
        grant_role(desk, desk.lan.id, "tip_officer", "ninh-van")
        grant_role(desk, desk.hung.id, "tip_officer", "ninh-van")
        desk.app.tips.subcases.take(desk.lan, part.id)
        group = desk.app.groups.plan(desk.root, "ninh-hoa", kind="commune", title="An ninh Ninh Hòa")
        desk.app.groups.seat(desk.root, group.id, "owner", officer=desk.lan.id, name="Lan")
        desk.app.programme.name_head(desk.root, "ninh-hoa", name="Lan", officer=desk.lan.id)
        before = desk.app.internals.context.storage.journal.head()[0]
        day = desk.clock.now().date() - timedelta(days=1)
        moved = desk.app.units.hand_over(desk.root, desk.lan.id, to={"all": desk.hung.id}, last_day=day)
        assert desk.app.internals.context.storage.journal.head()[0] == before + 1
        assert moved.moved == {"tips": 2, "subcases": 1, "groups": 1, "programme": 1}
        assert desk.app.tips.get(desk.hung, tip.id).handlers == (desk.hung.id,)
        claim = desk.app.tips.get(desk.hung, claimed.id).claim
        assert claim is not None
        assert claim.by == desk.hung.id
        assert desk.app.tips.subcases.get(desk.hung, part.id).officers == (desk.hung.id,)
        with pytest.raises(Refused):
            desk.app.tips.list(desk.lan)

    def test_handover_without_successor_is_refused(self, desk: CaseDesk) -> None:
        """A handover that leaves work without an officer changes nothing, and the error counts the work by area and
        unit without its content.
        """
        tip = desk.report()
        with pytest.raises(WrongStep, match=r"take over this work: tips: 1 of ninh-hoa\. Name a successor"):
            desk.app.units.hand_over(desk.root, desk.lan.id, to={})
        with pytest.raises(WrongStep, match=r"take over this work: tips: 1 of ninh-hoa\. Name a successor"):
            desk.app.units.hand_over(desk.root, desk.lan.id, to={"tips": desk.van.id})
        desk.app.tips.exclusions.add(desk.boss, tip.id, desk.hung.id, "Người nhà")
        with pytest.raises(WrongStep, match=r"take over this work: tips: 1 of ninh-hoa\. Name a successor"):
            desk.app.units.hand_over(desk.root, desk.lan.id, to={"all": desk.hung.id})
        assert desk.app.tips.get(desk.lan, tip.id).handlers == (desk.lan.id,)

    def test_roster_is_never_left_empty(self, desk: CaseDesk) -> None:
        """A successor with permission replaces the last officer of a roster from today, and the former roster is
        kept.
        """
        app = desk.app
        today = desk.clock.now().date()
        alone = Shift(officers=(desk.lan.id,))
        both = Shift(officers=(desk.lan.id, desk.hung.id))
        tet = Holiday(name="Tết", first=today, last=today, shifts=(both,))
        app.duty.set_roster(desk.boss, "ninh-hoa", shifts=[alone], holidays=[tet], valid_from=today - timedelta(days=9))
        for successor in ({}, {"duty": desk.van.id}):
            with pytest.raises(WrongStep, match=r"take over this work: duty: 1 of ninh-hoa\. Name a successor"):
                app.units.hand_over(desk.root, desk.lan.id, to=successor)
        assert app.units.hand_over(desk.root, desk.lan.id, to={"duty": desk.hung.id}).moved == {"duty": 1}
        (current,) = app.duty.rosters(desk.boss, "ninh-hoa")
        assert (current.valid_from, current.officers) == (today, frozenset((desk.hung.id,)))
        before = desk.clock.now() - timedelta(days=2)
        assert [on_duty.officer for on_duty in app.duty.on_duty(desk.boss, "ninh-hoa", at=before)] == [desk.lan.id]

    def test_shared_shift_needs_no_successor(self, desk: CaseDesk) -> None:
        """An officer who shares a shift with others can leave without a successor."""
        shift = Shift(officers=(desk.lan.id, desk.hung.id))
        desk.app.duty.set_roster(desk.boss, "ninh-hoa", shifts=[shift])
        assert desk.app.units.hand_over(desk.root, desk.lan.id, to={}).moved == {"duty": 1}
        (current,) = desk.app.duty.rosters(desk.boss, "ninh-hoa")
        assert current.shifts[0].officers == (desk.hung.id,)

    def test_draft_needs_another_editor(self, desk: CaseDesk) -> None:
        """An officer can't leave while they are the only editor of a draft."""
        editor = appoint_officer(desk.app, "Biên tập", "editor", "ninh-van")
        piece = ItemContent(
            title="Cảnh báo lừa đảo",
            body="Không chuyển tiền.",
            category="crime_warning",
            units=("ninh-van",),
            source_name="Công an tỉnh",
        )
        desk.app.content.write(editor, "ninh-van", piece)
        with pytest.raises(WrongStep, match="drafts: 1 of ninh-van"):
            desk.app.units.hand_over(desk.root, editor.id, to={})
        grant_role(desk, desk.hung.id, "editor", "ninh-van")
        assert desk.app.units.hand_over(desk.root, editor.id, to={}).moved == {}

    def test_wrong_area_or_successor_is_refused(self, desk: CaseDesk) -> None:
        """A handover with an unknown area or successor, or to the leaving officer, is refused."""
        with pytest.raises(BadInput, match="'x' isn't an area of work that can be handed over: choose one of tips, "):
            desk.app.units.hand_over(desk.root, desk.lan.id, to={"x": desk.hung.id})
        for successor in ("nobody", desk.lan.id):
            with pytest.raises(BadInput, match=r"can't take over 'all' from officer .*: give the id of another"):
                desk.app.units.hand_over(desk.root, desk.lan.id, to={"all": successor})
