"""Routing of tips by rules, simulation of other rules, and several reports of one matter."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from attrs import evolve
from tests.scenarios.cases.town import AN, BINH, CUC, TwoAccountTown, open_bound_town

from anninh_core.domain.tips import Tip, TipState
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import entry_from
from anninh_core.ports.storages.storage import Storage
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.rules import RoutingRule

OWN = RoutingRule(id="own", to="own", reason="the rest stays")


@pytest.fixture
def town(storage: Storage) -> Iterator[TwoAccountTown]:
    opened = open_bound_town(storage)
    with opened.app:
        yield opened


# ---- Routing of tips by rules


def test_every_rule_is_explained(town: TwoAccountTown) -> None:
    """The explanation names for each routing rule whether it matched, and which condition didn't."""
    town.district_dialog.says(AN, "Mất trộm xe máy ở Ninh Hòa")
    (tip,) = town.tips("ninh-hoa")
    trials = town.app.tips.routing.explain(town.appoint_officer("ninh-hoa"), tip.id)
    assert [trial.rule for trial in trials] == [rule.id for rule in shipped_district().routing]
    assert [trial.matches for trial in trials] == [False, True, False, True]
    assert trials[0].conditions == ("urgency ordinary in serious: no",)


def test_changed_rules_are_simulated_on_past_tips(town: TwoAccountTown) -> None:
    """Other rules are simulated on past tips that the officer can read, and the result is a table of the moved tips
    without their texts.
    """
    for person, words in (
        (AN, "Hôm qua mất trộm xe máy ở Ninh Hòa"),
        (BINH, "Hôm qua mất trộm xe máy ở Ninh An"),
        (CUC, "Cháy nhà ở Ninh An"),
    ):
        town.district_dialog.says(person, words)
    rules = (RoutingRule(id="hoa", to="ninh-hoa", reason="tự xử lý", areas=frozenset({"ninh-hoa"})), OWN)
    boss = town.appoint_officer("hoa-lu")
    an = town.appoint_officer("ninh-an")
    simulation = town.app.tips.routing.simulate(boss, rules)
    assert (simulation.tips, simulation.moved) == (3, 3)
    assert set(simulation.table) == {("cong-an", "ninh-hoa", 1), ("cong-an", "ninh-an", 2)}
    assert {(change.rule_before, change.rule_after) for _, change in simulation.items} == {
        ("crime", "hoa"),
        ("crime", "own"),
        ("serious", "own"),
    }
    assert all(tip.receipt and not tip.text and not tip.place_reason for tip, _ in simulation.items)
    assert town.app.tips.routing.simulate(an, rules).tips == 2
    entry = entry_from(town.app.internals.context.storage.journal.read(limit=10_000)[-1].content)
    assert (entry.action, entry.facts["tips"], entry.actor) == ("tips.simulate_routing", 2, an.label)


def test_simulation_needs_valid_rules(town: TwoAccountTown) -> None:
    """A simulation without rules, to an unknown unit, or by an officer without tips is refused."""
    boss = town.appoint_officer("hoa-lu")
    with pytest.raises(BadInput, match="No rules are given: give at least one to simulate"):
        town.app.tips.routing.simulate(boss, ())
    with pytest.raises(BadInput, match="which isn't a unit: choose one that `anninh units` lists"):
        town.app.tips.routing.simulate(boss, (evolve(OWN, to="atlantis"),))
    with pytest.raises(Refused):
        town.app.tips.routing.simulate(town.appoint_officer("hoa-lu", "editor"), (OWN,))


# ---- Several reports of one matter


def report_fire(town: TwoAccountTown) -> list[Tip]:
    """Let three neighbours report one fire in different words, the third without the word fire."""
    for person, words in (
        (AN, "cháy xưởng mộc xóm 3 Ninh Giang rồi các anh ơi, lửa bốc cao lắm"),
        (BINH, "Chay to qua, xuong go canh nha van hoa xom 3 Ninh Giang, goi 114 mai khong duoc"),
        (CUC, "khói đen bên xóm 3 Ninh Giang, nghe tiếng nổ, cứu với"),
    ):
        town.district_dialog.says(person, words)
        town.clock.advance(timedelta(minutes=4))
    return town.tips("ninh-giang")


