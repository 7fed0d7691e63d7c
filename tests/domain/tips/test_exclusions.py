"""Who is kept away from a tip is told to those who may keep others away, and to nobody else."""

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker
from tests.domain.tips.conftest import received, worked

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
    """Officers and units, in their order; of an exclusion made twice the first decision is told."""
    tip = worked(tips, lan)
    cousin = officer("tip_officer", "ninh-hoa")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Người nhà của người bị báo")
    tips.exclusions.exclude_unit(boss, tip.id, "ninh-van", "Báo về cán bộ của xã")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Lại một lần")

    at = tips.handling.context.clock.now()
    assert tips.exclusions.exclusions(boss, tip.id) == (
        Exclusion(officer=cousin.id, unit="", reason="Người nhà của người bị báo", by=boss.id, at=at),
        Exclusion(officer="", unit="ninh-van", reason="Báo về cán bộ của xã", by=boss.id, at=at),
    )


def test_an_exclusion_that_nobody_recorded_has_no_reason(
    tips: Tips, runner: UseCaseRunner, boss: Actor, officer: OfficerMaker
) -> None:
    """It came with a tip that was joined, or from an earlier version: who is kept away is told all the same."""
    tip = received(tips)
    cousin = officer("tip_officer", "ninh-hoa")
    assert tips.exclusions.exclusions(boss, tip.id) == ()

    def save(uow: UnitOfWork) -> None:
        uow.permit(tip.unit)
        uow.save(TIP, evolve(uow.load(TIP, tip.id), excluded=(cousin.id,)))

    runner.run_command(boss, "tips.exclude", Permission.TIP_SUPERVISE, save)
    assert tips.exclusions.exclusions(boss, tip.id) == (
        Exclusion(officer=cousin.id, unit="", reason="", by="", at=None),
    )


def test_a_part_of_a_tip_does_not_tell_who_is_kept_away(
    tips: Tips, lan: Actor, boss: Actor, officer: OfficerMaker
) -> None:
    """Its officers see what they were asked, and no name of anybody who may not see it."""
    tip = worked(tips, lan)
    cousin = officer("tip_officer", "ninh-hoa")
    subcase = tips.subcases.open_subcase(lan, tip.id, unit="ninh-an", asked="Hỏi chủ chợ")
    tips.exclusions.exclude(boss, tip.id, cousin.id, "Người nhà")
    shown = tips.subcases.subcase(boss, subcase.id)
    assert shown.excluded == (cousin.id,)
    assert cousin.id not in repr((shown.to_view(), shown.to_row()))


def test_who_handles_or_is_kept_away_is_not_told(
    tips: Tips, runner: UseCaseRunner, lan: Actor, boss: Actor, officer: OfficerMaker
) -> None:
    """A handler may not exclude and may not ask who is; an excluded supervisor finds no such tip; looks are traced."""
    tip = worked(tips, lan)
    chief = officer("tip_supervisor", "hoa-lu")
    tips.exclusions.exclude(boss, tip.id, chief.id, "Người nhà")
    for stranger in (lan, chief):
        with pytest.raises(Refused):
            tips.exclusions.exclusions(stranger, tip.id)
    tips.exclusions.exclusions(boss, tip.id)
    last = runner.context.storage.journal.head()[0]
    assert b'"tips.exclusions"' in runner.context.storage.journal.read(last - 1)[-1].content
    shown = tips.queries.get(boss, tip.id)
    context = ViewContext(runner.context.district, runner.context.clock.now())
    assert chief.id not in repr((shown.to_view(context), shown.to_row(context)))
