"""Export of the journal: a signed head covers every exported line."""

from anninh_core.domain.audit.heads.signing import JournalHeads
from anninh_core.domain.audit.log import AuditLog
from anninh_core.usecase.actor import Actor, system
from anninh_core.usecase.arguments import Count, Line
from anninh_core.usecase.marks import Service, workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import Download
from anninh_core.vocabulary.permissions import Permission


class JournalExport(Service):
    """Exports lines of the journal."""

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, log: AuditLog, heads: JournalHeads) -> None:
        super().__init__(runner)
        self._log = log
        self._heads = heads

    @workflow(Permission.TRAIL_READ, public=True)
    def export_journal(self, actor: Actor, *, after: Line = 0, limit: Count = 10_000) -> Download:
        """Sign a head, unless no entry was added since the last one, and return lines of the journal.

        Needs the permission on the root. The file is one for `verify_export`. The last page ends at that head or later.

        Args:
            after: number of the last line that you have already.
            limit: maximal number of lines.
        """
        # This call checks the permission, because an actor who may not read must not cause a signed head.
        self._log.head(actor)
        self._heads.sign_due_head(system("keeper"), hours=0)
        lines = self._log.export(actor, after=after, limit=limit)
        return Download(f"journal-{after + 1}.jsonl", "application/jsonl", b"".join(line + b"\n" for line in lines))
