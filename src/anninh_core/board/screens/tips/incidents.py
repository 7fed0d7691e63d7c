"""Pages of incidents: the reports of one event that the viewer may read, reports proposed for it, and one answer to
all.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from attrs import frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.emergencies import (
    LadderLine,
    format_minutes_left,
    list_escalation_lines,
    load_officer_names,
)
from anninh_core.board.screens.tips.lists import build_tabs
from anninh_core.kernel.dates import VIETNAM

_PAGE = 50
_SHOWN = 30
_MOST_BARS = 9
_HEIGHT = 36
_STEP = 22

_JOIN = "incidents.join"
_SEPARATE = "incidents.separate"
_SET_ROLE = "incidents.set_role"
_ANSWER = "incidents.answer"
_WRITTEN = ("text", "outcome", "reason", "evidence")


@frozen(kw_only=True)
class Bar:
    """The number of reports of an incident that had arrived by a given minute."""

    x: int
    y: float
    height: float
    minute: str
    count: int


@frozen(kw_only=True)
class ShownHolder:
    """The officer who has claimed the emergency of an incident, or that it is unclaimed, with the lines of the
    escalation in `lines`.
    """

    ladder: Any
    is_held: bool
    state: str
    detail: str
    claim: ActForm | None
    lines: Sequence[LadderLine]


def show_incidents(page: PageRequest) -> Response:
    """Show the incidents with a report that the viewer may read, newest first."""
    is_all = page.one("all") == "yes"
    incidents = page.call("incidents.list", open=not is_all, after=page.one("after"), limit=_PAGE)
    return page.render(
        "incidents.html",
        incidents=incidents.items,
        next=incidents.next,
        is_all=is_all,
        tabs=build_tabs(page, "incidents"),
        title_of=lambda incident: name_incident(page, incident),
    )


def show_incident(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an incident: its officer, its reports, the reports proposed for it, and the escalation."""
    id = page.params["id"]
    incident = page.call("incidents.get", incident_id=id)
    newest = incident.tips[0].tip.id
    proposed, ladders = page.read_together(
        ("incidents.propose", {"tip_id": newest}),
        ("duty.ladder", {"case": f"tip:{_find_shown_alarm(incident)}"}),
    )
    page.load_officers([proposal.claimed_by for proposal in proposed if proposal.claimed_by])
    forms = ActForms(page, f"/tips/incidents/{id}", version=incident.version, failure=failure)
    can_handle = page.has(_JOIN)
    return page.render(
        "incident.html",
        failure.status if failure else 200,
        incident=incident,
        title=name_incident(page, incident),
        shown=incident.tips if page.one("all") == "yes" else incident.tips[:_SHOWN],
        proposed=proposed,
        reasons_of=lambda proposal: explain_proposal(page, proposal, incident.tips[0].tip),
        holder=_describe_holder(page, ladders[0]) if ladders else None,
        bars=_draw_bars(incident),
        unread=page.call("tips.unread", tips=tuple(report.tip.id for report in incident.tips)),
        separate=forms.make(_SEPARATE) if can_handle else None,
        join=forms.make(_JOIN) if can_handle and proposed else None,
        can_answer=page.has(_ANSWER) and any(report.tip.is_open for report in incident.tips),
    )


def act_on_incident(page: PageRequest) -> Response:
    """Join reports to an incident, separate them, or answer their reporters."""
    id = page.params["id"]
    operation = page.operation
    address = f"/tips/incidents/{id}"
    if operation == _ANSWER:
        return carry_out(page, operation, {"incident_id": id}, show_answer_form, address)
    if operation == _SET_ROLE:
        response = carry_out(page, operation, {"incident_id": id}, show_answer_form, address)
        return show_answer_form(page) if response.status_code == HTTPStatus.SEE_OTHER else response
    arguments: dict[str, object] = {"incident_id": id}
    return carry_out(
        page, operation, arguments, show_incident, lambda remaining: address if remaining else "/tips/incidents"
    )


