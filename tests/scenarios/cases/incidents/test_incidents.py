"""Officers join reports of one event to an incident, read those they have permission for, separate them, and answer
each reporter alone.
"""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.scenarios.cases.incidents.test_paging import Crowd, crowd

from anninh_core.domain.tips import Tip, TipState
from anninh_core.domain.tips.incidents.kind import INCIDENT
from anninh_core.domain.tips.incidents.service import ShownIncident
from anninh_core.domain.tips.incidents.states import ReporterRole
from anninh_core.kernel.errors import BadInput, NotVisible, WrongStep
from anninh_core.workflows.incidents import AnswerWay, IncidentAnswerView

__all__ = ["crowd"]
WORDS = "Đám cháy đã được khống chế lúc 19:40. Xin ông/bà không quay lại khu chợ đến khi có thông báo."


def report_and_join(crowd: Crowd, count: int = 12) -> ShownIncident:
    """Let people report one fire, and let an officer join the first report and all proposed reports in one call."""
    crowd.report(count, seconds=30)
    first = crowd.tips()[0]
    proposed = crowd.app.incidents.propose(crowd.hoa, first.id)
    return crowd.app.incidents.join(crowd.hoa, [first.id, *(proposal.tip.id for proposal in proposed)])


def answer_reporters(
    crowd: Crowd, incident_view: ShownIncident, tips: list[str], words: str = WORDS
) -> IncidentAnswerView:
    """Answer reporters of an incident with a common text."""
    return crowd.app.incidents.answer(
        crowd.hoa, incident_view.incident.id, words, tips=tips, outcome="resolved", reason="solved"
    )


def test_proposal_is_joined_by_one_call(crowd: Crowd) -> None:
    """The proposal for the first report contains all other reports, and one call joins them without changing anything
    else in them.
    """
    crowd.report(12, seconds=30)
    before = {tip.id: tip for tip in crowd.tips()}
    first, *others = before
    proposed = crowd.app.incidents.propose(crowd.hoa, first)
    assert {proposal.tip.id for proposal in proposed} == {*others}
    incident_view = crowd.app.incidents.join(crowd.hoa, [first, *others])
    assert len(incident_view.tips) == 12
    for tip in crowd.tips():
        assert tip.incident == incident_view.incident.id
        assert _remove_incident(tip) == _remove_incident(before[tip.id])


def test_joining_again_changes_nothing(crowd: Crowd) -> None:
    """Joining the same tips a second time leaves one unchanged incident."""
    incident_view = report_and_join(crowd, 3)
    again = crowd.app.incidents.join(crowd.hoa, [tip.id for tip in incident_view.tips])
    assert again.incident == incident_view.incident


def test_one_tip_alone_is_no_incident(crowd: Crowd) -> None:
    """Joining takes at least two tips, and separating all but one closes the incident."""
    incident_view = report_and_join(crowd, 3)
    crowd.write("Thử Văn An", "Cháy xưởng gỗ ở khu phố Trường Yên")
    with pytest.raises(BadInput, match="An incident needs at least two tips: name another tip about the"):
        crowd.app.incidents.join(crowd.huyen, [crowd.tips()[-1].id])
    ids = [tip.id for tip in incident_view.tips[:2]]
    assert crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, ids) == ()
    assert all(not tip.incident for tip in crowd.tips())
    (record,) = crowd.app.internals.context.storage.maintenance.scan(INCIDENT.name)
    assert crowd.app.internals.context.open_record(INCIDENT, record).closed_at is not None


def test_tips_of_two_incidents_are_not_joined(crowd: Crowd) -> None:
    """Tips of two incidents can't be joined before they are separated."""
    incident_view = report_and_join(crowd, 4)
    two = [tip.id for tip in incident_view.tips[:2]]
    crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, two)
    crowd.app.incidents.join(crowd.hoa, two)
    with pytest.raises(WrongStep, match="different incidents"):
        crowd.app.incidents.join(crowd.hoa, [tip.id for tip in incident_view.tips])


