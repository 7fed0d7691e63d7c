"""Each clause of the plan of 2021 has its scenario here; the clause stands in the test's first words."""

import json
import re
import sys
from datetime import date
from itertools import pairwise

import pytest
from tests.conftest import Played
from tests.promises.clauses import CLAUSES, LATER

from anninh_core.demo.cast import communes, unit_officer
from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.model import Item
from anninh_core.domain.groups.states import GroupState
from anninh_core.domain.programme.duty import DUTY
from anninh_core.domain.reports.kind import REPORT
from anninh_core.domain.reports.model import report_id
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip

pytestmark = pytest.mark.xdist_group("demo")


def items(played: Played) -> list[Item]:
    runner = played.stage.app.runner
    return [runner.context.open_record(ITEM, record) for record in runner.context.storage.maintenance.scan(ITEM.name)]


def tips(played: Played) -> list[Tip]:
    runner = played.stage.app.runner
    return [runner.context.open_record(TIP, record) for record in runner.context.storage.maintenance.scan(TIP.name)]


def test_every_clause_is_kept_or_accounted_for() -> None:
    """Every clause of the plan has a scenario in this file, or a line that says what later work carries."""
    module = sys.modules[__name__]
    texts = [function.__doc__ or "" for name, function in vars(module).items() if name.startswith("test_p_")]
    shown = {clause for text in texts for clause in re.findall(r"P-[IV]+(?:\.\w+)*(?=[,: ])", text)}
    assert shown <= set(CLAUSES)
    assert set(LATER) <= set(CLAUSES)
    assert set(CLAUSES) - shown == set()
    assert all(len(reason) > 40 for reason in LATER.values())


def test_p_awareness_is_measured(played: Played) -> None:
    """P-I.1, P-II.2.a: membership and interaction of every group are measured over time, and key people carry it."""
    groups = played.stage.app.groups.list(played.officer("admin"), state=GroupState.ACTIVE)
    assert all(len(group.measures) >= 2 for group in groups)
    assert all(later.members >= earlier.members for g in groups for earlier, later in pairwise(g.measures))
    assert all({person.kind for person in group.key_people} >= {"party_cell_secretary"} for group in groups)


def test_p_information_flows_in_time(played: Played) -> None:
    """P-I.2: every message that was said is written down, and nobody waits without an answer for ever."""
    assert played.summary.said == played.summary.heard == 266
    waiting = [tip for tip in tips(played) if tip.is_open]
    assert len(waiting) <= 2


def test_p_security_and_secrets(played: Played) -> None:
    """P-I.3: nothing readable of residents' words stands in the files, and the audit chain holds."""
    assert played.summary.chain_ok
    stored = (played.out / "anninh.db").read_bytes()
    for line in played.stage.lines:
        if len(line.text) > 20:
            assert line.text.encode() not in stored
    assert all(line.name.encode() not in stored for line in played.stage.lines if len(line.name) > 6)


def test_p_directives_are_published(played: Played) -> None:
    """P-II.1.a: policy and law reach the groups as items of their own category."""
    assert any(item.piece.category == "policy" for item in items(played))


def test_p_charter_is_sent_and_reminded(played: Played) -> None:
    """P-II.1.b: every group was sent the charter in force, and is reminded of it."""
    groups = played.stage.app.groups.list(played.officer("admin"), state=GroupState.ACTIVE)
    assert {group.charter for group in groups} == {played.stage.app.district.charter.version}
    assert all(group.reminded_on is not None for group in groups)


def test_p_public_directory(played: Played) -> None:
    """P-II.1.c: every group stands in the public directory with a link to join by."""
    page = (played.out / "danh-ba.html").read_text(encoding="utf-8")
    for unit in communes(played.stage):
        assert f"https://zalo.me/g/vi-du-{unit}" in page


def test_p_campaign_of_all_agencies(played: Played) -> None:
    """P-II.2.b, P-III.3, P-III.4: agencies and organisations carry a campaign together, each with its task done."""
    (campaign,) = played.stage.app.programme.campaigns(played.officer("standing")).items
    assert {"mat-tran", "phong-van-hoa-thong-tin", "trung-tam-van-hoa"} <= set(campaign.partners)
    assert all(task.done_on is not None for task in campaign.tasks)
    assert campaign.closed_on == date(2021, 10, 1)


