"""The pages of one tip, with its talk and history, its deadlines, and the possible acts."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.drafting import DO, PREVIEW, SAVE, DraftedForms
from anninh_core.board.forms.form import ActForm, WrittenField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import build_file_response
from anninh_core.board.screens.tips.locks import DECIDING, describe_lock
from anninh_core.board.screens.tips.open_parts import add_reason_field, explain_open_parts
from anninh_core.board.screens.tips.rows import describe_handlers
from anninh_core.board.screens.tips.taking import (
    CLAIMING,
    HAND_UP,
    EmergencyBar,
    describe_emergency,
    explain_lost_claim,
    list_handler_options,
)
from anninh_core.kernel.errors import NotFound
from anninh_core.kernel.text import clip
from anninh_core.language.catalogue import marked
from anninh_core.operations.choices import Choice

_TALK = 100
_EXCERPT = 80
_HEADING = 120

_NOTE = "tips.add_note"
_WRITTEN = (
    WrittenField(operation="tips.ask_back", field="question", can_preview=True),
    WrittenField(operation="tips.settle", field="answer", can_preview=True),
    WrittenField(operation=_NOTE, field="words", part="note"),
)
_PURPOSES = {"tips.ask_back": "ask_back", "tips.settle": "answer"}

_PLACES = {
    "corrected": marked("At {at} the reporter corrected the place: {place}, not {before}."),
    "direction": marked("At {at} the reporter mentioned a direction: {place}."),
    "other": marked(
        "At {at} the reporter mentioned another place: {place}. If it is right, change the unit of the tip."
    ),
}


def show_tip(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a tip with its talk and history; the queries together leave one journal entry."""
    id = page.params["id"]
    tip, steps, talk, parts, ladders, incidents = page.read_together(
        ("tips.get", {"tip_id": id}),
        ("tips.can_do", {"tip_id": id}),
        ("tips.timeline", {"tip_id": id, "after": page.one("after"), "limit": _TALK}),
        ("tips.subcases.of_tip", {"tip_id": id}),
        ("duty.ladder", {"case": f"tip:{id}"}),
        ("incidents.find", {"tip_id": id}),
    )
    failure = explain_open_parts(page, failure, parts)
    page.load_officers([*tip.handlers, *_find_officer_ids(talk.items)])
    ladder = next((candidate for candidate in ladders if candidate.alarm.is_emergency and tip.is_open), None)
    handlers = {} if ladder is None else {"officer": list_handler_options(page, ladder)}
    forms = ActForms(
        page,
        f"/tips/{id}",
        unit=tip.handling_unit or tip.unit,
        version=steps.version,
        failure=failure,
        options={"messages": _list_message_choices(talk.items), "subcase": _list_open_parts(page, parts), **handlers},
    )
    drafts = _build_drafted_forms(page)
    unit = tip.handling_unit or tip.unit
    can = {step.operation for step in steps.steps}
    taking = None if ladder is None else describe_emergency(page, ladder, can, forms, talk.items)
    if taking is not None:
        explain_lost_claim(page, taking)
    lock = describe_lock(page, tip, can, forms)
    elsewhere = {_NOTE, *DECIDING, *(() if taking is None else CLAIMING)}
    acts = forms.build_possible_forms(
        (step for step in steps.steps if step.operation not in elsewhere),
        category=tip.category,
        unit=unit,
        urgency=tip.urgency,
    )
    sees_excluded = "tips.exclusions.add" in can
    return page.render(
        "case.html",
        failure.status if failure else 200,
        tip=tip,
        heading=_shorten_report(tip.text) if taking is not None else "",
        handlers=describe_handlers(page, tip),
        taking=taking,
        lock=lock,
        marks=_describe_additions(page, tip),
        incident=incidents[0] if incidents else None,
        paged_with=0 if ladder is None or incidents else len(ladder.alarm.also),
        acts=drafts.offer(add_reason_field(page, acts, failure)),
        note=drafts.offer([_build_note_form(page, forms, taking)])[0],
        handed_over=drafts.handed_over(),
        talk=talk.items,
        next=talk.next,
        parts_of=parts,
        has_slip="tips.papers.slip" in can,
        sees_excluded=sees_excluded,
        excluded=_read_excluded_officers(page) if sees_excluded and page.one("excluded") else None,
    )


def act_on_tip(page: PageRequest) -> Response:
    """Carry out an act on a tip."""
    id = page.params["id"]
    operation = page.operation
    drafts = _build_drafted_forms(page)
    address = f"/tips/{id}"
    button = page.sent(DO)
    if button in (SAVE, PREVIEW):
        drafts.keep()
        return page.redirect(f"{address}/preview/{operation}" if button == PREVIEW else address, done="drafts.save")
    arguments = {"alarm_id": _find_alarm(page, id)} if operation == HAND_UP else {"tip_id": id}
    return drafts.carry_out(operation, arguments, show_tip, address)