def test_hidden_tip_is_neither_shown_nor_counted(crowd: Crowd) -> None:
    """An excluded officer can neither see, count nor change the hidden tip of an incident."""
    incident_view = report_and_join(crowd, 4)
    hidden = incident_view.tips[0]
    crowd.app.tips.exclusions.add(crowd.boss, hidden.id, crowd.hoa.id, reason="relative")
    visible = crowd.app.incidents.get(crowd.hoa, incident_view.incident.id)
    assert hidden.id not in {tip.id for tip in visible.tips}
    (listed,) = crowd.app.incidents.list(crowd.hoa).items
    assert len(listed.tips) == 3
    assert len(crowd.app.incidents.get(crowd.boss, incident_view.incident.id).tips) == 4
    with pytest.raises(NotVisible):
        crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, [hidden.id])
    with pytest.raises(NotVisible):
        crowd.app.incidents.join(crowd.hoa, [hidden.id, visible.tips[0].id])
    preview = crowd.app.incidents.preview_answer(crowd.hoa, incident_view.incident.id, WORDS)
    assert hidden.id not in {answer.tip for answer in preview.answers}
    assert crowd.app.incidents.list(crowd.yen).items == ()
    with pytest.raises(NotVisible):
        crowd.app.incidents.get(crowd.yen, incident_view.incident.id)


def test_separated_emergency_has_its_own_alarm(crowd: Crowd) -> None:
    """A separated emergency gets its own urgent notices, whether an alarm of its own or another alarm covered it."""
    incident_view = report_and_join(crowd, 4)
    (alarm,) = crowd.list_danger_alarms()
    (carried, *_) = [tip for tip in incident_view.tips if f"tip:{tip.id}" in alarm.also]
    crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, [carried.id])
    crowd.pass_time(15)
    alarms = {alarm.about: alarm for alarm in crowd.list_danger_alarms()}
    assert alarms[f"tip:{carried.id}"].pages
    assert f"tip:{carried.id}" not in alarms[alarm.about].also
    crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, [alarm.about.removeprefix("tip:")])
    crowd.pass_time(15)
    assert not next(alarm_left for alarm_left in crowd.list_danger_alarms() if alarm_left.about == alarm.about).also
    assert crowd.list_covered_cases() == {f"tip:{tip.id}" for tip in crowd.tips()}


def test_each_reporter_is_answered_alone(crowd: Crowd) -> None:
    """Each reporter gets the common text once, with their own receipt and no other, even if the call is repeated."""
    incident_view = report_and_join(crowd, 12)
    preview = crowd.app.incidents.preview_answer(crowd.hoa, incident_view.incident.id, WORDS)
    assert (preview.sent, preview.held, preview.alone, preview.called) == (12, 0, 0, 0)
    ids = [view.tip for view in preview.answers]
    answer_reporters(crowd, incident_view, ids)
    again = answer_reporters(crowd, incident_view, ids)
    assert again.done == 12
    crowd.pass_time(15)
    receipts = {tip.receipt for tip in crowd.tips()}
    for number in range(12):
        texts = [text for text in crowd.list_texts(f"Người {number}") if WORDS in text]
        assert len(texts) == 1
        assert sum(receipt in texts[0] for receipt in receipts) == 1
    assert {tip.state for tip in crowd.tips()} == {TipState.ANSWERED}
    assert crowd.app.incidents.list(crowd.hoa).items == ()


def test_accusers_and_parties_are_answered_alone(crowd: Crowd) -> None:
    """Reporters who are marked as accuser or party are left out of the common answer."""
    incident_view = report_and_join(crowd, 4)
    accuser, party, *others = incident_view.tips
    crowd.app.incidents.set_role(crowd.hoa, incident_view.incident.id, accuser.id, ReporterRole.ACCUSER)
    crowd.app.incidents.set_role(crowd.hoa, incident_view.incident.id, party.id, ReporterRole.PARTY)
    result = answer_reporters(crowd, incident_view, [tip.id for tip in incident_view.tips])
    assert (result.sent, result.alone) == (len(others), 2)
    crowd.pass_time(15)
    open_ids = {tip.id for tip in crowd.tips() if tip.is_open}
    assert open_ids == {accuser.id, party.id}


