"""The audit log: who did what, as a page or as lines that are verified elsewhere."""

from collections.abc import Collection
from itertools import islice

from attrs import frozen

from anninh_core.domain.audit.chain import export_line
from anninh_core.ports.changes import Entry, entry_from
from anninh_core.usecase.journal import NumberedEntry, read_lines
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission


@frozen
class AuditPage:
    """A page of the log; `cursor` is the number to go on after, 0 on the last page."""

    items: tuple[NumberedEntry, ...]
    cursor: int


class AuditLog(Service):
    """The journal as its readers see it."""

    action_prefix = "governance"  # the stored first half of the journal's action names

    @query(Permission.TRAIL_READ, traced=True)
    def trail(
        self, session: ReadSession, *, about: str = "", by: str = "", action: str = "", after: int = 0, limit: int = 100
    ) -> AuditPage:
        """Return a page of the trail, oldest first, of the units where the actor may read it.

        Args:
            about: `kind:id` of a record that was touched, or one of a query's facts, such as a receipt's case.
            by: whose entries, such as `person:<id>`.
            action: such as `tips.triage`; `tips.` matches the whole module.
            after: number of the last entry seen.
            limit: at most so many entries.
        """
        permitted = session.permitted_units()
        units = None if permitted is None else frozenset(permitted)
        entries: list[NumberedEntry] = []
        for line in read_lines(self.context.storage.journal, after):
            entry = entry_from(line.content)
            if _matches(entry, units, about, by, action):
                if len(entries) == limit:
                    return AuditPage(tuple(entries), entries[-1].seq)
                entries.append(NumberedEntry(line.seq, entry))
        return AuditPage(tuple(entries), 0)

    @query(Permission.TRAIL_READ)
    def head(self, session: ReadSession) -> tuple[int, str]:
        """Return number and hash of the last line, `(0, GENESIS)` for none. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return self.context.storage.journal.head()

    @query(Permission.TRAIL_READ, traced=True)
    def export(self, session: ReadSession, *, after: int = 0, limit: int = 10_000) -> tuple[bytes, ...]:
        """Return lines of the journal for `verify_export`. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return tuple(export_line(line) for line in islice(read_lines(self.context.storage.journal, after), limit))


def _matches(entry: Entry, units: Collection[str] | None, about: str, actor: str, action: str) -> bool:
    return (
        (units is None or entry.unit in units)
        and (not actor or entry.actor == actor)
        and (not action or entry.action == action or (action.endswith(".") and entry.action.startswith(action)))
        and (
            not about
            or about in entry.facts.values()
            or any(about == f"{touched.kind}:{touched.id}" for touched in entry.touched)
        )
    )