def preview(page: PageRequest) -> Response:
    """Show the draft of a message as the reporter will read it; nothing is sent."""
    id = page.params["id"]
    operation = page.params["operation"]
    words = _build_drafted_forms(page).load_initial_text(operation)
    if not words or operation not in _PURPOSES:
        return page.redirect(f"/tips/{id}")
    answer = page.call("tips.preview_answer", tip_id=id, words=words, purpose=_PURPOSES[operation])
    return page.render("templates/preview.html", preview=answer, back=f"/tips/{id}")


def show_new_tip_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a tip that came by phone or in person."""
    forms = ActForms(page, "/tips", unit=page.viewer.unit, failure=failure)
    form = forms.make("tips.record_walk_in", unit=page.viewer.unit)
    return page.render("new.html", failure.status if failure else 200, act=form)


def download_slip(page: PageRequest) -> Response:
    """Return the slip that accompanies a tip when it is handed over; it doesn't name the reporter."""
    return build_file_response(page.call("tips.papers.slip", tip_id=page.params["id"], format=page.params["format"]))


def download_file(page: PageRequest) -> Response:
    """Return a file attached to a message, as its cleaned copy if there is one."""
    case = f"tip:{page.params['id']}"
    message = page.params["message"]
    number = int(page.params["number"])
    return build_file_response(page.call("conversations.attachment", case=case, message_id=message, number=number))


def _read_excluded_officers(page: PageRequest) -> Sequence[Any]:
    """Return the officers excluded from the tip; only on request, as reading the list leaves a journal entry of its
    own.
    """
    exclusions: Sequence[Any] = page.call("tips.exclusions.list", tip_id=page.params["id"])
    page.load_officers(id for exclusion in exclusions for id in (exclusion.officer, exclusion.by))
    return exclusions


def _describe_additions(page: PageRequest, tip: Any) -> Sequence[str]:
    """Return what an open tip's reporter added later: that the matter has ended, or other places."""
    if not tip.is_open:
        return ()
    places = [
        page.words(
            _PLACES[place.how.value],
            at=page.formats.clock(place.at),
            place=page.names.unit(place.unit),
            before=page.names.unit(place.before),
        )
        for place in tip.named_places
    ]
    return (
        [
            page.words(
                "The reporter writes that the matter has ended or was no danger. The system doesn't close the "
                "case automatically: read their message, then decide."
            ),
            *places,
        ]
        if tip.corrections
        else places
    )


def _shorten_report(text: str) -> str:
    """Return the beginning of a report: its first line, cut between words if it is long."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _HEADING else f"{clip(first, _HEADING).rpartition(' ')[0]} …"


def _find_alarm(page: PageRequest, tip_id: str) -> str:
    ladders = page.call("duty.ladder", case=f"tip:{tip_id}")
    if not ladders:
        raise NotFound("Tip {tip} has no alarm: {act:duty.alarms} lists the alarms.", tip=tip_id)
    return str(ladders[0].alarm.id)


def _build_note_form(page: PageRequest, forms: ActForms, taking: EmergencyBar | None) -> ActForm:
    """Return the form of a note; for the officer who has claimed an emergency, it records the work done."""
    note = forms.make(_NOTE)
    if taking is None or not taking.is_mine:
        return note
    words = page.words
    fields = tuple(
        evolve(note_field, label=words("Actions taken, and the situation on site"), help=taking.worked)
        for note_field in note.fields
    )
    return evolve(note, fields=fields, button=words("Record what was done"), is_second=taking.danger is not None)


def _build_drafted_forms(page: PageRequest) -> DraftedForms:
    return DraftedForms(page, f"tip:{page.params['id']}", _WRITTEN, "tips.ready_answers")


def _find_officer_ids(items: Sequence[Any]) -> list[str]:
    """Return the ids of the officers who acted or wrote a note."""
    return [*(item.act.by for item in items if item.act), *(item.note.by for item in items if item.note)]


def _list_message_choices(items: Sequence[Any]) -> list[Choice]:
    return [Choice(item.message.id, clip(item.message.text, _EXCERPT)) for item in items if item.message]


def _list_open_parts(page: PageRequest, parts: Sequence[Any]) -> list[Choice]:
    return [Choice(part.id, page.names.unit(part.lead or part.unit)) for part in parts if part.is_open]
