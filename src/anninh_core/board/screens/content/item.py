"""The pages of one item, with its content, its review, its groups, and the possible acts."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from starlette.responses import Response

from anninh_core.board.forms.act import ActForms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.forms.options import find_publishing_unit, find_writing_unit
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.content.files import attach_clean_file

_REVIEWERS = ("content.answer_gate", "content.answer_finding", "content.approve", "content.reject")
_WRITTEN = ("content.edit", "content.correct")
_FIELDS = (
    "title",
    "body",
    "category",
    "units",
    "group_kinds",
    "source_name",
    "source_url",
    "decision_number",
    "decision_issuer",
    "requester",
    "requester_check",
)
_DAYS = ("decision_date", "expires")


def show_item(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show an item; the queries together leave one journal entry."""
    id = page.params["id"]
    item, steps, corrections, ledger, lack, *audiences = page.read_together(
        ("content.get", {"item_id": id}),
        ("content.can_do", {"item_id": id}),
        ("content.corrections", {"item_id": id}),
        ("content.ledger", {"item_id": id}),
        ("content.incomplete", {"item_id": id}),
        *build_audience_query(page, id),
    )
    page.load_officers([*item.authors, *(entry.by for entry in (*item.gates, *item.returns))])
    audience = next((candidate for candidate in audiences if candidate.groups or item.published_day is None), None)
    forms = ActForms(page, f"/content/{id}", unit=item.unit, version=steps.version, failure=failure)
    acts = [act for act in forms.build_possible_forms(steps.steps) if act.operation not in (*_REVIEWERS, *_WRITTEN)]
    possible = {step.operation for step in steps.steps}
    acts += [_build_edit_form(forms, name, item) for name in _WRITTEN if name in possible]
    return page.render(
        "item.html",
        failure.status if failure else 200,
        item=item,
        piece=item.versions[-1].content,
        acts=sorted(acts, key=lambda act: (not act.is_main, not act.is_open)),
        audience=audience,
        lack=explain_missing_parts(page, lack),
        original_holds=_would_revive_original(page, item, possible),
        corrections=corrections,
        ledger=ledger,
        groups=name_groups(page) if ledger else {},
        gates=page.desk.app.district.gates,
        reaches_nobody=_has_no_audience(page, item, audience),
        is_reviewed=bool(possible.intersection(_REVIEWERS)),
    )


def act_on_item(page: PageRequest) -> Response:
    """Carry out an act on an item; a correction redirects to its own page."""
    id = page.params["id"]
    operation = page.operation
    done = _build_item_path if operation == "content.correct" else f"/content/{id}"

    def carry_out_with_file(clean: PageRequest) -> Response:
        return carry_out(clean, operation, {"item_id": id}, show_item, done)

    return attach_clean_file(page, operation, find_writing_unit(page), show_item, carry_out_with_file)


def show_new_item_form(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the form of a new item."""
    unit = find_publishing_unit(page)
    forms = ActForms(page, "/content", unit=unit, failure=failure)
    form = forms.make("content.write", unit=unit)
    return page.render("new.html", failure.status if failure else 200, act=form)


def write_item(page: PageRequest) -> Response:
    """Write an item, to be published by the unit that the form names."""
    operation = page.operation

    def carry_out_with_file(clean: PageRequest) -> Response:
        return carry_out(clean, operation, {}, show_new_item_form, _build_item_path)

    return attach_clean_file(page, operation, page.sent("unit"), show_new_item_form, carry_out_with_file)


def preview(page: PageRequest) -> Response:
    """Show the text that groups will read, once for each messenger; nothing is sent."""
    id = page.params["id"]
    return page.render(
        "templates/preview.html", preview=page.call("content.preview", item_id=id), back=f"/content/{id}"
    )


def name_groups(page: PageRequest) -> Mapping[str, str]:
    """Return the titles of the groups that the viewer may read, by id."""
    return {group.id: group.title for group in page.call("groups.list")} if page.has("groups.list") else {}


def build_audience_query(page: PageRequest, id: str) -> Sequence[tuple[str, Mapping[str, str]]]:
    """Return the query for the groups that an item goes to; none for viewers who may not read groups."""
    return (("content.audience", {"item_id": id}),) if page.has("content.audience") else ()


def _would_revive_original(page: PageRequest, item: Any, possible: Collection[str]) -> bool:
    """Return whether a correction can't be withdrawn because the item that it corrects would be valid again."""
    is_out = item.state.value in ("published", "expired")
    return is_out and bool(item.replaces) and page.has("content.withdraw") and "content.withdraw" not in possible


def _build_edit_form(forms: ActForms, operation: str, item: Any) -> ActForm:
    """Return the form that edits an item or writes its correction."""
    piece = item.versions[-1].content
    if operation == "content.correct":
        initial = {"replaces": item.id, "category": "correction"}
    else:
        initial = {name: getattr(piece, name) for name in _FIELDS}
        initial |= {"urgency": piece.urgency.value, "replaces": piece.replaces, "rumour": piece.rumour}
        days = {name: getattr(piece, name) for name in _DAYS}
        initial |= {name: "" if day is None else day.isoformat() for name, day in days.items()}
    return forms.make(operation, **{f"piece.{name}": value for name, value in initial.items()})


def explain_missing_parts(page: PageRequest, lack: str) -> str:
    """Return why an item is incomplete, in the officer's language, or ""."""
    return page.phrasing.sentence(lack)


def _has_no_audience(page: PageRequest, item: Any, audience: Any) -> bool:
    """Return whether no group fits an approved item that the viewer may publish."""
    is_empty = audience is not None and not audience.groups
    return item.state.value == "approved" and page.has("content.publish") and is_empty


def _build_item_path(item: Any) -> str:
    return f"/content/{item.id}"
