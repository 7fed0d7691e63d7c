"""Ending a tip on whose parts other units still work takes two gestures: to try, and then to say why all the same.

Who is asked beforehand gives a reason by habit; so the field comes only after the first try was refused for it.
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
    """Return what failed, in words for whoever has to wait or to say why not, where open parts were the cause."""
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


def ask_second(page: PageRequest, acts: Sequence[ActForm], failure: FailedAct | None) -> list[ActForm]:
    """Return forms that ask why a tip ends despite open parts only where the first try was refused for them."""
    is_asked = failure is not None and (_WHY in failure.errors or bool(page.sent(_WHY).strip()))
    asked = failure.operation if failure is not None and is_asked else ""
    return [evolve(act, fields=tuple(_fields(act, asked=act.operation == asked))) for act in acts]


def _fields(act: ActForm, *, asked: bool) -> Iterable[FormField]:
    for one in act.fields:
        if one.input.path != _WHY or act.operation not in _ENDINGS:
            yield one
        elif asked:
            yield evolve(one, input=evolve(one.input, required=True))
