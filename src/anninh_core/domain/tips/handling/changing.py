"""Loading a tip to change it: as the officer saw it, or not at all."""

from datetime import datetime

from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.loading import get_permitted_tip
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.dates import vietnam_time
from anninh_core.kernel.errors import Conflict, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.ports.changes import Entry, entry_from
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork

_BATCH = 500


def get_tip_to_change(uow: UnitOfWork, tip_id: str, seen_version: int | None = None) -> Tip:
    """Return a tip on which the actor has the marked permission, if it is still as the actor saw it.

    Args:
        uow: the act.
        tip_id: its id.
        seen_version: `version` of the tip that the actor saw; None: whatever it is by now.

    Raises:
        Conflict: it was changed since; says by whom and when. Nothing of that change is lost, and nothing is done.
        Refused, NotVisible: as `get_permitted_tip` does.
    """
    tip = get_permitted_tip(uow, tip_id)
    if seen_version is not None and seen_version != tip.version:
        raise Conflict(
            f"tip {tip.receipt} was {_describe_change(uow, tip)} since you saw it (version {seen_version}, now "
            f"{tip.version}); nothing was done: read it again and decide anew"
        )
    return tip


def require_no_waiting_transfer(tip: Tip) -> None:
    """Check that no unit has still to say whether it takes a tip.

    Raises:
        WrongStep: one has.
    """
    if transfer := tip.waiting_transfer:
        raise WrongStep(
            f"tip {tip.receipt} waits for {transfer.to} to accept or return it; until then only that can be done, or "
            "`assign` it anew"
        )


def describe_moment(moment: datetime) -> str:
    """Return a moment as people in Vietnam read it, such as `09:05 01/9/2021`."""
    return f"{vietnam_time(moment):%H:%M %d/%m/%Y}"


def _describe_change(session: ReadSession, tip: Tip) -> str:
    """Say by whom and when a tip was changed last, as the journal has it."""
    entry = _last_change(session, str(Ref(TIP.name, tip.id)))
    if entry is None:
        return "changed"
    kind, _, id = entry.actor.partition(":")
    if entry.actor == session.actor.label:
        who = "yourself"
    else:
        who = session.permits.name_officer(id) if kind == ActorKind.PERSON.value else f"the program ({id})"
    return f"changed by {who} at {describe_moment(entry.at)} ({entry.action})"


def _last_change(session: ReadSession, ref: str) -> Entry | None:
    """Return the last entry of an act that changed a record."""
    last, after, journal = None, 0, session.context.storage.journal
    while lines := journal.about(ref, after, _BATCH):
        entries = (entry_from(line.content) for line in lines)
        changes = [entry for entry in entries if any(f"{one.kind}:{one.id}" == ref for one in entry.touched)]
        last, after = changes[-1] if changes else last, lines[-1].seq
    return last
