"""The pages of reviews: the list, and an item with a form for each gate and each finding, and the decision."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.drafting import DO, SAVE, DraftedForms
from anninh_core.board.forms.form import ActForm, WrittenField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.routing.act_routes import act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.content.item import read_audience, say_lack

_PAGE = 50
_DECISIONS = ("content.approve", "content.reject", "content.review_afterwards")
_GATE = "content.answer_gate"
_FINDING = "content.answer_finding"
_WRITTEN = (WrittenField(operation="content.reject", field="reason"),)


def show_all(page: PageRequest) -> Response:
    """Show what waits for a review, and what one person alone let go and another one has still to look at."""
    asked = {"state": "submitted", "after": page.one("after"), "limit": _PAGE}
    decoded = page.desk.door.decode("content.list", msgspec.json.encode(asked))
    waiting, due = page.read_together(("content.list", decoded), ("content.reviews_due", {"limit": _PAGE}))
    page.load_officers(id for item in (*waiting.items, *due.items) for id in item.authors)
    return page.render("list.html", items=waiting.items, next=waiting.next, due=due.items)


def show(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an item to its reviewer; one look is one entry in the journal."""
    id = page.params["id"]
    item, steps, lack, *audiences = page.read_together(
        ("content.get", {"item_id": id}),
        ("content.can_do", {"item_id": id}),
        ("content.incomplete", {"item_id": id}),
        *read_audience(page, id),
    )
    page.load_officers([*item.authors, *(one.by for one in (*item.gates, *item.returns))])
    forms = ActForms(page, f"/reviews/{id}", unit=item.unit, version=steps.version, failure=failure)
    can = {step.operation for step in steps.steps}
    acts = [act for act in forms.offered(steps.steps) if act.operation in _DECISIONS]
    drafts = _drafts(page)
    make_gate = partial(_gate, page, item, failure, drafts)
    make_finding = partial(_finding, page, item, failure, drafts)
    gates = page.desk.app.district.gates
    judged = [(gate, _answer(item, gate.id), make_gate(gate.id) if _GATE in can else None) for gate in gates]
    return page.render(
        "review.html",
        failure.status if failure else 200,
        item=item,
        piece=item.versions[-1].content,
        lack=say_lack(page, lack),
        audience=next(iter(audiences), None),
        gates=_open_first(judged) if failure is None else judged,
        findings=[(one, make_finding(one.number) if _FINDING in can else None) for one in item.findings],
        acts=drafts.offer(acts),
        handed_over=drafts.handed_over(),
        ready=page.call("content.ready_answers", step="reject") if "content.reject" in can else (),
    )


def act(page: PageRequest) -> Response:
    """Answer a gate or a finding, or decide."""
    id = page.params["id"]
    operation = page.operation
    drafts = _drafts(page)
    address = f"/reviews/{id}"
    if page.sent(DO) == SAVE:
        drafts.keep()
        return page.redirect(address, done="drafts.save")
    return drafts.carry_out(operation, {"item_id": id}, show, address)


def preview(page: PageRequest) -> Response:
    """Show what groups would read, once for each messenger; nothing is sent."""
    id = page.params["id"]
    shown = page.call("content.preview", item_id=id)
    return page.render("templates/preview.html", preview=shown, back=f"/reviews/{id}")


def _drafts(page: PageRequest) -> DraftedForms:
    return DraftedForms(page, f"item:{page.params['id']}", _WRITTEN)


def _gate(page: PageRequest, item: Any, failure: FailedAct | None, drafts: DraftedForms, gate: str) -> ActForm:
    """Return the form of a gate, which alone is told of a failure of its own."""
    own = failure if page.sent("gate") == gate else None
    forms = ActForms(page, f"/reviews/{item.id}", version=item.version, failure=own, mark=f"-{gate}")
    note = WrittenField(operation=_GATE, field="note", part=f"gate.{gate}")
    return drafts.beside(forms.make(_GATE, gate=gate), note)


def _finding(page: PageRequest, item: Any, failure: FailedAct | None, drafts: DraftedForms, number: int) -> ActForm:
    """Return the form of a finding; after an edit its number is another finding's, so that drafts tell the version."""
    own = failure if page.sent("number") == str(number) else None
    forms = ActForms(page, f"/reviews/{item.id}", version=item.version, failure=own, mark=f"-{number}")
    words = WrittenField(operation=_FINDING, field="words", part=f"finding.{len(item.versions)}.{number}")
    return drafts.beside(forms.make(_FINDING, number=number), words)


def _open_first(judged: Sequence[tuple[Any, Any, ActForm | None]]) -> Sequence[tuple[Any, Any, ActForm | None]]:
    """Return the gates, the form of the first that nobody has judged open: a review goes from one to the next."""
    first = next((gate.id for gate, answered, _ in judged if answered is None), "")
    return [
        (gate, answered, evolve(form, is_open=True) if form is not None and gate.id == first else form)
        for gate, answered, form in judged
    ]


def _answer(item: Any, gate: str) -> Any:
    """Return what was said last of a gate, None for nothing."""
    return next((one for one in reversed(item.gates) if one.gate == gate), None)


REVIEWS = menu_screen(
    "reviews",
    permissions=("content.review",),
    reasons=("content.to_review", "content.review_owed"),
    routes=(
        PageRoute(path="/reviews", handler=show_all),
        PageRoute(path="/reviews/{id}", handler=show),
        act_route("/reviews/{id}", act),
        PageRoute(path="/reviews/{id}/preview", handler=preview),
    ),
)
