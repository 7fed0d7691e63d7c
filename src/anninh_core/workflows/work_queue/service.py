"""Queries for the caller's waiting work: counts, an ordered list, and news of changes."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from attrs import evolve

from anninh_core.domain.services import Services
from anninh_core.usecase.arguments import Cursor, Id, Limit
from anninh_core.usecase.encryption.sealed_marks import SealedMarks
from anninh_core.usecase.indexing.computed_pages import build_as_of_key, cut_sorted_page, get_first_page_time
from anninh_core.usecase.marks import query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import FindVerb, Workflow
from anninh_core.workflows.changes import READERS, ChangeVisibility, iter_changes, merge_changes
from anninh_core.workflows.work_queue.items import WorkItem, WorkReason
from anninh_core.workflows.work_queue.sources.content import list_content_sources
from anninh_core.workflows.work_queue.sources.decisions import list_decision_sources
from anninh_core.workflows.work_queue.sources.moderation import list_moderation_sources
from anninh_core.workflows.work_queue.sources.papers import list_paper_sources
from anninh_core.workflows.work_queue.sources.talk import list_talk_sources
from anninh_core.workflows.work_queue.sources.tips import list_tip_sources
from anninh_core.workflows.work_queue.work_source import WorkSource

COUNTED = 100
"""Upper limit of a count of waiting work."""

LISTED = 500
"""Maximum number of items per reason in the list of work."""

P = Permission
_WORK_NEEDS = (
    *(P.TIP_READ, P.TIP_HANDLE, P.TIP_SUPERVISE, P.INTAKE, P.INQUIRY_ANSWER),
    *(P.CONTENT_EDIT, P.CONTENT_REVIEW, P.CONTENT_PUBLISH, P.POST_MODERATE, P.POST_APPEAL),
    *(P.PLAN_RUN, P.PLAN_URGE, P.DIFFICULTY_ANSWER, P.REPORT_WRITE, P.REPORT_ACCEPT),
    *(P.IDENTITY_APPROVE, P.RIGHTS_HANDLE, P.RIGHTS_CHECK, P.DELIVERY_READ, P.DELIVERY_DECIDE),
)
"""Permissions that each come with work of their own; no officer has all of them."""

_READ_NEEDS = (
    *(P.TIP_READ, P.INQUIRY_READ, P.CONTENT_READ, P.POST_READ, P.GROUP_READ, P.PLAN_READ, P.REPORT_READ),
    *(P.UNIT_READ, P.DELIVERY_READ, P.RIGHTS_HANDLE, P.OPERATE),
)
"""Permissions of the queries that read changed records."""

# The journal is read in pages of this many entries; if more changed than all pages hold, every kind counts as changed.
_PAGE = 500
_PAGES = 4


@view
class WorkCount:
    """The amount of waiting work for one reason.

    Attributes:
        module: the noun of the app that it belongs to, such as `tips`.
        count: number of waiting records, at most `COUNTED`.
        overdue: how many of these have passed their deadline.
        has_more: whether there are more than are counted.
    """

    module: str
    reason: WorkReason
    count: int
    overdue: int
    has_more: bool


@view
class WorkNews:
    """Whether any record changed that the caller may read.

    Attributes:
        mark: cursor for the next call. It is encrypted, so that it reveals nothing, and differs each time.
        kinds: kinds of records with at least one change since the given mark; empty without a mark.
    """

    mark: str
    kinds: tuple[str, ...]


class OwnWork(Workflow):
    """Reads the caller's waiting work over all modules."""

    action_prefix = "work"

    def __init__(self, runner: UseCaseRunner, services: Services, find_verb: FindVerb) -> None:
        super().__init__(runner, services)
        self._visibility = ChangeVisibility(runner, find_verb)
        self._marks = SealedMarks(runner.context.keys)

    @query(P.OWN_ACCOUNT, *_WORK_NEEDS, public=True)
    def counts(self, session: ReadSession) -> tuple[WorkCount, ...]:
        """Return how much waits for you, by module and reason; only reasons that are yours by a grant, zeros too.

        It shows nothing of what waits and leaves no entry. Cases from which you are excluded aren't counted.
        """
        session.permitted_units()
        return tuple(self._count(session, source) for source in self._sources if source.is_for_actor(session))

    @query(P.OWN_ACCOUNT, *_WORK_NEEDS, traced=True, aggregate_repeats=True, public=True)
    def mine(
        self,
        session: ReadSession,
        *,
        module: str = "",
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[WorkItem]:
        """Return a page of your own work and the work that waits for your role, over all modules in one order.

        Open emergencies come first, then overdue items, then by deadline, and items without a deadline last, the oldest
        first. Each record appears once. All pages have the order of the moment at which the first one was asked for. Of
        each reason there are 500 at most; all undelivered messages are one line.

        Args:
            module: only items of this noun, such as `tips`; "" for all.
        """
        session.permitted_units()
        first_asked_at = get_first_page_time(after, session.at)
        placed = [
            (build_as_of_key(first_asked_at, item.place(first_asked_at)), item)
            for item in self._iter_work(session, module)
        ]
        return cut_sorted_page(placed, after=after, limit=limit)

    @query(P.OWN_ACCOUNT, *_READ_NEEDS, public=True)
    def news(self, session: ReadSession, *, since: Id = "") -> WorkNews:
        """Show whether anything that you may read changed since a mark, with the mark for the next call.

        It leaves no entry, and reads only the journal's entries since the mark. If there are very many of them, it
        answers that everything may have changed.

        Args:
            since: the mark from the previous answer, "" to begin.

        Raises:
            BadInput: it is no mark of yours.
        """
        session.permitted_units()
        person = session.actor.id
        journal = self.context.storage.journal
        if not since:
            head, _ = journal.head()
            return WorkNews(mark=self._marks.seal(head, person), kinds=())
        begin = self._marks.open(since, person)
        head, kinds = self._find_news(session, begin)
        return WorkNews(mark=self._marks.seal(head, person), kinds=tuple(sorted(kinds)))

    @cached_property
    def _sources(self) -> Sequence[WorkSource[Any]]:
        return (
            *list_tip_sources(self.services),
            *list_talk_sources(self.services),
            *list_content_sources(),
            *list_moderation_sources(),
            *list_paper_sources(),
            *list_decision_sources(self.services),
        )

    def _count(self, session: ReadSession, source: WorkSource[Any]) -> WorkCount:
        items = source.take(session, COUNTED + 1)
        counted = items[:COUNTED]
        return WorkCount(
            module=source.reason.module,
            reason=source.reason,
            count=len(counted),
            overdue=sum(item.is_overdue(session.at) for item in counted),
            has_more=len(items) > COUNTED,
        )

    def _iter_work(self, session: ReadSession, module: str) -> Iterator[WorkItem]:
        seen: set[tuple[str, str]] = set()
        for source in self._sources:
            if module in ("", source.reason.module) and source.is_for_actor(session):
                for item in _combine_failures(source.take(session, LISTED)):
                    if (item.kind, item.id) not in seen:
                        seen.add((item.kind, item.id))
                        yield item

    def _find_news(self, session: ReadSession, begin: int) -> tuple[int, frozenset[str]]:
        """Return the position of the journal's end, and the kinds with a change that the session's actor may read."""
        kinds: set[str] = set()
        for _ in range(_PAGES):
            lines = self.context.storage.journal.read(begin, _PAGE)
            for change in merge_changes(iter_changes(lines)):
                if change.kind not in kinds and self._visibility.may_know(session, change):
                    kinds.add(change.kind)
            begin = lines[-1].seq if lines else begin
            if len(lines) < _PAGE:
                return begin, frozenset(kinds)
        return self.context.storage.journal.head()[0], frozenset(READERS)


def _combine_failures(items: Sequence[WorkItem]) -> Sequence[WorkItem]:
    """Return the items of work, with all undelivered messages combined into one item that has the oldest date."""
    if not items or items[0].reason is not WorkReason.DELIVERY_FAILED:
        return items
    oldest = min(items, key=lambda item: item.since)
    return (evolve(oldest, title="", state="", count=len(items)),)
