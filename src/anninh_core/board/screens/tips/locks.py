"""Pages of reports locked for their supervisor, and of messages that officers of the units below dismissed alone."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from attrs import evolve, frozen
from starlette.responses import Response

from anninh_core.board.forms.act import ActForms, build_row_forms
from anninh_core.board.forms.carry_out import carry_out
from anninh_core.board.forms.form import ActForm
from anninh_core.board.pages.request import FailedAct, PageRequest
from anninh_core.board.screens.tips.lists import build_tabs
from anninh_core.board.screens.tips.rows import build_tip_rows, iter_officer_ids

_PAGE = 50
_CONFIRM = "tips.locks.confirm"
_LIFT = "tips.locks.lift"
_REOPEN = "conversations.create_tip"
DECIDING = (_CONFIRM, _LIFT)
"""The acts that decide about a lock."""


@frozen(kw_only=True)
class ShownLock:
    """The lock of a report, as its readers see it.

    Attributes:
        state: officer who confirmed the lock, or that the confirmation is due.
        detail: when the lock was confirmed, or until when it must be decided.
        accused: kinds of accused and the accused units.
        supervisor: name of the supervising unit.
        reason: reason of the confirmation, "" before it.
        is_undecided: whether the decision is still due.
        confirm, lift: forms of the acts, None if the viewer can't do them.
    """

    state: str
    detail: str
    accused: str
    supervisor: str
    reason: str
    is_undecided: bool
    confirm: ActForm | None
    lift: ActForm | None


def describe_lock(page: PageRequest, tip: Any, can: set[str], forms: ActForms) -> ShownLock | None:
    """Return the lock of a tip, or None if it isn't locked.

    Args:
        tip: its view.
        can: the operations that the viewer can do now.
    """
    lock = tip.lock
    if lock is None or not lock.is_active:
        return None
    words = page.words
    formats = page.formats
    page.load_officers([lock.confirmed_by])
    kinds = ", ".join(words.label(kind, "AccusedKind") for kind in lock.accused)
    units = ", ".join(page.names.unit(unit) for unit in lock.units) or words("unit unknown")
    if lock.is_undecided:
        state = words("Locked, waiting for confirmation")
        detail = words("by {at}", at=formats.moment(lock.decide_by))
    else:
        state = words("Locked, confirmed by {name}", name=page.names.officer(lock.confirmed_by))
        detail = formats.moment(lock.confirmed_at)
    return ShownLock(
        state=state,
        detail=detail,
        accused=words("Accused: {kinds} ({units}).", kinds=kinds, units=units),
        supervisor=words("Supervised by {unit}.", unit=page.names.unit(lock.supervisor or tip.unit)),
        reason=lock.reason,
        is_undecided=lock.is_undecided,
        confirm=_build_confirmation_form(forms, lock) if _CONFIRM in can else None,
        lift=forms.make(_LIFT) if _LIFT in can else None,
    )


def _build_confirmation_form(forms: ActForms, lock: Any) -> ActForm:
    """Return the form of a confirmation, with a field for the accused units if they are unknown."""
    form = forms.make(_CONFIRM)
    if not lock.units:
        return form
    return evolve(form, fields=tuple(field for field in form.fields if field.input.path != "units"))


def show_locked_reports(page: PageRequest) -> Response:
    """Show the locked reports that the viewer supervises, newest first."""
    tips = page.call_json("tips.list", {"locked": True, "after": page.one("after"), "limit": _PAGE})
    page.load_officers(iter_officer_ids(tips.items))
    undecided = [tip for tip in tips.items if tip.lock.is_undecided]
    confirmed = [tip for tip in tips.items if not tip.lock.is_undecided]
    return page.render(
        "locked.html",
        rows_of=partial(build_tip_rows, page),
        undecided=sorted(undecided, key=lambda tip: tip.lock.decide_by),
        confirmed=confirmed,
        next=tips.next,
        tabs=build_tabs(page, "locked"),
    )


def show_dismissed(page: PageRequest, failure: FailedAct | None = None) -> Response:
    """Show the messages that officers of the units below dismissed alone, newest first, each with the form that makes a
    tip of it.
    """
    dismissed = page.call("conversations.dismissed", after=page.one("after"), limit=_PAGE)
    page.load_officers(message.by for message in dismissed.items)
    return page.render(
        "dismissed.html",
        failure.status if failure else 200,
        dismissed=dismissed.items,
        next=dismissed.next,
        acts={entry.message.id: _build_message_forms(page, entry.message, failure) for entry in dismissed.items},
        tabs=build_tabs(page, "dismissed"),
    )


def make_tip_of_dismissed(page: PageRequest) -> Response:
    """Make a tip of a dismissed message."""
    arguments: dict[str, object] = {"messages": [page.params["id"]]}
    return carry_out(page, page.operation, arguments, show_dismissed, lambda tip: f"/tips/{tip.id}")


def _build_message_forms(page: PageRequest, message: Any, failure: FailedAct | None) -> Sequence[ActForm]:
    forms = build_row_forms(page, "/tips/dismissed", message, failure, version=message.version, unit=message.unit)
    return [forms.make(_REOPEN)] if page.has(_REOPEN) else []
