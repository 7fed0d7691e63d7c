"""Read-only views of journal entries; hashes of bodies are left out."""

from collections.abc import Mapping
from datetime import datetime

from anninh_core.ports.storages.changes import Scalar
from anninh_core.usecase.views import view


@view
class JournalEntryView:
    """An entry of the journal.

    Attributes:
        seq: number of its line, from 1.
        actor: `person:<id>`, `resident:<pseudonym>`, `system:<name>`.
        action: action, as `subject.verb`.
        outcome: `done`, `refused` or `read`.
        events: names of the events.
        touched: `kind:id@version` of the written records; a conversation has another name in each version.
        facts: small clear facts: codes, counts, ids.
        named: `kind:id` of records that the entry concerns without changing them, with `@version` if a version was
            seen.
    """

    seq: int
    id: str
    at: datetime
    actor: str
    action: str
    unit: str
    outcome: str
    events: tuple[str, ...]
    touched: tuple[str, ...]
    facts: Mapping[str, Scalar]
    named: tuple[str, ...]
