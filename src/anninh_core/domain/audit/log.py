"""Reading of the journal, as pages of entries, or as lines to be verified elsewhere."""

from itertools import islice
from typing import Literal

from attrs import frozen

from anninh_core.domain.audit.chain import export_line
from anninh_core.domain.audit.trail import TrailFilter
from anninh_core.ports.storages.changes import is_indexed_ref
from anninh_core.usecase.arguments import Aware, Count, Id, Line, OfficerId, UnitId
from anninh_core.usecase.journal.entries import NumberedEntry, read_lines
from anninh_core.usecase.journal.views import JournalEntryView
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import view
from anninh_core.vocabulary.permissions import Permission


@view
class AuditPageView:
    """A page of the journal; `next` goes into `after` for the next page, 0 on the last page."""

    items: tuple[JournalEntryView, ...]
    next: int


@view
class JournalEnd:
    """The end of the journal.

    Attributes:
        seq: number of the last line, 0 for none.
        hash: hash of that line, in hex; `GENESIS` without a line.
    """

    seq: int
    hash: str


@frozen
class AuditPage:
    """A page of the journal; `cursor` is the number of its last entry, 0 on the last page."""

    items: tuple[NumberedEntry, ...]
    cursor: int

    def to_view(self) -> AuditPageView:
        """Return the view of the page."""
        return AuditPageView(items=tuple(entry.to_view() for entry in self.items), next=self.cursor)


class AuditLog(Service):
    """Use cases that read the journal."""

    action_prefix = "governance"

    @query(Permission.TRAIL_READ, traced=True, public=True)
    def trail(
        self,
        session: ReadSession,
        *,
        about: Id = "",
        by: OfficerId = "",
        action: str = "",
        unit: UnitId = "",
        outcome: Literal["", "done", "read", "refused"] = "",
        since: Aware | None = None,
        until: Aware | None = None,
        after: Line = 0,
        limit: Count = 100,
    ) -> AuditPage:
        """Return a page of the journal's entries, oldest first, from the units where the actor may read them.

        Args:
            about: `kind:id` of a record touched, shown or destroyed, or of an entry's facts, such as a receipt's case.
            by: actor of the entries, such as `person:<id>`.
            action: such as `tips.triage`; `tips.` matches the whole module.
            unit: entries of this unit and all below it.
            outcome: `done`, `read` or `refused`.
            since, until: beginning (inclusive) and end (exclusive) of the entries' time.
            after: number of the last entry seen.
            limit: maximal number of entries.
        """
        trail_filter = TrailFilter(
            units=session.visible_units(unit),
            about=about,
            by=by,
            action=action,
            outcome=outcome,
            since=since,
            until=until,
        )
        if is_indexed_ref(about):
            session.facts["about"] = about
        entries = tuple(islice(trail_filter.find(self.context.storage.journal, after), limit + 1))
        return AuditPage(entries[:limit], entries[limit - 1].seq if len(entries) > limit else 0)

    @query(Permission.TRAIL_READ, public=True)
    def head(self, session: ReadSession) -> JournalEnd:
        """Return number and hash of the last line, 0 and `GENESIS` for none. Needs the permission on the root."""
        session.permit(self.context.district.root)
        seq, hash = self.context.storage.journal.head()
        return JournalEnd(seq=seq, hash=hash)

    @query(Permission.TRAIL_READ, traced=True)
    def export(self, session: ReadSession, *, after: int = 0, limit: int = 10_000) -> tuple[bytes, ...]:
        """Return lines of the journal for `verify_export`. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return tuple(export_line(line) for line in islice(read_lines(self.context.storage.journal, after), limit))
