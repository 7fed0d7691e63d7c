"""The register of tips (sổ theo dõi tiếp nhận, phân loại nguồn tin): one row per tip, identities sealed.

Columns follow Thông tư 28/2020/TT-BCA, article 5, and the purpose of form 294 of Thông tư 119/2021/TT-BCA; the official
columns are the form's, so the paper is marked as a draft.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from attrs import frozen

from anninh_core.domain.tips.model import Tip
from anninh_core.domain.tips.overdue import is_open_on
from anninh_core.domain.tips.states import TipState
from anninh_core.domain.tips.values import Transfer
from anninh_core.kernel.dates import local_date, short_date, short_moment
from anninh_core.kernel.text import clip
from anninh_core.vocabulary.district import District

COLUMNS = (
    *("no", "receipt", "received", "channel", "reporter", "summary", "happened", "suspect", "kind", "officer"),
    *("leader", "transferred", "due", "result", "told", "note"),
)
"""Columns, by the keys of their headings in the profile's wording, `register.<column>`."""

_MAX_SUMMARY = 300
NameOfficer = Callable[[str], str]
Summarize = Callable[[Tip], str]


@frozen(kw_only=True)
class Balance:
    """Numbers of tips in a period, which fulfil `opening + received = resolved + transferred + closing`."""

    opening: int
    received: int
    resolved: int
    transferred: int
    closing: int


@frozen
class RegisterWriter:
    """Builds the rows of the register.

    Attributes:
        name_officer: officer id -> name.
        summarize: tip -> its text without data that identify the reporter.
    """

    district: District
    name_officer: NameOfficer
    summarize: Summarize

    def heading(self) -> tuple[str, ...]:
        """Return the headings of the register's columns."""
        return tuple(self._say(column) for column in COLUMNS)

    def rows(self, tips: Iterable[Tip]) -> tuple[tuple[str, ...], ...]:
        """Return a row of the register for each tip, in the order of reception."""
        ordered = sorted(tips, key=lambda tip: (tip.received_at, tip.id))
        return tuple((str(number), *self._build_row(tip)) for number, tip in enumerate(ordered, 1))

    def _build_row(self, tip: Tip) -> tuple[str, ...]:
        return (
            ", ".join((tip.receipt, *tip.joined)),
            short_moment(tip.received_at),
            self._say(f"origin.{tip.origin}"),
            self._say("sealed" if tip.conversation else "not_given"),
            clip(self.summarize(tip), _MAX_SUMMARY),
            tip.place,
            "",  # the suspect isn't recorded apart from the text: an officer fills this column in by hand
            self._format_kind(tip),
            ", ".join(map(self.name_officer, tip.handlers)),
            self.name_officer(tip.assigned_by) if tip.assigned_by else "",
            "; ".join(filter(None, map(self._format_transfer, tip.transfers))),
            "; ".join(map(short_date, sorted({local_date(clock.due - timedelta.resolution) for clock in tip.clocks}))),
            self._format_result(tip),
            short_date(tip.answered_day) if tip.answered_day else "",
            "; ".join(self._iter_notes(tip)),
        )

    def _format_kind(self, tip: Tip) -> str:
        category = self.district.incoming.get(tip.category)
        return ", ".join(
            (
                *((category.name,) if category else ()),
                self.district.say(f"legal_kind.{tip.legal_kind}"),
                self.district.say(f"urgency.{tip.urgency}"),
            )
        )

    def _format_transfer(self, transfer: Transfer) -> str:
        to = self.district.unit(transfer.to).name if transfer.inside else transfer.to
        return ", ".join(filter(None, (to, transfer.number, short_date(local_date(transfer.at)))))

    def _format_result(self, tip: Tip) -> str:
        if tip.is_open or not tip.settlements:
            return self.district.say(f"state.{tip.state}")
        last = tip.settlements[-1]
        rule = self.district.settling.get(last.outcome.value)
        reason = _lower_first(rule.reasons.get(last.reason, "")) if rule else ""
        outcome = self.district.say(f"{'state' if last.outcome is TipState.WITHDRAWN else 'outcome'}.{last.outcome}")
        return ", ".join(filter(None, (outcome, reason, short_date(last.day), last.evidence)))

    def _iter_notes(self, tip: Tip) -> Iterable[str]:
        if tip.emergency:
            yield self._say("emergency")
        for transfer in tip.transfers:
            if transfer.returned_on:
                yield self._say("returned", day=short_date(transfer.returned_on))
        for day in tip.reopened_days:
            yield self._say("reopened", day=short_date(day))

    def _say(self, key: str, **facts: str) -> str:
        return self.district.say(f"register.{key}", **facts)


def is_of_month(tip: Tip, start: date, end: date) -> bool:
    """Return whether a tip was received, reopened or settled in a period of days, or was open at its end."""
    days = (tip.received_day, *tip.reopened_days, *(settlement.day for settlement in tip.settlements))
    return any(start <= day <= end for day in days) or (tip.received_day < start and is_open_on(tip, end))


def compute_balance(tips: Iterable[Tip], start: date, end: date) -> Balance:
    """Return the balance of tips over a period of days; a reopened tip counts as received again."""
    counted_tips = tuple(tips)

    def count_days_in_period(days: Iterable[date]) -> int:
        return sum(start <= day <= end for day in days)

    settlements = [settlement for tip in counted_tips for settlement in tip.settlements]
    return Balance(
        opening=sum(is_open_on(tip, start - timedelta(days=1)) for tip in counted_tips),
        received=sum(count_days_in_period((tip.received_day, *tip.reopened_days)) for tip in counted_tips),
        resolved=count_days_in_period(
            settlement.day for settlement in settlements if settlement.outcome is not TipState.TRANSFERRED
        ),
        transferred=count_days_in_period(
            settlement.day for settlement in settlements if settlement.outcome is TipState.TRANSFERRED
        ),
        closing=sum(is_open_on(tip, end) for tip in counted_tips),
    )


def _lower_first(text: str) -> str:
    """Return a text with a lower-case first letter, to continue a line; a leading abbreviation stays."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text
