"""Read-only use cases for single inquiries, lists, a search, unanswered inquiries, and figures."""

from datetime import date
from itertools import takewhile
from typing import Self

from attrs import evolve, frozen

from anninh_core.domain.inquiries.figures import InquiryFigures
from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import UNANSWERED, Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.domain.inquiries.views import UnansweredInquiryView, WaitingInquiryView
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.usecase.arguments import Cursor, Days, Hours, InquiryId, Limit, WithinUnit, Words
from anninh_core.usecase.case_lookups import NotesLook, note_nothing
from anninh_core.usecase.indexing.record_search import SearchScope, search
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view
from anninh_core.vocabulary.permissions import Permission


@frozen(kw_only=True)
class _OpenInquiry:
    """An inquiry to which no answer has arrived yet."""

    inquiry: Inquiry

    def for_handlers(self, names: Pseudonyms) -> Self:
        """Return the inquiry for officers, with a pseudonym of the resident that is used in this case only."""
        return evolve(self, inquiry=self.inquiry.for_handlers(names))

    @property
    def items(self) -> tuple[Inquiry, ...]:
        """The shown inquiry, which the audit log names."""
        return (self.inquiry,)


@frozen(kw_only=True)
class WaitingInquiry(_OpenInquiry):
    """An inquiry to which no answer has arrived yet, with its waiting time in working hours.

    Attributes:
        hours: working hours since it was received.
    """

    hours: float

    def to_view(self) -> WaitingInquiryView:
        """Return the read-only view of the waiting inquiry."""
        return make_view(WaitingInquiryView, self, inquiry=self.inquiry.to_row())


@frozen(kw_only=True)
class UnansweredInquiry(_OpenInquiry):
    """An inquiry to which no answer has arrived yet, with its age in days.

    Attributes:
        days: days since it was received.
    """

    days: int

    def to_view(self) -> UnansweredInquiryView:
        """Return the read-only view of the unanswered inquiry."""
        return make_view(UnansweredInquiryView, self, inquiry=self.inquiry.to_row())


class InquiryQueries(Service):
    """Read-only use cases of inquiries."""

    action_prefix = "inquiries"

    def __init__(self, runner: UseCaseRunner, note_look: NotesLook = note_nothing) -> None:
        super().__init__(runner)
        self._note_look = note_look

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def get(self, session: ReadSession, inquiry_id: InquiryId) -> Inquiry:
        """Return an inquiry. It names the resident only by a pseudonym."""
        inquiry = get_permitted_inquiry(session, inquiry_id)
        self._note_look(session, f"inquiry:{inquiry.id}", inquiry.version)
        return inquiry

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def list(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: InquiryState | str | None = None,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[Inquiry]:
        """Return a page of inquiries, newest first.

        Args:
            state: only inquiries in this state.
        """
        conditions = {"state": state} if state else {}
        return session.list_permitted(INQUIRY, "newest", unit, where=conditions, after=after, limit=limit)

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def unanswered(
        self, session: ReadSession, *, unit: WithinUnit = "", days: Days = 0, after: Cursor = "", limit: Limit = 50
    ) -> Listing[UnansweredInquiry]:
        """Return a page of inquiries whose answer hasn't arrived, oldest first, each with its age in days.

        Args:
            days: minimal age.
        """

        def count_days(inquiry: Inquiry) -> int:
            return (session.today - inquiry.received_day).days

        page = session.list_permitted(
            INQUIRY,
            "oldest",
            unit,
            where={"state": UNANSWERED},
            shows=lambda inquiry: count_days(inquiry) >= days,
            after=after,
            limit=limit,
        )
        return page.map(lambda inquiry: UnansweredInquiry(inquiry=inquiry, days=count_days(inquiry)))

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def waiting(
        self, session: ReadSession, *, unit: WithinUnit = "", hours: Hours = 0.0, after: Cursor = "", limit: Limit = 50
    ) -> Listing[WaitingInquiry]:
        """Return a page of inquiries whose answer hasn't arrived, oldest first, each with its working hours.

        Nights, days off and holidays of the profile's calendar don't count.

        Args:
            hours: minimal waiting time.
        """
        calendar = self.context.district.calendar

        def count_working_hours(inquiry: Inquiry) -> float:
            return calendar.count_working_seconds(inquiry.received_at, session.at) / 3600

        page = session.list_permitted(
            INQUIRY,
            "oldest",
            unit,
            where={"state": UNANSWERED},
            shows=lambda inquiry: count_working_hours(inquiry) >= hours,
            after=after,
            limit=limit,
        )
        return page.map(lambda inquiry: WaitingInquiry(inquiry=inquiry, hours=count_working_hours(inquiry)))

    @query(Permission.INQUIRY_READ, traced=True, public=True)
    def search(
        self, session: ReadSession, text: Words, *, unit: WithinUnit = "", after: Cursor = "", limit: Limit = 20
    ) -> Listing[Inquiry]:
        """Return a page of the newest inquiries whose question matches `text`. See `tips.search`."""
        scope = SearchScope.for_units(session, INQUIRY, unit)
        return search(session, INQUIRY, text, scope, after=after, limit=limit)

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def figures(self, session: ReadSession, start: date, end: date, *, unit: WithinUnit = "") -> InquiryFigures:
        """Return the figures of the questions received in a period, in total and by unit.

        Questions purged since are counted in the reports, but not here: a median needs the records.

        Args:
            start: first day of reception.
            end: last day of reception.

        Raises:
            BadInput: `end` is before `start`.
            Refused: the actor may not read inquiries of `unit`.
        """
        if end < start:
            raise BadInput("A period can't run from {since} to {until}: swap the two days.", since=start, until=end)
        if unit:
            session.permit(unit)
        newest_first = session.iter_permitted(INQUIRY, "newest", unit)
        not_before = takewhile(lambda inquiry: inquiry.received_day >= start, newest_first)
        return InquiryFigures.of(inquiry for inquiry in not_before if inquiry.received_day <= end)
