"""A tip: what was said and done, what is due, and what can be done now."""

from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, FailedAct
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.options import Option
from anninh_core.board.pages.files import send_file
from anninh_core.board.pages.request import PageRequest
from anninh_core.kernel.text import clip

_TALK = 100
_EXCERPT = 80


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show a tip with all that was said and done; one look, one entry in the journal."""
    id = page.params["id"]
    tip, steps, talk, parts = page.read_together(
        ("tips.get", {"tip_id": id}),
        ("tips.can_do", {"tip_id": id}),
        ("tips.timeline", {"tip_id": id, "after": page.one("after"), "limit": _TALK}),
        ("tips.subcases_of", {"tip_id": id}),
    )
    page.load_officers([*tip.handlers, *_people(talk.items)])
    forms = ActForms(
        page,
        f"/tips/{id}",
        unit=tip.handling_unit or tip.unit,
        version=steps.version,
        failure=failure,
        options={"messages": _messages(talk.items), "subcase": _open_parts(page, parts)},
    )
    acts = forms.offered(steps.steps, category=tip.category, unit=tip.handling_unit or tip.unit, urgency=tip.urgency)
    can = {step.operation for step in steps.steps}
    return page.render(
        "case.html",
        failure.status if failure else 200,
        tip=tip,
        acts=acts,
        talk=talk.items,
        next=talk.next,
        parts_of=parts,
        has_slip="tips.slip" in can,
    )


def act(page: PageRequest) -> Response:
    """Do something with a tip."""
    id, operation = page.params["id"], f"{page.params['noun']}.{page.params['verb']}"
    return carry_out(page, operation, {"tip_id": id}, show, f"/tips/{id}")


def new(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Ask for a tip that came by phone or at the door."""
    forms = ActForms(page, "/tips", unit=page.viewer.unit, failure=failure)
    form = forms.make("tips.record_walk_in", unit=page.viewer.unit)
    return page.render("new.html", failure.status if failure else 200, act=form)


def act_on_none(page: PageRequest) -> Response:
    """Note a tip that came by phone or at the door."""
    operation = f"{page.params['noun']}.{page.params['verb']}"
    return carry_out(page, operation, {}, new, lambda tip: f"/tips/{tip.id}")


def slip(page: PageRequest) -> Response:
    """Return the slip that goes along where a tip was handed over; it names nobody who reported."""
    return send_file(page.call("tips.slip", tip_id=page.params["id"], format=page.params["format"]))


def file(page: PageRequest) -> Response:
    """Return a file that came with a message: its cleaned copy, where there is one."""
    case, message, number = f"tip:{page.params['id']}", page.params["message"], int(page.params["number"])
    return send_file(page.call("conversations.attachment", case=case, message_id=message, number=number))


def _people(items: Sequence[Any]) -> list[str]:
    """Return the ids of officers who did something."""
    return [one.act.by.removeprefix("person:") for one in items if one.act and one.act.by.startswith("person:")]


def _messages(items: Sequence[Any]) -> list[Option]:
    """Return the messages of which a tip consists, to be chosen from."""
    return [Option(one.message.id, clip(one.message.text, _EXCERPT)) for one in items if one.message]


def _open_parts(page: PageRequest, parts: Sequence[Any]) -> list[Option]:
    return [Option(one.id, page.names.unit(one.lead or one.unit)) for one in parts if one.is_open]
