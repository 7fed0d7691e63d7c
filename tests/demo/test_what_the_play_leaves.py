"""After the plan's year the demo's groups, items, cases and reports agree with each other."""

import json
from datetime import date

import pytest
from tests.conftest import PlayedDemo

from anninh_core.demo.cast import list_communes
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import make_report_id
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip

pytestmark = pytest.mark.xdist_group("demo")


def list_items(played: PlayedDemo) -> list[Item]:
    runner = played.stage.app.internals.runner
    return [runner.context.open_record(ITEM, record) for record in runner.context.storage.maintenance.scan(ITEM.name)]


def list_tips(played: PlayedDemo) -> list[Tip]:
    runner = played.stage.app.internals.runner
    return [runner.context.open_record(TIP, record) for record in runner.context.storage.maintenance.scan(TIP.name)]


def test_nothing_is_lost(played: PlayedDemo) -> None:
    """After the play each message is stored, journal and counters agree with the records, and at most two tips are
    open.
    """
    assert played.summary.is_whole
    assert played.summary.heard == 266
    assert len([tip for tip in list_tips(played) if tip.is_open]) <= 2


def test_each_commune_has_three_groups(played: PlayedDemo) -> None:
    """Each commune has its own group and those of two residential areas, with the charter in force."""
    app = played.stage.app
    admin = played.officer("admin")
    for unit in list_communes(played.stage):
        groups = app.groups.list(admin, unit=unit, state=GroupState.ACTIVE)
        assert sorted(group.kind for group in groups) == ["commune", "residential_area", "residential_area"]
        assert {group.charter for group in groups} == {app.district.charter.version}
        assert all(group.reminded_on is not None for group in groups)


def test_the_pilot_is_launched_first(played: PlayedDemo) -> None:
    """Ninh Hòa's group is launched before 30 August 2021, and all other communes' groups after it and before 15
    September.
    """
    groups = played.stage.app.groups.list(played.officer("admin"))
    launched = {group.unit: group.launched_on for group in groups if group.kind == "commune"}
    pilot = launched.pop("ninh-hoa")
    assert pilot is not None
    assert pilot < date(2021, 8, 30)
    assert all(day is not None and pilot < day < date(2021, 9, 15) for day in launched.values())


def test_items_are_reviewed_and_reach_all_groups(played: PlayedDemo) -> None:
    """Each item cites an official source, passed each gate by a person who didn't write it, and was sent to 33
    groups.
    """
    district = played.stage.app.district
    for item in list_items(played):
        authors = {version.by for version in item.versions}
        assert any(domain in item.piece.source_url for domain in district.official_domains)
        assert {answer.gate for answer in item.gates if answer.passed and answer.note} == {g.id for g in district.gates}
        assert not {answer.by for answer in item.gates} & authors
        assert item.approval is not None
        assert item.approval.by not in authors
        assert item.approval.content_hash == item.piece.hash
        assert len({sent.group for sent in item.sent}) == 33


def test_tips_of_each_category_are_settled_and_answered(played: PlayedDemo) -> None:
    """The settled tips cover all eight categories of the registers, and each closed tip has an answer with a proof of
    delivery.
    """
    all_tips = list_tips(played)
    categories = {tip.category for tip in all_tips if tip.settlements}
    incoming = played.stage.app.district.incoming.values()
    assert categories == {category.id for category in incoming if category.in_register}
    closed = [tip for tip in all_tips if tip.state == "closed"]
    assert len(closed) >= 140
    assert all(tip.answer and tip.answer_proof for tip in closed)


def test_questions_and_posts_are_concluded(played: PlayedDemo) -> None:
    """After the play each question is closed or became a tip, no flagged post waits, and one ruling is upheld on
    appeal.
    """
    assert set(played.summary.inquiries) <= {"closed", "became_tip"}
    assert played.summary.inquiries["closed"] >= 50
    assert "raised" not in played.summary.posts
    assert played.summary.posts["upheld"] == 1


@pytest.mark.parametrize(("obligation", "year"), [("roll-out", 2021), ("annual", 2021), ("half-year", 2022)])
def test_reports_cover_all_communes(played: PlayedDemo, obligation: str, year: int) -> None:
    """The district's report of each obligation consists of all communes' reports."""
    runner = played.stage.app.internals.runner
    records = runner.context.storage.maintenance.scan(REPORT.name)
    id = make_report_id(obligation, year, "hoa-lu")
    (whole,) = [runner.context.open_record(REPORT, record) for record in records if record.id == id]
    assert {part.unit for part in whole.parts} == set(list_communes(played.stage))
    assert whole.missing == ()


def test_files_for_residents_and_superiors(played: PlayedDemo) -> None:
    """The directory contains the invitation to each commune's group, and the half-year's report is exported as data."""
    page = (played.out / "danh-ba.html").read_text(encoding="utf-8")
    assert all(f"https://zalo.me/g/vi-du-{unit}" in page for unit in list_communes(played.stage))
    report = json.loads((played.out / "bao-cao-6-thang.json").read_text(encoding="utf-8"))
    assert report["kind"] == "bao-cao-6-thang"
