"""The history of a disclosure, read from the audit log."""

from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Entry
from anninh_core.ports.storages.storage import Journal
from anninh_core.usecase.journal.entries import NumberedEntry, iter_about


def read_disclosure_history(journal: Journal, disclosure: Disclosure) -> tuple[NumberedEntry, ...]:
    """Return the log entries about a disclosure, oldest first: request, decision, access, lapse, and refusals.

    Queries of the list of disclosures and of this history are left out.
    """
    entries = iter_about(journal, str(Ref(DISCLOSURE.name, disclosure.id)), after=disclosure.asked_seq)
    return tuple(numbered for numbered in entries if _is_act_on_disclosure(numbered.entry, disclosure.id))


def _is_act_on_disclosure(entry: Entry, disclosure_id: str) -> bool:
    """Return whether a log entry is an act on the disclosure; earlier versions logged accesses as queries that name
    it.
    """
    touched = any(ref.kind == DISCLOSURE.name and ref.id == disclosure_id for ref in entry.touched)
    return touched or entry.outcome == "refused" or entry.facts.get("disclosure") == disclosure_id
