"""Marks of the version of each case that an officer last viewed, stored apart from the records and without a journal
entry.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec
from attrs import frozen

from anninh_core.domain.index_specs import CASE_NOTE_SPEC
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.ports.storages.changes import Record
from anninh_core.ports.storages.query import iter_records
from anninh_core.ports.storages.storage import Find
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.named_values.sealed_state import SealedState
from anninh_core.usecase.read_session import ReadSession

MAX_CASES = 1000
"""Maximum number of cases for which an officer's last view is stored: the least recently marked are forgotten, and
count as new again.
"""

LOOKS = frozenset(
    {
        "tips.get",
        "tips.by_receipt",
        "inquiries.get",
        "conversations.tip_timeline",
        "conversations.inquiry_timeline",
    }
)
"""Actions that show a case to a person who asked for it; other actions read a case only to check whether they may
proceed.
"""

_NAME = "cases"
_TRIES = 5
_PAGE = 500


@frozen
class SeenCase:
    """The state of a case that an officer last viewed: the version of its record, and the id of the newest note in its
    file, "" for none.
    """

    version: int
    note: str = ""


# The decoder is built only once, since msgspec 0.22 crashes if threads first inspect a class at the same time.
_MARKS = msgspec.json.Decoder(dict[str, SeenCase])


def record_case_view(session: ReadSession, case: str, version: int) -> None:
    """Record that a person views a case, if the action shows it; of several views at one moment, one may be lost.

    A program that reads with an API token doesn't count as a view by its officer.

    Args:
        case: `kind:id` of a case that the actor may read.
        version: version of its record.
    """
    actor = session.actor
    is_persons = actor.kind is ActorKind.PERSON and actor.sign_in.method is not SignInMethod.TOKEN
    if not is_persons or session.action not in LOOKS:
        return
    newest = find_newest_notes(session.context, [case])
    seen = SeenCase(version, newest.get(case, ""))
    state = _open_state(session.context, actor.id)
    scope = _build_scope(actor.id)
    for _ in range(_TRIES):
        stored = state.get(_NAME, scope)
        marks = _MARKS.decode(stored.value) if stored.value else {}
        if marks.get(case) == seen:
            return
        kept = [(other_case, mark) for other_case, mark in marks.items() if other_case != case][-MAX_CASES + 1 :]
        if state.put(_NAME, msgspec.json.encode(dict([*kept, (case, seen)])), scope, stored.version):
            return


def read_seen_cases(context: UseCaseContext, officer: str) -> Mapping[str, SeenCase]:
    """Return what an officer last saw of each case."""
    stored = _open_state(context, officer).get(_NAME, _build_scope(officer))
    return _MARKS.decode(stored.value) if stored.value else {}


def find_newest_notes(context: UseCaseContext, cases: Sequence[str]) -> Mapping[str, str]:
    """Return case -> id of the newest note in its file, without cases that have no notes; no note is opened."""
    newest: dict[str, str] = {}
    for record in _iter_notes(context, cases):
        newest.setdefault(str(record.columns["case"]), record.id)
        if len(newest) == len(cases):
            break
    return newest


def _iter_notes(context: UseCaseContext, cases: Sequence[str]) -> Iterator[Record]:
    query = Find(kind=CASE_NOTE_SPEC.kind, order="newest", where={"case": tuple(cases)}, limit=min(_PAGE, len(cases)))
    return iter_records(context.storage.records, query) if cases else iter(())


def _open_state(context: UseCaseContext, officer: str) -> SealedState:
    return SealedState(context, f"read:{officer}")


def _build_scope(officer: str) -> str:
    return f"officer:{officer}"
