"""Use cases that return the timeline of a case: messages, notes, our messages and officers' actions, in order of
time.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, timedelta
from typing import Any

from anninh_core.domain.conversations.cases import Cases
from anninh_core.domain.conversations.timeline.model import TimelineItem
from anninh_core.domain.conversations.timeline.sources import (
    ShownCase,
    build_gone_item,
    iter_case_acts,
    iter_messages,
    iter_notes,
    iter_sent,
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
    """Use cases that return the timeline of a case.

    Args:
        cases: access to the kinds of cases, by their names.
        sent_days: returns the retention period of delivered messages in days.
        restricts: returns a function of a closed case and its reporter: whether the use of their data is restricted.
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

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def tip_timeline(
        self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of a tip's timeline, oldest first: its messages, our messages, officers' actions and notes.

        At the same moment, a message comes before the action on it, and the action before our message about it.

        Delivered messages that are older than the profile's retention period (`[retention_days] outbox`) are gone, and
        an item shows that. The timeline doesn't show which officers were excluded from a tip. The text is withheld if
        the tip is over and its reporter had the use of their data restricted.

        Raises:
            Refused, NotFound, DecryptionError: as `tips.get`.
        """
        return self._list_timeline(session, "tip", tip_id, after, limit)

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def inquiry_timeline(
        self, session: ReadSession, inquiry_id: InquiryId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[TimelineItem]:
        """Return a page of an inquiry's timeline. See `tips.timeline`."""
        return self._list_timeline(session, "inquiry", inquiry_id, after, limit)

    def _list_timeline(self, session: ReadSession, kind: str, id: str, after: str, limit: int) -> Listing[TimelineItem]:
        case = self._open_case(session, kind, id)
        sources: tuple[Source[TimelineItem], ...] = (
            lambda group: iter_messages(session, case, group),
            lambda group: iter_case_acts(session, case, group),
            lambda group: iter_sent(self.context, case, group),
            lambda group: iter_notes(session, case, group),
            lambda _: self._find_gone_messages(session, case),
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

    def _find_gone_messages(self, session: ReadSession, case: ShownCase) -> Iterator[Placed[TimelineItem]]:
        """Yield a timeline item that shows that older messages are gone, if the case is older than the retention period
        of delivered messages.
        """
        until = end_of_day(local_date(session.at) - timedelta(days=self._sent_days() + 1)).astimezone(UTC)
        if case.received_at < until:
            yield build_gone_item(until)
