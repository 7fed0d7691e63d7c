"""What happened to a disclosure, as the journal has it."""

from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.entries import NumberedEntry, iter_about


def read_history(journal: Journal, disclosure: Disclosure) -> tuple[NumberedEntry, ...]:
    """Return the acts on a disclosure, oldest first: request, decision, look, lapse, and whoever was refused one.

    Looks at the list of disclosures, and at this history, are no part of it.
    """
    entries = iter_about(journal, str(Ref(DISCLOSURE.name, disclosure.id)), after=disclosure.asked_seq)
    return tuple(numbered for numbered in entries if _belongs(numbered.entry, disclosure.id))


def _belongs(entry: Entry, disclosure_id: str) -> bool:
    """Tell whether an entry is an act on a disclosure; looks of earlier versions were queries that name it."""
    touched = any(one.kind == DISCLOSURE.name and one.id == disclosure_id for one in entry.touched)
    return touched or entry.outcome == "refused" or entry.facts.get("disclosure") == disclosure_id