def test_a_legal_kind_leaves_a_reporter_out(crowd: Crowd) -> None:
    """A report that is an accusation by its legal kind is left out of the common answer, even without a mark."""
    incident_view = report_and_join(crowd, 3)
    crowd.app.tips.triage(
        crowd.hoa, incident_view.tips[0].id, category=incident_view.tips[0].category, legal_kind="whistleblow"
    )
    preview = crowd.app.incidents.preview_answer(crowd.hoa, incident_view.incident.id, WORDS)
    assert {view.tip for view in preview.answers if view.way is AnswerWay.ALONE} == {incident_view.tips[0].id}


def test_identifying_text_is_held_back(crowd: Crowd) -> None:
    """A common answer with a receipt or a phone number is held back from everyone except the owner of the receipt or
    number.
    """
    incident_view = report_and_join(crowd, 3)
    receipt = incident_view.tips[0].receipt
    preview = crowd.app.incidents.preview_answer(
        crowd.hoa, incident_view.incident.id, f"Như tin {receipt} đã báo. {WORDS}"
    )
    ways = {view.receipt: view.way for view in preview.answers}
    assert ways.pop(receipt) is AnswerWay.SEND
    assert {*ways.values()} == {AnswerWay.HOLD}
    phone = crowd.app.incidents.preview_answer(crowd.hoa, incident_view.incident.id, f"Xin gọi 0912345678. {WORDS}")
    assert phone.held == 3
    assert all(view.exposed == ("0912345678",) for view in phone.answers)


def test_a_report_without_a_chat_is_called(crowd: Crowd) -> None:
    """The reporter of a walk-in report has to be called, and the common answer to a tip with parts of other units is
    held back.
    """
    incident_view = report_and_join(crowd, 3)
    walk_in = crowd.app.tips.record_walk_in(crowd.hoa, "Cháy chợ Ninh Hòa", unit="ninh-hoa")
    joined = crowd.app.incidents.join(crowd.hoa, [walk_in.id], incident_id=incident_view.incident.id)
    first = incident_view.tips[0]
    crowd.app.tips.triage(crowd.hoa, first.id, category=first.category)
    crowd.app.tips.subcases.open(crowd.hoa, first.id, unit="ninh-van", asked="Xem camera")
    preview = crowd.app.incidents.preview_answer(crowd.hoa, joined.incident.id, WORDS)
    assert (preview.called, preview.held, preview.sent) == (1, 1, 2)
    assert len(preview.answers) == 4


def test_a_claimed_proposal_names_its_officer(crowd: Crowd) -> None:
    """A proposed tip is listed with the reasons and with the officer who claimed it, and a tip about another event
    isn't proposed.
    """
    crowd.report(2, seconds=10)
    crowd.write("Thử Văn An", "Cháy xưởng gỗ ở khu phố Trường Yên")
    first, second, _ = crowd.tips()
    crowd.app.tips.claim(crowd.huyen, second.id)
    (proposal,) = crowd.app.incidents.propose(crowd.hoa, first.id)
    assert (proposal.tip.id, proposal.claimed_by) == (second.id, crowd.huyen.id)
    assert proposal.reasons


def test_reports_count_tips_and_incidents_apart(crowd: Crowd) -> None:
    """Joining doesn't change the number of tips, and the number of incidents falls when an incident is separated."""
    incident_view = report_and_join(crowd, 12)
    day = crowd.clock.now().date()

    def get_total(name: str) -> int:
        units = list(crowd.app.district.units)
        total = crowd.app.internals.context.storage.counters.total((name,), units, day, day + timedelta(days=1))
        return sum(total.values())

    assert (get_total("tips_received"), get_total("incidents")) == (12, 1)
    crowd.app.incidents.separate(crowd.hoa, incident_view.incident.id, [tip.id for tip in incident_view.tips])
    crowd.work()
    assert (get_total("tips_received"), get_total("incidents")) == (12, 0)


def _remove_incident(tip: Tip) -> Tip:
    return evolve(tip, incident="", version=0)
