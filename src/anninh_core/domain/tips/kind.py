"""Definitions of how tips are stored, counted and searched."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from anninh_core.domain.index_specs import TIP_SPEC
from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.overdue import OVERDUE_COUNTER, iter_overdue_changes
from anninh_core.domain.tips.states import UNANSWERED_STATES, TipState, get_state_group
from anninh_core.domain.tips.suggestions import SUGGESTION_COUNTER, format_counter_dimensions
from anninh_core.kernel.identifiers import Identifying
from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.kinds import Fact, Kind, PersonColumn, Searchable, format_dims, format_hour

_NEVER = "9"  # This value sorts after every hour.


def tip_facts(tip: Tip) -> Iterable[Fact]:
    """Yield the counted facts of a tip.

    `opening + received = resolved + transferred + closing` holds for any period: a reopened tip is received again. A
    tip that was joined to another tip or converted to an inquiry is counted there.
    """
    if tip.state in (TipState.JOINED, TipState.BECAME_INQUIRY):
        return
    yield Fact("tips_received", tip.unit, tip.received_day, format_dims(category=tip.category, origin=tip.origin))
    for day in tip.reopened_days:
        yield Fact("tips_received", tip.unit, day, format_dims(category=tip.category, origin="reopened"))
    for settlement in tip.settlements:
        transferred = settlement.outcome is TipState.TRANSFERRED
        in_time = "yes" if settlement.in_time else "no"
        yield Fact(
            "tips_transferred" if transferred else "tips_resolved",
            tip.unit,
            settlement.day,
            format_dims(category=tip.category, in_time=in_time, outcome=settlement.outcome),
        )
        if settlement.valuable:
            yield Fact("tips_valuable", tip.unit, settlement.day, format_dims(category=tip.category))
    if (mark := tip.false_mark) is not None:
        yield Fact("tips_false", tip.unit, mark.day, format_dims(category=tip.category, reason=mark.reason))
    if tip.answered_day is not None:
        yield Fact("tips_answered", tip.unit, tip.answered_day)
    if tip.confirmed_day is not None:
        yield Fact(
            SUGGESTION_COUNTER,
            tip.unit,
            tip.confirmed_day,
            format_counter_dimensions(tip.suggestion or "", tip.confirmed),
        )
    for day, change in iter_overdue_changes(tip):
        yield Fact(OVERDUE_COUNTER, tip.unit, day, amount=change)


def make_work_key(tip: Tip) -> str:
    """Return the sort key for the order in which tips are to be worked on; "" if no work is owed.

    Open emergencies come first; then the earliest deadline decides, then the time of reception, both by the hour. Tips
    without a running clock are last.
    """
    if not (tip.is_open or tip.state in UNANSWERED_STATES):
        return ""
    due = find_next_due(tip)
    received = tip.received_at.astimezone(UTC)
    hours = (_NEVER if due is None else format_hour(due.astimezone(UTC)), format_hour(received))
    return f"{0 if tip.emergency and tip.is_open else 1}/{'/'.join(hours)}"


def find_next_due(tip: Tip) -> datetime | None:
    """Return when the first running clock is due, or None if no clock runs.

    After the settlement, only clocks begun by it count, or all running clocks if none is marked so (earlier versions).
    """
    running = [clock for clock in tip.clocks if clock.met_at is None and clock.stopped_at is None]
    settlement_clocks = [] if tip.is_open else [clock for clock in running if clock.from_settlement]
    return min((clock.due for clock in settlement_clocks or running), default=None)


def tip_columns(tip: Tip) -> Mapping[str, Scalar]:
    """Return the unencrypted columns of a tip."""
    return {
        "state": tip.state.value,
        "type": get_state_group(tip.state),
        "category": tip.category,
        "urgency": tip.urgency,
        "handling_unit": tip.handling_unit,
        "conversation": tip.conversation,
        "receipt": tip.receipt,
        "received": format_hour(tip.received_at),
        "due": format_hour(tip.next_due) if tip.next_due else "",
        "merged_into": tip.merged_into,
        "work": make_work_key(tip),
    }


def _get_texts_without_chat(tip: Tip) -> str:
    """Return the texts of a tip without a chat; texts from chat are in its messages."""
    return "\n".join((tip.text, *(note.words for note in tip.notes)))


TIP = Kind(
    spec=TIP_SPEC,
    model=Tip,
    columns=tip_columns,
    multi=lambda tip: {
        "handler": tip.handlers,
        "excluded": tip.barred,
        "claimant": (tip.claim.by,) if tip.claim is not None and tip.is_open else (),
    },
    person_columns={"conversation": PersonColumn.for_own_record("tip")},
    scope=lambda tip: f"tip:{tip.id}",
    facts=tip_facts,
    handled_by=lambda tip: tip.handling_unit,
    resident=lambda tip: tip.conversation,
    part_of=lambda tip: tip.merged_into,
    excluded=lambda tip: tip.barred,
    numbered=True,
    search=Searchable(field="text", at=lambda tip: tip.received_at),
    identifying=lambda tip: None if tip.conversation else Identifying(words=_get_texts_without_chat(tip)),
)
