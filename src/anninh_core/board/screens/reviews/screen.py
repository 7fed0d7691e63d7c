"""The pages of reviews: the list of items, and one item with a form for each gate and each finding, and the
decision.
"""

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
from anninh_core.board.routing.act_routes import build_act_route
from anninh_core.board.routing.routes import PageRoute, menu_screen
from anninh_core.board.screens.content.item import build_audience_query, explain_missing_parts

_PAGE = 50
_DECISIONS = ("content.approve", "content.reject", "content.review_afterwards")
_GATE = "content.answer_gate"
_FINDING = "content.answer_finding"
_WRITTEN = (WrittenField(operation="content.reject", field="reason"),)


def show_items_to_review(page: PageRequest) -> Response:
    """Show the items that wait for a review, and those published by one person alone that still require it."""
    criteria = {"state": "submitted", "after": page.one("after"), "limit": _PAGE}
    decoded = page.desk.gateway.decode("content.list", msgspec.json.encode(criteria))
    waiting, due = page.read_together(("content.list", decoded), ("content.reviews_due", {"limit": _PAGE}))
    page.load_officers(id for item in (*waiting.items, *due.items) for id in item.authors)
    return page.render("list.html", items=waiting.items, next=waiting.next, due=due.items)


def show_item_to_review(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an item to its reviewer; the queries together leave one journal entry."""
    id = page.params["id"]
    item, steps, lack, *audiences = page.read_together(
        ("content.get", {"item_id": id}),
        ("content.can_do", {"item_id": id}),
        ("content.incomplete", {"item_id": id}),
        *build_audience_query(page, id),
    )
    page.load_officers([*item.authors, *(entry.by for entry in (*item.gates, *item.returns))])
    forms = ActForms(page, f"/reviews/{id}", unit=item.unit, version=steps.version, failure=failure)
    can = {step.operation for step in steps.steps}
    acts = [act for act in forms.build_possible_forms(steps.steps) if act.operation in _DECISIONS]
    drafts = _build_drafted_forms(page)
    make_gate = partial(_build_gate_form, page, item, failure, drafts)
    make_finding = partial(_build_finding_form, page, item, failure, drafts)
    gates = page.desk.app.district.gates
    judged = [(gate, _find_last_answer(item, gate.id), make_gate(gate.id) if _GATE in can else None) for gate in gates]
    return page.render(
        "review.html",
        failure.status if failure else 200,
        item=item,
        piece=item.versions[-1].content,
        lack=explain_missing_parts(page, lack),
        audience=next(iter(audiences), None),
        gates=_open_first_unanswered(judged) if failure is None else judged,
        findings=[(finding, make_finding(finding.number) if _FINDING in can else None) for finding in item.findings],
        acts=drafts.offer(acts),
        handed_over=drafts.handed_over(),
        ready=page.call("content.ready_answers", step="reject") if "content.reject" in can else (),
    )


def act_on_review(page: PageRequest) -> Response:
    """Answer a gate or a finding of a review, or take its decision."""
    id = page.params["id"]
    operation = page.operation
    drafts = _build_drafted_forms(page)
    address = f"/reviews/{id}"
    if page.sent(DO) == SAVE:
        drafts.keep()
        return page.redirect(address, done="drafts.save")
    return drafts.carry_out(operation, {"item_id": id}, show_item_to_review, address)


def show_item_preview(page: PageRequest) -> Response:
    """Show the text that groups would read, once for each messenger; nothing is sent."""
    id = page.params["id"]
    messages = page.call("content.preview", item_id=id)
    return page.render("templates/preview.html", preview=messages, back=f"/reviews/{id}")


def _build_drafted_forms(page: PageRequest) -> DraftedForms:
    return DraftedForms(page, f"item:{page.params['id']}", _WRITTEN)


def _build_gate_form(
    page: PageRequest, item: Any, failure: FailedAct | None, drafts: DraftedForms, gate: str
) -> ActForm:
    """Return the form of a gate, which shows only its own failures."""
    gate_failure = failure if page.sent("gate") == gate else None
    forms = ActForms(page, f"/reviews/{item.id}", version=item.version, failure=gate_failure, mark=f"-{gate}")
    note = WrittenField(operation=_GATE, field="note", part=f"gate.{gate}")
    return drafts.add_draft(forms.make(_GATE, gate=gate), note)


def _build_finding_form(
    page: PageRequest, item: Any, failure: FailedAct | None, drafts: DraftedForms, number: int
) -> ActForm:
    """Return the form of a finding.

    After an edit of the item, the finding's number belongs to another finding, so the draft's part contains the item's
    version.
    """
    finding_failure = failure if page.sent("number") == str(number) else None
    forms = ActForms(page, f"/reviews/{item.id}", version=item.version, failure=finding_failure, mark=f"-{number}")
    words = WrittenField(operation=_FINDING, field="words", part=f"finding.{len(item.versions)}.{number}")
    return drafts.add_draft(forms.make(_FINDING, number=number), words)


def _open_first_unanswered(
    judged: Sequence[tuple[Any, Any, ActForm | None]],
) -> Sequence[tuple[Any, Any, ActForm | None]]:
    """Return the gates, with the form of the first unanswered gate open, because a review goes from one gate to the
    next.
    """
    first = next((gate.id for gate, answered, _ in judged if answered is None), "")
    return [
        (gate, answered, evolve(form, is_open=True) if form is not None and gate.id == first else form)
        for gate, answered, form in judged
    ]


def _find_last_answer(item: Any, gate: str) -> Any:
    """Return the last answer to a gate, or None."""
    return next((answer for answer in reversed(item.gates) if answer.gate == gate), None)


REVIEWS = menu_screen(
    "reviews",
    permissions=("content.review",),
    reasons=("content.to_review", "content.review_owed"),
    routes=(
        PageRoute(path="/reviews", handler=show_items_to_review),
        PageRoute(path="/reviews/{id}", handler=show_item_to_review),
        build_act_route("/reviews/{id}", act_on_review),
        PageRoute(path="/reviews/{id}/preview", handler=show_item_preview),
    ),
)
