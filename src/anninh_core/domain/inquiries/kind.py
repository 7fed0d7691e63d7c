"""Definitions of how inquiries are stored and counted."""

from collections.abc import Iterable

from anninh_core.domain.index_specs import INQUIRY_SPEC
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.usecase.kinds import Fact, Kind, PersonColumn, Searchable, format_hour


def inquiry_facts(inquiry: Inquiry) -> Iterable[Fact]:
    """Yield the facts that the reports count about an inquiry; if it became a tip, it is counted only as a tip."""
    if inquiry.state is InquiryState.BECAME_TIP:
        return
    yield Fact("inquiries_received", inquiry.unit, inquiry.received_day)
    if inquiry.answered_day is not None:
        yield Fact("inquiries_answered", inquiry.unit, inquiry.answered_day)
        if inquiry.is_answered_at_once:
            yield Fact("inquiries_at_once", inquiry.unit, inquiry.answered_day)


INQUIRY = Kind(
    spec=INQUIRY_SPEC,
    model=Inquiry,
    columns=lambda inquiry: {
        "state": inquiry.state.value,
        "conversation": inquiry.conversation,
        "article": inquiry.article,
        "received": format_hour(inquiry.received_at),
    },
    person_columns={"conversation": PersonColumn.for_own_record("inquiry")},
    scope=lambda inquiry: f"inquiry:{inquiry.id}",
    facts=inquiry_facts,
    resident=lambda inquiry: inquiry.conversation,
    search=Searchable(field="question", at=lambda inquiry: inquiry.received_at),
    numbered=True,
)
