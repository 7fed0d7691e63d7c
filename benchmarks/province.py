"""A province of 129 communes, and any number of tips in it."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from attrs import evolve

from anninh_core import App, load_profile, system
from anninh_core.domain.tips.intake import make_receipt
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.district import District
from anninh_core.vocabulary.permissions import Permission
from benchmarks.town import COMMIT, list_tip_texts

PROFILE = "hai_cap_2025"
COMMUNES = 129
FIRST, LAST = date(2025, 7, 1), date(2026, 12, 31)
DAYS = tuple(FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))
CLOSED_SHARE = 0.9


def load_province() -> District:
    """Return the shipped two-level profile with as many communes as the real province."""
    district = load_profile(PROFILE)
    shipped = district.units_at_level("commune")
    added = [
        evolve(shipped[0], id=f"commune-{number}", name=f"Commune {number}")
        for number in range(COMMUNES - len(shipped))
    ]
    return evolve(district, units={**district.units, **{unit.id: unit for unit in added}})


def list_communes(district: District) -> tuple[str, ...]:
    """Return the ids of the communes; tips are distributed so that the first get most and the last one in a
    thousand.
    """
    return tuple(unit.id for unit in district.units_at_level("commune"))


def iter_tips(app: App, count: int, handler: str, excluded: str) -> Iterator[Tip]:
    """Yield tips of all communes, categories, states and days, the same in every run except for their ids.

    Args:
        count: number of tips.
        handler: officer who handles one in a hundred.
        excluded: officer who may not see one in a thousand.
    """
    dice = random.Random(1)
    units = list_communes(app.district)
    texts = list_tip_texts()
    weights = [*(3 if number < 40 else 1 for number in range(COMMUNES - 1)), 0.2]
    open_states = [TipState.RECEIVED, TipState.TRIAGED, TipState.ASSIGNED, TipState.WAITING]
    for number, unit in enumerate(dice.choices(units, weights, k=count)):
        day = DAYS[number * len(DAYS) // count]
        at = datetime(day.year, day.month, day.day, number % 15, number % 60, tzinfo=UTC)
        id = app.internals.context.ids.new()
        yield Tip(
            id=id,
            receipt=make_receipt(id),
            unit=unit,
            conversation=f"oa.{number}",
            origin="one_to_one",
            text=texts[number % len(texts)],
            category=dice.choice(list(app.district.incoming)),
            urgency="ordinary",
            legal_kind="feedback",
            received_at=at,
            received_day=day,
            state=TipState.CLOSED if dice.random() < CLOSED_SHARE else dice.choice(open_states),
            handling_unit=unit,
            handlers=(handler,) if number % 100 == 0 else (),
            excluded=(excluded,) if number % 1000 == 0 else (),
            moments={"received": at},
        )


def store_tips(app: App, several: Sequence[Tip]) -> None:
    """Store tips in one commit of the app."""

    def save_tips(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        for tip in several:
            uow.save(TIP, tip)

    app.internals.runner.run_command(system("router"), "benchmark.fill", Permission.INTAKE, save_tips)


def split_into_batches(tips: Iterator[Tip]) -> Iterator[list[Tip]]:
    """Yield tips in lists, each for one commit."""
    batch: list[Tip] = []
    for tip in tips:
        batch.append(tip)
        if len(batch) == COMMIT:
            yield batch
            batch = []
    if batch:
        yield batch