def test_p_local_models_are_linked(played: Played) -> None:
    """P-II.2.c: groups of residential areas are tied to a local model."""
    groups = played.stage.app.groups.list(played.officer("admin"), kind="residential_area")
    assert len(groups) == 22
    assert all(group.local_models == ("safe-neighbourhood",) for group in groups)


def test_p_sources_are_official(played: Played) -> None:
    """P-II.3.1.a, P-III.6: every item names an official source."""
    domains = played.stage.app.district.official_domains
    assert all(item.piece.source_name for item in items(played))
    assert all(any(domain in item.piece.source_url for domain in domains) for item in items(played))


def test_p_board_edits_and_publishes(played: Played) -> None:
    """P-II.3.1.b: six items were written, reviewed and published in the groups of every commune and area."""
    published = items(played)
    assert len(published) == 6
    assert all(len({sent.group for sent in item.sent}) == 33 for item in published)


def test_p_four_gates_and_four_eyes(played: Played) -> None:
    """P-II.3.1.c: each item passed the four gates, answered in words by somebody who didn't write it."""
    gates = {gate.id for gate in played.stage.app.district.gates}
    assert len(gates) == 4
    for item in items(played):
        authors = {version.by for version in item.versions}
        assert {answer.gate for answer in item.gates if answer.passed and answer.note} == gates
        assert not {answer.by for answer in item.gates} & authors
        assert item.approval is not None
        assert item.approval.by not in authors
        assert item.approval.content_hash == item.piece.hash


def test_p_procedures_are_answered(played: Played) -> None:
    """P-II.3.2.a: questions on procedures were answered, mostly from the knowledge base; no question is a tip."""
    assert set(played.summary.inquiries) <= {"closed", "became_tip"}
    assert played.summary.inquiries.get("became_tip", 0) <= 2
    assert played.summary.inquiries["closed"] >= 50


def test_p_eight_incoming_categories(played: Played) -> None:
    """P-II.3.2.b: tips of all eight categories came in, were triaged by a person and settled."""
    categories = {tip.category for tip in tips(played) if tip.settlements}
    assert categories == set(played.stage.app.district.incoming)
    assert len(categories) == 8


def test_p_rumours_are_corrected(played: Played) -> None:
    """P-II.4: an untrue rumour is corrected with an official source; every unit has a responsible head."""
    assert any(item.piece.is_correction and item.piece.source_url for item in items(played))
    standing = played.officer("standing")
    heads = [played.stage.app.programme.head(standing, unit) for unit in communes(played.stage)]
    assert all(head is not None and head.name for head in heads)


def test_p_standing_body_urges(played: Played) -> None:
    """P-III.1.a, P-IV.3: late units are urged, and the standing body is told."""
    runner = played.stage.app.runner
    duties = [runner.context.open_record(DUTY, record) for record in runner.context.storage.maintenance.scan(DUTY.name)]
    late = [duty for duty in duties if any(urge.offset < 0 for urge in duty.urges)]
    assert late
    assert all(any(urge.escalated for urge in duty.urges) for duty in late)


def test_p_communes_are_guided(played: Played) -> None:
    """P-III.1.b, P-III.5: every commune runs its own group and those of two residential areas."""
    admin = played.officer("admin")
    for unit in communes(played.stage):
        groups = played.stage.app.groups.list(admin, unit=unit, state=GroupState.ACTIVE)
        assert sorted(group.kind for group in groups) == ["commune", "residential_area", "residential_area"]


def test_p_unsuitable_posts_are_handled(played: Played) -> None:
    """P-III.1.c: unsuitable posts were found and decided by a person, one appeal by another; communes are inspected."""
    assert played.summary.posts["upheld"] == 1
    assert "raised" not in played.summary.posts
    assert played.stage.app.programme.inspections(played.officer("standing")).items


def test_p_tips_are_received_and_resolved(played: Played) -> None:
    """P-III.1.d: every tip got a receipt, and every settled one an answer that is known to have arrived."""
    found = tips(played)
    assert len({tip.receipt for tip in found}) == len(found)
    closed = [tip for tip in found if tip.state == "closed"]
    assert len(closed) >= 140
    assert all(tip.answer and tip.answer_proof for tip in closed)


