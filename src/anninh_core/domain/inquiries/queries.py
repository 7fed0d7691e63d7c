"""What officers read of inquiries: one, a list, what waits for an answer."""

from collections.abc import Sequence

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import UNANSWERED, Inquiry
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.vocabulary.permissions import Permission


class InquiryQueries(Service):
    """The reading side."""

    action_prefix = "inquiries"

    @query(Permission.INQUIRY_READ, traced=True, folds=True)
    def get(self, session: ReadSession, inquiry_id: str) -> Inquiry:
        """Return an inquiry. The resident is only an id in it."""
        return get_permitted_inquiry(session, inquiry_id)

    @query(Permission.INQUIRY_READ, traced=True, folds=True)
    def list(
        self, session: ReadSession, *, unit: str = "", state: str = "", after: str = "", limit: int = 50
    ) -> Listing[Inquiry]:
        """Return a page of inquiries, newest first."""
        where = {"state": state} if state else {}
        return session.list_permitted(INQUIRY, "newest", unit, where=where, after=after, limit=limit)

    @query(Permission.INQUIRY_READ, traced=True, folds=True)
    def unanswered(self, session: ReadSession, *, unit: str = "", days: int = 0) -> Sequence[tuple[Inquiry, int]]:
        """Return inquiries without an answer that arrived, oldest first, each with its age in days.

        Args:
            unit: this one and all below it.
            days: leave out those younger than this.
        """
        page = session.list_permitted(INQUIRY, "oldest", unit, where={"state": UNANSWERED}, limit=500)
        aged = [(inquiry, (session.today - inquiry.received_day).days) for inquiry in page.items]
        return [(inquiry, age) for inquiry, age in aged if age >= days]
