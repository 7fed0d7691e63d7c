"""Two steps to end a tip while other units still work on its parts: a first try that is refused, then a try with a
reason.

An officer who is asked beforehand gives a reason by habit; so the field appears only after the first try was refused.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from attrs import evolve

from anninh_core.board.forms.form import ActForm, FormField
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.kernel.errors import WrongStep

_WHY = "despite_open"
_ENDINGS = frozenset({"tips.settle", "tips.transfer", "tips.merge"})


def explain_open_parts(page: PageRequest, failure: FailedAct | None, parts: Iterable[Any]) -> FailedAct | None:
    """Return the failure; if open parts caused it, with a sentence that names their units and the missing reason."""
    if failure is None or failure.operation not in _ENDINGS or failure.cause is not WrongStep:
        return failure
    units = ", ".join(page.names.unit(part.unit) for part in parts if part.is_open)
    if not units:
        return failure
    missing = {} if page.sent(_WHY).strip() else {_WHY: page.words("Not filled in")}
    return evolve(
        failure,
        sentence=page.words(
            "The case can't be closed yet: {units} haven't finished their parts. Wait, or write why you "
            "close it anyway and send it again; their parts are then called off.",
            units=units,
        ),
        errors=missing,
    )


def add_reason_field(page: PageRequest, acts: Sequence[ActForm], failure: FailedAct | None) -> list[ActForm]:
    """Return the forms, with the field for the reason only in the form whose first try was refused for open parts."""
    is_asked = failure is not None and (_WHY in failure.errors or bool(page.sent(_WHY).strip()))
    operation = failure.operation if failure is not None and is_asked else ""
    return [evolve(act, fields=tuple(_iter_fields(act, needs_reason=act.operation == operation))) for act in acts]


def _iter_fields(act: ActForm, *, needs_reason: bool) -> Iterable[FormField]:
    for form_field in act.fields:
        if form_field.input.path != _WHY or act.operation not in _ENDINGS:
            yield form_field
        elif needs_reason:
            yield evolve(form_field, input=evolve(form_field.input, required=True))
