"""Tips of the demo's last weeks, taken to the stages of the script; an inquiry at the desk; a request for a reporter's
name.
"""

from collections.abc import Callable, Mapping
from typing import Any

from anninh_core.demo.acts.case_handling import find_line, record_written_notice
from anninh_core.demo.cast import find_officer, find_unit_officer
from anninh_core.demo.stage import DemoStage
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.states import TipState
from anninh_core.kernel.text import nfc

S = TipState
_POLICE = "cong-an"

Goal = Mapping[str, Any]
Act = Callable[[DemoStage, Goal, Tip], Tip]


def bring_tip_to_goal(stage: DemoStage, number: int) -> None:
    """Take a tip to the stage that the script sets as its goal."""
    goal = stage.script["open_world"]["tips"][number]
    tip = find_tip(stage, goal["line"])
    for act in _ACTS[goal["goal"]]:
        tip = act(stage, goal, tip)
        stage.deliver_events()


def find_tip(stage: DemoStage, line_id: str) -> Tip:
    """Return the tip that began with a given line of the corpus."""
    me = find_officer(stage, "tips")
    for tip in stage.app.tips.list(me, limit=500).items:
        line = find_line(stage, tip.text)
        if line is not None and line.id == line_id:
            return stage.app.tips.get(me, tip.id)
    raise LookupError(f"no tip came of line {line_id}")


def record_walk_in_question(stage: DemoStage) -> None:
    """Record a person's question at the desk as an inquiry."""
    walk_in = stage.script["open_world"]["walk_in"]
    me = find_officer(stage, "tips")
    recorded_questions = {inquiry.question for inquiry in stage.app.inquiries.list(me, limit=500).items}
    if nfc(walk_in["question"]) not in recorded_questions:
        stage.app.inquiries.record_walk_in(me, walk_in["question"], unit=walk_in["unit"])


def request_name(stage: DemoStage) -> None:
    """Let an officer request the name of a tip's reporter; the request waits for the custodian."""
    request_script = stage.script["open_world"]["identity"]
    case = f"tip:{find_tip(stage, request_script['line']).id}"
    if not stage.app.identity.disclosures(find_officer(stage, "custodian"), case=case).items:
        me = find_officer(stage, "tips")
        field = IdentityField.NAME
        stage.app.identity.request_identity(
            me, case, field=field, purpose=request_script["purpose"], ground=request_script["ground"]
        )
    stage.deliver_events()


def _triage_tip(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    if tip.state is not S.RECEIVED:
        return tip
    line = find_line(stage, tip.text)
    assert line is not None
    me = find_officer(stage, "tips")
    place = stage.app.district.unit(line.area).name
    triaged = stage.app.tips.triage(me, tip.id, category=line.category, unit=line.area, place=place)
    return record_written_notice(stage, me, triaged)


def _assign_tip(stage: DemoStage, goal: Goal, tip: Tip) -> Tip:
    if tip.state is not S.TRIAGED:
        return tip
    me = find_officer(stage, "tips")
    unit = goal.get("to", _POLICE)
    assignee = me if unit == _POLICE else find_unit_officer(stage, unit)
    return stage.app.tips.assign(me, tip.id, unit=unit, officers=[assignee.id])


def _verify_tip(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    return stage.app.tips.verify(find_officer(stage, "tips"), tip.id) if tip.state is S.ASSIGNED else tip


def _ask_reporter(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    if tip.state is not S.ASSIGNED:
        return tip
    return stage.app.tips.ask_back(find_officer(stage, "tips"), tip.id, stage.script["questions"]["default"])


def _settle_tip(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    if tip.state is not S.VERIFYING:
        return tip
    answer = stage.script["answers"][tip.category]
    return stage.app.tips.settle(find_officer(stage, "tips"), tip.id, S.RESOLVED, answer=answer, reason="handled")


def _answer_tip(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    me = find_officer(stage, "tips")
    if tip.state is S.RESOLVED:
        stage.app.tips.answer(me, tip.id)
        stage.deliver_events()  # The tip counts as answered only after the delivery of the answer is confirmed.
    return stage.app.tips.get(me, tip.id)


def _close_tip(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    return stage.app.tips.close(find_officer(stage, "tips"), tip.id) if tip.state is S.ANSWERED else tip


def _ask_to_reopen(stage: DemoStage, _: Goal, tip: Tip) -> Tip:
    if tip.state is not S.CLOSED:
        return tip
    reason = stage.script["answers"]["reopened"]
    return stage.app.tips.reopenings.request(find_officer(stage, "tips"), tip.id, reason)


_ACTS: Mapping[str, tuple[Act, ...]] = {
    "triaged": (_triage_tip,),
    "assigned": (_triage_tip, _assign_tip),
    "waiting": (_triage_tip, _assign_tip, _ask_reporter),
    "verifying": (_triage_tip, _assign_tip, _verify_tip),
    "settled": (_triage_tip, _assign_tip, _verify_tip, _settle_tip),
    "closed": (_triage_tip, _assign_tip, _verify_tip, _settle_tip, _answer_tip, _close_tip),
    "reopening asked": (_ask_to_reopen,),
}
