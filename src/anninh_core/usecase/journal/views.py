"""What of the journal may leave: entries without the hashes of bodies."""

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
        action: what was done, as `subject.verb`.
        outcome: `done`, `refused` or `read`.
        events: names of what happened.
        touched: `kind:id@version` of what was written; a conversation has another name in each version.
        facts: small clear facts: codes, counts, ids.
        named: `kind:id` of what it is about without changing it, with `@version` where one was seen.
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