def test_three_reports_suggest_each_other(town: TwoAccountTown) -> None:
    """Each of three reports of one fire suggests the other two as duplicates, whatever their categories, with the
    reasons.
    """
    tips = report_fire(town)
    boss = town.appoint_officer("hoa-lu")
    assert len(tips) == 3
    for tip in tips:
        suggestions = town.app.tips.suggest_duplicates(boss, tip.id)
        assert {suggestion.tip.id for suggestion in suggestions} == {other.id for other in tips} - {tip.id}
        assert all(any("of 0.45" in reason for reason in suggestion.likeness.reasons) for suggestion in suggestions)


def test_distant_or_late_report_is_no_duplicate(town: TwoAccountTown) -> None:
    """A report with the same words about another commune or a week later is no duplicate."""
    first, *_ = report_fire(town)
    town.district_dialog.says("Thử Văn Dần", "cháy xưởng mộc xóm 3 Ninh An rồi các anh ơi, lửa bốc cao lắm")
    town.clock.advance(timedelta(days=7))
    town.district_dialog.says("Thử Thị Mão", "cháy xưởng mộc xóm 3 Ninh Giang rồi các anh ơi, lửa bốc cao lắm")
    suggestions = town.app.tips.suggest_duplicates(town.appoint_officer("hoa-lu"), first.id)
    assert len(suggestions) == 2


def test_each_reporter_of_merged_tips_is_answered_apart(town: TwoAccountTown) -> None:
    """Each reporter of merged tips gets a separate answer that contains nothing about the other reporter."""
    boss = town.appoint_officer("hoa-lu")
    first, second, _ = report_fire(town)
    for tip in (first, second):
        town.app.tips.triage(boss, tip.id, category="fire")
    town.app.tips.merge(boss, second.id, into=first.id, answer="Đã dập tắt, cảm ơn bà.")
    town.app.tips.settle(boss, first.id, TipState.RESOLVED, answer="Cảm ơn anh An đã báo sớm.", reason="handled")
    for tip in (first, second):
        town.app.tips.answer(boss, tip.id)
    town.app.worker.drain()
    assert any("anh An" in text for text in town.heard(AN))
    last = town.heard(BINH)[-1]
    assert "Đã dập tắt" in last
    assert first.receipt not in last
    assert "anh An" not in last


def test_a_merger_is_undone_with_a_reason(town: TwoAccountTown) -> None:
    """Undoing a merger needs a reason, reopens the tip as a separate case, and sends its reporter nothing."""
    boss = town.appoint_officer("hoa-lu")
    first, second, _ = report_fire(town)
    town.app.tips.triage(boss, second.id, category="fire")
    town.app.tips.merge(boss, second.id, into=first.id, answer="Đã có đội chữa cháy.")
    town.heard(BINH)
    with pytest.raises(BadInput, match="different matters"):
        town.app.tips.unmerge(boss, second.id, " ")
    split = town.app.tips.unmerge(boss, second.id, "Đám cháy khác, ở cuối làng")
    town.app.worker.drain()
    assert (split.state, split.merged_into, split.is_open) == (TipState.REOPENED, "", True)
    assert town.heard(BINH) == []
    with pytest.raises(WrongStep, match="isn't merged into another tip, so there is nothing to split off"):
        town.app.tips.unmerge(boss, first.id, "thử")


def test_one_person_in_several_tips_counts_once(town: TwoAccountTown) -> None:
    """A supervisor can count the people who reported several tips, but doesn't learn which tips are of one person."""
    for person in (AN, AN, BINH):
        town.district_dialog.says(person, "VIỆC KHÁC: trộm chó ở xã Ninh Hòa, lại mất thêm con nữa")
        town.clock.advance(timedelta(days=1))
    boss = town.appoint_officer("ninh-hoa", "tip_supervisor")
    handler = town.appoint_officer("ninh-hoa")
    called = town.app.tips.record_walk_in(handler, "Mất chó", unit="ninh-hoa")
    first, *others = town.tips("ninh-hoa")
    sources = town.app.tips.count_sources(boss, first.id, [tip.id for tip in others])
    assert (sources.tips, sources.people, sources.unknown) == (4, 2, 1)
    assert called.id in {tip.id for tip in others}
    with pytest.raises(Refused):
        town.app.tips.count_sources(handler, first.id)
    with pytest.raises((NotFound, Refused)):
        town.app.tips.count_sources(town.appoint_officer("ninh-an", "tip_supervisor"), first.id)
