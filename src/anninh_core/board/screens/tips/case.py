"""A tip: what was said and done, what is due, and what can be done now."""

from collections.abc import Sequence
from typing import Any

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.drafting import DO, PREVIEW, SAVE, DraftedForms
from anninh_core.board.forms.form import ActForm, WrittenField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.responses import send_file
from anninh_core.board.screens.tips.locks import DECIDING, describe_lock
from anninh_core.board.screens.tips.open_parts import ask_second, explain_open_parts
from anninh_core.board.screens.tips.rows import say_handlers
from anninh_core.board.screens.tips.taking import (
    CLAIMING,
    HAND_UP,
    Taking,
    describe_taking,
    explain_lost_claim,
    handler_options,
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


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a tip with all that was said and done; one look, one entry in the journal."""
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
    page.load_officers([*tip.handlers, *_people(talk.items)])
    ladder = next((one for one in ladders if one.alarm.is_emergency and tip.is_open), None)
    handlers = {} if ladder is None else {"officer": handler_options(page, ladder)}
    forms = ActForms(
        page,
        f"/tips/{id}",
        unit=tip.handling_unit or tip.unit,
        version=steps.version,
        failure=failure,
        options={"messages": _messages(talk.items), "subcase": _open_parts(page, parts), **handlers},
    )
    drafts = _drafts(page)
    unit = tip.handling_unit or tip.unit
    can = {step.operation for step in steps.steps}
    taking = None if ladder is None else describe_taking(page, ladder, can, forms, talk.items)
    if taking is not None:
        explain_lost_claim(page, taking)
    lock = describe_lock(page, tip, can, forms)
    elsewhere = {_NOTE, *DECIDING, *(() if taking is None else CLAIMING)}
    acts = forms.offered(
        (one for one in steps.steps if one.operation not in elsewhere),
        category=tip.category,
        unit=unit,
        urgency=tip.urgency,
    )
    sees_excluded = "tips.exclusions.add" in can
    return page.render(
        "case.html",
        failure.status if failure else 200,
        tip=tip,
        heading=_heading(tip.text) if taking is not None else "",
        handlers=say_handlers(page, tip),
        taking=taking,
        lock=lock,
        marks=_marks(page, tip),
        incident=incidents[0] if incidents else None,
        paged_with=0 if ladder is None or incidents else len(ladder.alarm.also),
        acts=drafts.offer(ask_second(page, acts, failure)),
        note=drafts.offer([_note_form(page, forms, taking)])[0],
        handed_over=drafts.handed_over(),
        talk=talk.items,
        next=talk.next,
        parts_of=parts,
        has_slip="tips.papers.slip" in can,
        sees_excluded=sees_excluded,
        excluded=_excluded(page) if sees_excluded and page.one("excluded") else None,
    )


def act(page: PageRequest) -> Response:
    """Do something with a tip."""
    id = page.params["id"]
    operation = page.operation
    drafts = _drafts(page)
    address = f"/tips/{id}"
    asked = page.sent(DO)
    if asked in (SAVE, PREVIEW):
        drafts.keep()
        return page.redirect(f"{address}/preview/{operation}" if asked == PREVIEW else address, done="drafts.save")
    given = {"alarm_id": _alarm_of(page, id)} if operation == HAND_UP else {"tip_id": id}
    return drafts.carry_out(operation, given, show, address)


def preview(page: PageRequest) -> Response:
    """Show what a draft will look like to the reporter; nothing is sent."""
    id = page.params["id"]
    operation = page.params["operation"]
    words = _drafts(page).words_of(operation)
    if not words or operation not in _PURPOSES:
        return page.redirect(f"/tips/{id}")
    shown = page.call("tips.preview_answer", tip_id=id, words=words, purpose=_PURPOSES[operation])
    return page.render("templates/preview.html", preview=shown, back=f"/tips/{id}")


def new(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Ask for a tip that came by phone or at the door."""
    forms = ActForms(page, "/tips", unit=page.viewer.unit, failure=failure)
    form = forms.make("tips.record_walk_in", unit=page.viewer.unit)
    return page.render("new.html", failure.status if failure else 200, act=form)


def slip(page: PageRequest) -> Response:
    """Return the slip that goes along where a tip was handed over; it names nobody who reported."""
    return send_file(page.call("tips.papers.slip", tip_id=page.params["id"], format=page.params["format"]))


def file(page: PageRequest) -> Response:
    """Return a file that came with a message: its cleaned copy, where there is one."""
    case = f"tip:{page.params['id']}"
    message = page.params["message"]
    number = int(page.params["number"])
    return send_file(page.call("conversations.attachment", case=case, message_id=message, number=number))


def _excluded(page: PageRequest) -> Sequence[Any]:
    """Return who is kept away from the tip: asked for by a link, as that look is an entry of its own."""
    found: Sequence[Any] = page.call("tips.exclusions.list", tip_id=page.params["id"])
    page.load_officers(id for one in found for id in (one.officer, one.by))
    return found


def _marks(page: PageRequest, tip: Any) -> Sequence[str]:
    """Return what the reporter wrote later that an open case is marked with."""
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


def _heading(text: str) -> str:
    """Return how a report begins: its first message, cut between words where it is long."""
    first = text.strip().partition("\n")[0]
    return first if len(first) <= _HEADING else f"{clip(first, _HEADING).rpartition(' ')[0]} …"


def _alarm_of(page: PageRequest, tip_id: str) -> str:
    ladders = page.call("duty.ladder", case=f"tip:{tip_id}")
    if not ladders:
        raise NotFound("Tip {tip} has no alarm: {act:duty.alarms} lists the alarms.", tip=tip_id)
    return str(ladders[0].alarm.id)


def _note_form(page: PageRequest, forms: ActForms, taking: Taking | None) -> ActForm:
    """Return the form of a note; for the officer who has an emergency it records what was done."""
    note = forms.make(_NOTE)
    if taking is None or not taking.is_mine:
        return note
    words = page.words
    fields = tuple(
        evolve(one, label=words("What was done, and the situation on site"), help=taking.worked) for one in note.fields
    )
    return evolve(note, fields=fields, button=words("Record what was done"), is_second=taking.danger is not None)


def _drafts(page: PageRequest) -> DraftedForms:
    return DraftedForms(page, f"tip:{page.params['id']}", _WRITTEN, "tips.ready_answers")


def _people(items: Sequence[Any]) -> list[str]:
    """Return the ids of officers who did something."""
    return [*(one.act.by for one in items if one.act), *(one.note.by for one in items if one.note)]


def _messages(items: Sequence[Any]) -> list[Choice]:
    return [Choice(one.message.id, clip(one.message.text, _EXCERPT)) for one in items if one.message]


def _open_parts(page: PageRequest, parts: Sequence[Any]) -> list[Choice]:
    return [Choice(one.id, page.names.unit(one.lead or one.unit)) for one in parts if one.is_open]