def test_p_pilot(played: Played) -> None:
    """P-III.1.e, P-IV.2.a: Ninh Hòa launched first, before 30/8/2021; all others before 15/9/2021."""
    admin = played.officer("admin")
    launched = {
        group.unit: group.launched_on for group in played.stage.app.groups.list(admin) if group.kind == "commune"
    }
    pilot = launched.pop("ninh-hoa")
    assert pilot is not None
    assert pilot < date(2021, 8, 30)
    assert all(day is not None and pilot < day < date(2021, 9, 15) for day in launched.values())


def test_p_training(played: Played) -> None:
    """P-III.1.f: the boards of all communes were trained."""
    (training,) = played.stage.app.programme.trainings(played.officer("standing")).items
    assert {one.unit for one in training.attendance} == set(communes(played.stage))


def test_p_reports_are_consolidated(played: Played) -> None:
    """P-III.1.g, P-IV.3: the district's report is the sum of its communes' reports, and a recount agrees."""
    runner = played.stage.app.runner
    reports = {
        r.id: runner.context.open_record(REPORT, r) for r in runner.context.storage.maintenance.scan(REPORT.name)
    }
    for obligation, year in (("roll-out", 2021), ("annual", 2021), ("half-year", 2022)):
        whole = reports[report_id(obligation, year, "hoa-lu")]
        assert {part.unit for part in whole.parts} == set(communes(played.stage))
        assert whole.missing == ()
    assert played.summary.recount_ok


def test_p_organisations_take_part(played: Played) -> None:
    """P-III.2: the Front and the organisations take part in the campaign; a group of their own can be founded."""
    (campaign,) = played.stage.app.programme.campaigns(played.officer("standing")).items
    assert {"hoi-phu-nu", "doan-thanh-nien"} <= set(campaign.partners)


def test_p_each_commune_has_its_plan(played: Played) -> None:
    """P-IV.1.a: founding was mandatory, and every commune issued a plan of its own."""
    plans = played.stage.app.programme.plans(played.officer("standing")).items
    assert {plan.unit for plan in plans} == set(communes(played.stage))


def test_p_before_is_strict(played: Played) -> None:
    """P-IV.1.b: "before 15/6" is strict: the commune that signed on 14/6 is in time, the one of 15/6 is late."""
    standing = played.officer("standing")
    lines = {line.submitted_on: line for line in played.stage.app.reports.standing(standing, "half-year", 2022)}
    assert lines[date(2022, 6, 14)].days_late == 0
    assert lines[date(2022, 6, 15)].days_late == 1


def test_p_roll_out_report(played: Played) -> None:
    """P-IV.2.b: the roll-out report came before 20/9/2021 from all communes but one, which is on the late list."""
    late = played.stage.app.reports.late(played.officer("standing"), "roll-out", 2021)
    assert [(line.submitted_on, line.days_late) for line in late] == [(date(2021, 9, 21), 2)]


def test_p_difficulties_are_answered(played: Played) -> None:
    """P-IV.2.c: a difficulty was raised by a commune, answered by the committee and followed to its end."""
    unit = played.stage.script["difficulty"]["unit"]
    (difficulty,) = played.stage.app.programme.difficulties(
        unit_officer(played.stage, unit, "reporter"), unit=unit
    ).items
    assert difficulty.state == "closed"
    assert difficulty.answered_on == date(2021, 10, 12)


def test_p_recipients_and_signature(played: Played) -> None:
    """P-IV.4: the signed paper names its recipients and carries the committee's signature block in the plan's order."""
    chair = played.officer("standing")
    paper = played.stage.app.reports.document(chair, report_id("half-year", 2022, "hoa-lu")).letterhead
    assert paper.signer_capacity == "TM. BAN CHỈ ĐẠO"
    assert paper.signer_titles == ("TRƯỞNG BAN", "CHỦ TỊCH UBND HUYỆN")
    assert any("Thường trực" in line for line in paper.recipients)
    exported = json.loads((played.out / "bao-cao-6-thang.json").read_text(encoding="utf-8"))
    assert exported["kind"] == "bao-cao-6-thang"
