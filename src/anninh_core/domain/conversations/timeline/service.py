"""The timeline of a case: messages, notes, what we wrote, and what officers did, in order of time."""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

from anninh_core.domain.conversations.cases import Cases
from anninh_core.domain.conversations.timeline.model import TimelineItem
from anninh_core.domain.conversations.timeline.sources import (
    ShownCase,
    iter_case_acts,
    iter_messages,
    iter_notes,
    iter_sent,
    place_gone,
)
from anninh_core.kernel.dates import end_of_day, local_date
from anninh_core.kernel.refs import Ref
from anninh_core.usecase.arguments import Cursor, InquiryId, Limit, TipId
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.indexing.merged_pages import Placed, Source, merge_page
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission


class CaseTimelines(Service):
    """Puts together what happened in a case.

    Args:
        cases: the kinds of case there are, by their names.
        sent_days: returns for how many days what was delivered is kept.
        restricts: returns what tells whether the data of who reported a case that is over aren't used.
    """

    action_prefix = "conversations"

    def __init__(
        self,
        runner: UseCaseRunner,
        cases: Cases,
        sent_days: Callable[[], int],
        restricts: OpensRestrictions = restrict_nothing,
    ) -> None:
        super().__init__(runner)
        self._cases = cases
        self._sent_days = sent_days
        self._restricts = restricts

    @query(Permission.TIP_READ, traced=True, folds=True, public=True)
    def tip_timeline(
        self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of what happened in a tip, oldest first: what was said, what we wrote, what officers did.

        The notes of its file stand among them. At the same moment a message stands before what was done about it, and
        that before what was written of it.
        What was delivered longer ago than the profile keeps it (`[retention_days] outbox`) is gone, and an item tells.
        Who was kept away from a tip isn't told here. Of a tip that is over, whose reporter had the use of their data
        restricted, the words are withheld.

        Raises:
            Refused, NotFound, DecryptionError: as `tips.get`.
        """
        return self._list(session, "tip", tip_id, after, limit)

    @query(Permission.INQUIRY_READ, traced=True, folds=True, public=True)
    def inquiry_timeline(
        self, session: ReadSession, inquiry_id: InquiryId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of what happened in an inquiry. See `tips.timeline`."""
        return self._list(session, "inquiry", inquiry_id, after, limit)

    def _list(self, session: ReadSession, kind: str, id: str, after: str, limit: int) -> Listing[TimelineItem]:
        case = self._open_case(session, kind, id)
        sources: tuple[Source[TimelineItem], ...] = (
            lambda group: iter_messages(session, case, group),
            lambda group: iter_case_acts(session, case, group),
            lambda group: iter_sent(self.context, case, group),
            lambda group: iter_notes(session, case, group),
            lambda _: self._gone(session, case),
        )
        return merge_page(sources, after=after, limit=limit)

    def _open_case(self, session: ReadSession, kind: str, id: str) -> ShownCase:
        session.permitted_units()
        access = self._cases[kind]
        model: Any = session.include(access.read, id)
        ref = str(Ref(kind, model.id))
        resident = access.kind.resident(model)
        session.unit = access.kind.unit(model)
        is_withheld = access.is_over(model) and self._restricts(session)(ref, resident)
        return ShownCase(ref, resident, model.received_at, is_withheld)

    def _gone(self, session: ReadSession, case: ShownCase) -> Iterator[Placed[TimelineItem]]:
        """Yield that something may be missing, where the case is older than what was delivered is kept."""
        until = end_of_day(local_date(session.at) - timedelta(days=self._sent_days() + 1)).astimezone(UTC)
        if case.received_at < until:
            yield place_gone(until)