def show_answer_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a common answer, with a preview for each reporter before anything is sent."""
    id = page.params["id"]
    incident = page.call("incidents.get", incident_id=id)
    words = page.sent("text").strip()
    forms = ActForms(page, f"/tips/incidents/{id}", failure=failure)
    act_form = forms.make(_ANSWER)
    outcome = page.sent("outcome") or "resolved"
    preview = page.call("incidents.preview_answer", incident_id=id, text=words, outcome=outcome) if words else None
    return page.render(
        "incident_answer.html",
        failure.status if failure else 200,
        incident=incident,
        title=name_incident(page, incident),
        preview=preview,
        written={name: page.sent(name) for name in _WRITTEN},
        outcome=outcome,
        options={field.input.path: field.options for field in act_form.fields},
        act=act_form,
        role=forms.make(_SET_ROLE),
        by_way=_group_answers_by_way(preview),
    )


def name_incident(page: PageRequest, incident: Any) -> str:
    """Return an incident's title: its category and its place."""
    category = page.names.category(incident.category) or page.words("Incident")
    unit = page.names.unit(incident.unit) if incident.unit else ""
    return page.words("{category} – {unit}", category=category, unit=unit) if unit else category


def show_refused_joining(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the list of incidents with the reason why reports weren't joined."""
    return (
        show_incidents(page)
        if failure is None
        else page.render(
            "incidents.html",
            failure.status,
            incidents=(),
            next="",
            is_all=False,
            tabs=build_tabs(page, "incidents"),
            title_of=lambda incident: name_incident(page, incident),
        )
    )


def _find_shown_alarm(incident: Any) -> str:
    """Return the id of the report whose alarm is shown: the oldest open emergency, or else the oldest report."""
    tips = [report.tip for report in reversed(incident.tips)]
    return str(next((tip.id for tip in tips if tip.emergency and tip.is_open), tips[0].id))


def _describe_holder(page: PageRequest, ladder: Any) -> ShownHolder:
    load_officer_names(page, (ladder,))
    words = page.words
    is_held = bool(ladder.claimed_by)
    until = page.formats.clock(ladder.claimed_until)
    if ladder.claimed_by == page.viewer.id:
        state = words("You have the case until {until}", until=until)
    elif is_held:
        state = words("{name} has the case until {until}", name=page.names.officer(ladder.claimed_by), until=until)
    else:
        state = words("Unclaimed")
    detail = format_minutes_left(page, ladder.claimed_until) if is_held else ""
    forms = ActForms(page, f"/tips/alarms/{ladder.alarm.id}")
    can_claim = page.has("duty.claim") and not is_held and ladder.alarm.is_open
    return ShownHolder(
        ladder=ladder,
        is_held=is_held,
        state=state,
        detail=detail,
        claim=forms.make("duty.claim") if can_claim else None,
        lines=list_escalation_lines(page, ladder),
    )


def _draw_bars(incident: Any) -> list[Bar]:
    """Return the growth of the number of reports by minute, thinned out to a few bars."""
    moments = sorted(report.tip.received_at.astimezone(VIETNAM) for report in incident.tips)
    by_minute = Counter(f"{at:%d/%m %H:%M}" for at in moments)
    totals = list[tuple[str, int]]()
    count = 0
    for minute, new in by_minute.items():
        count += new
        totals.append((minute, count))
    step = max(1, -(-len(totals) // _MOST_BARS))
    sampled = totals[::-1][::step][::-1]
    return [
        Bar(
            x=2 + _STEP * number,
            y=round(_HEIGHT - _HEIGHT * total / count, 1),
            height=round(_HEIGHT * total / count, 1),
            minute=minute[-5:],
            count=total,
        )
        for number, (minute, total) in enumerate(sampled)
    ]


def _group_answers_by_way(preview: Any) -> Mapping[str, Sequence[Any]]:
    groups: dict[str, list[Any]] = {}
    for preview_answer in preview.answers if preview is not None else ():
        groups.setdefault(preview_answer.way.value, []).append(preview_answer)
    return groups


def explain_proposal(page: PageRequest, proposal: Any, tip: Any) -> str:
    """Return why a report is proposed for the same incident: common features, and the minutes between both."""
    words = page.words
    other = proposal.tip
    minutes = int(abs((other.received_at - tip.received_at).total_seconds()) // 60)
    reasons = [
        words("same category") if other.category == tip.category else words("different category"),
        words("same area") if other.unit == tip.unit else words("different area"),
        words("{count} minutes apart", count=minutes),
    ]
    if proposal.was_paged_together:
        reasons.insert(0, words("paged together"))
    sentence = ", ".join(reasons)
    return f"{sentence[:1].upper()}{sentence[1:]}."
