"""Counts and decisions over all records are refused if a record is damaged, but only in the units of that record."""

from collections.abc import Iterator
from datetime import date

import pytest
from tests.support.damage import flip_body

from anninh_core.app import App
from anninh_core.kernel.errors import Damaged
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

WORDS = "Mất trộm xe máy ở xóm 3"


@pytest.fixture
def app() -> Iterator[App]:
    """An app in memory."""
    with memory_app() as app:
        yield app


@pytest.fixture
def boss(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_officer", "tip_supervisor")


def test_the_register_of_the_unit_is_refused(app: App, boss: Actor) -> None:
    """The register and the monthly list are refused for the unit of the damaged tip and the units above it, but not for
    the neighbouring unit.
    """
    tip = app.tips.record_walk_in(boss, WORDS, unit="ninh-hoa")
    app.tips.record_walk_in(boss, WORDS, unit="ninh-hai")
    day = tip.received_day
    flip_body(app, "tip", tip.id)
    for unit in ("ninh-hoa", "hoa-lu"):
        with pytest.raises(Damaged):
            app.tips.papers.register(boss, unit, date(day.year, 1, 1), day, "docx")
        with pytest.raises(Damaged):
            app.tips.papers.monthly_list(boss, unit, day.year, day.month, "docx")
    assert app.tips.papers.register(boss, "ninh-hai", date(day.year, 1, 1), day, "docx").data


def test_the_error_names_the_record_to_operators_alone(app: App, boss: Actor) -> None:
    """The error about a damaged record names the record only to operators."""
    tip = app.tips.record_walk_in(boss, WORDS, unit="hoa-lu")
    flip_body(app, "tip", tip.id)
    with pytest.raises(Damaged) as error:
        app.tips.get(boss, tip.id)
    assert tip.id not in str(error.value)
    UnsafeLocalUsers(app).grant(boss, "operator", "hoa-lu")
    with pytest.raises(Damaged, match=tip.id):
        app.tips.get(boss, tip.id)


def test_computed_lists_count_damaged_records(app: App, boss: Actor) -> None:
    """Lists that are computed, searched or merged count each damaged record once."""
    tips = [app.tips.record_walk_in(boss, WORDS, unit="hoa-lu") for _ in range(2)]
    app.tips.add_note(boss, tips[1].id, "Đã gọi lại")
    (note,) = app.tips.notes(boss, tips[1].id).items
    flip_body(app, "tip", tips[0].id)
    flip_body(app, "case_note", note.id)
    for page in (
        app.tips.list(boss),
        app.tips.worklist(boss),
        app.tips.search(boss, "xe"),
        app.search.find(boss, "xe"),
    ):
        assert page.damaged == 1
        assert len(page.items) == 1
    assert app.work.mine(boss).damaged == 1
    assert app.tips.timeline(boss, tips[1].id).damaged == 1
