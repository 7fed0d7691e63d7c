"""Figures of inquiries: numbers, waiting times, and sources of the answers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from statistics import median

from attrs import field, frozen

from anninh_core.domain.inquiries.model import UNANSWERED, Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.inquiries.views import InquiryFiguresView, UnitInquiryFigures
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class InquiryFigures:
    """Figures of the questions received in a period.

    Attributes:
        received: questions that didn't turn out to be tips.
        answered: questions with an answer that is known to have arrived.
        at_once: answered, with the first answer sent within one working hour (see `Inquiry.is_answered_at_once`).
        from_article: answered from the knowledge base, edited or not.
        unanswered: questions that still wait.
        median_wait: working time until the first answer, of all that had an answer; None if none had.
        by_unit: the same figures for each unit with questions; empty there.
    """

    received: int = 0
    answered: int = 0
    at_once: int = 0
    from_article: int = 0
    unanswered: int = 0
    median_wait: timedelta | None = None
    by_unit: Mapping[str, "InquiryFigures"] = field(factory=dict)

    @property
    def median_seconds(self) -> float | None:
        """The median waiting time until the first answer in seconds, or None."""
        return None if self.median_wait is None else self.median_wait.total_seconds()

    def to_view(self) -> InquiryFiguresView:
        """Return the read-only view of the figures."""
        units = tuple(
            make_view(UnitInquiryFigures, figures, unit=unit, median_wait=figures.median_seconds)
            for unit, figures in self.by_unit.items()
        )
        return make_view(InquiryFiguresView, self, by_unit=units, median_wait=self.median_seconds)

    @classmethod
    def of(cls, inquiries: Iterable[Inquiry]) -> "InquiryFigures":
        """Return the figures of inquiries, in total and by unit."""
        inquiries_by_unit: dict[str, list[Inquiry]] = defaultdict(list)
        for inquiry in inquiries:
            if inquiry.state is not InquiryState.BECAME_TIP:
                inquiries_by_unit[inquiry.unit].append(inquiry)
        all_inquiries = [inquiry for unit_inquiries in inquiries_by_unit.values() for inquiry in unit_inquiries]
        return cls._count(
            all_inquiries, {unit: cls._count(inquiries_by_unit[unit], {}) for unit in sorted(inquiries_by_unit)}
        )

    @classmethod
    def _count(cls, inquiries: list[Inquiry], by_unit: Mapping[str, "InquiryFigures"]) -> "InquiryFigures":
        answered = [inquiry for inquiry in inquiries if inquiry.answered_day is not None]
        waits = [inquiry.waited for inquiry in inquiries if inquiry.waited is not None]
        return cls(
            received=len(inquiries),
            answered=len(answered),
            at_once=sum(inquiry.is_answered_at_once for inquiry in answered),
            from_article=sum(bool(inquiry.article) for inquiry in answered),
            unanswered=sum(inquiry.state.value in UNANSWERED for inquiry in inquiries),
            median_wait=timedelta(seconds=median(waits)) if waits else None,
            by_unit=by_unit,
        )
