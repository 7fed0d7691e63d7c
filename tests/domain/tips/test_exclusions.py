"""The exclusions of officers from a tip are shown only to supervisors who may exclude others."""

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker
from tests.domain.tips.conftest import receive_assigned_tip, receive_tip

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.service import Tips
from anninh_core.domain.tips.views import Exclusion
from anninh_core.kernel.errors import Refused
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.usecase.views import ViewContext
from anninh_core.vocabulary.permissions import Permission


def test_exclusions_are_listed_with_why_and_by_whom(tips: Tips, lan: Actor, boss: Actor, officer: OfficerMaker) -> None:
    """Exclusions of officers and units are listed with reason, supervisor and time; a repeated exclusion keeps the
    first decision.
    """
    tip = receive_assigned_tip(tips, lan)
    cousin = officer("tip_officer", "ninh-hoa")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Người nhà của người bị báo")
    tips.exclusions.exclude_unit(boss, tip.id, "ninh-van", "Báo về cán bộ của xã")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Lại một lần")

    at = tips.handling.context.clock.now()
    assert tips.exclusions.exclusions(boss, tip.id) == (
        Exclusion(officer=cousin.id, unit="", reason="Người nhà của người bị báo", by=boss.id, at=at),
        Exclusion(officer="", unit="ninh-van", reason="Báo về cán bộ của xã", by=boss.id, at=at),
    )


def test_unrecorded_exclusion_has_no_reason(
    tips: Tips, runner: UseCaseRunner, boss: Actor, officer: OfficerMaker
) -> None:
    """An exclusion without a recorded decision, taken from a joined tip or stored by an earlier version, is listed
    without a reason.
    """
    tip = receive_tip(tips)
    cousin = officer("tip_officer", "ninh-hoa")
    assert tips.exclusions.exclusions(boss, tip.id) == ()

    def save_exclusion(uow: UnitOfWork) -> None:
        uow.permit(tip.unit)
        uow.save(TIP, evolve(uow.load(TIP, tip.id), excluded=(cousin.id,)))

    runner.run_command(boss, "tips.exclude", Permission.TIP_SUPERVISE, save_exclusion)
    assert tips.exclusions.exclusions(boss, tip.id) == (
        Exclusion(officer=cousin.id, unit="", reason="", by="", at=None),
    )


def test_subcase_view_hides_exclusions(tips: Tips, lan: Actor, boss: Actor, officer: OfficerMaker) -> None:
    """The view of a part of a tip doesn't contain the excluded officers."""
    tip = receive_assigned_tip(tips, lan)
    cousin = officer("tip_officer", "ninh-hoa")
    subcase = tips.subcases.open_subcase(lan, tip.id, unit="ninh-an", asked="Hỏi chủ chợ")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Người nhà")
    part = tips.subcases.subcase(boss, subcase.id)
    assert part.excluded == (cousin.id,)
    assert cousin.id not in repr((part.to_view(), part.to_row()))


def test_handlers_cannot_read_exclusions(
    tips: Tips, runner: UseCaseRunner, lan: Actor, boss: Actor, officer: OfficerMaker
) -> None:
    """A handler and an excluded supervisor can't read exclusions, every read is in the audit log, and views of the tip
    don't contain them.
    """
    tip = receive_assigned_tip(tips, lan)
    chief = officer("tip_supervisor", "hoa-lu")
    tips.exclusions.exclude(boss, tip.id, chief.id, "Người nhà")
    for stranger in (lan, chief):
        with pytest.raises(Refused):
            tips.exclusions.exclusions(stranger, tip.id)
    tips.exclusions.exclusions(boss, tip.id)
    last = runner.context.storage.journal.head()[0]
    assert b'"tips.exclusions"' in runner.context.storage.journal.read(last - 1)[-1].content
    opened = tips.queries.get(boss, tip.id)
    context = ViewContext(runner.context.district, runner.context.clock.now())
    assert chief.id not in repr((opened.to_view(context), opened.to_row(context)))
