"""When an officer last looked at a case: as the version that they saw, beside the records and without an entry."""

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
"""Cases of which an officer's last look is known: those marked least lately are forgotten, and new again."""

LOOKS = frozenset(
    {
        "tips.get",
        "tips.by_receipt",
        "inquiries.get",
        "conversations.tip_timeline",
        "conversations.inquiry_timeline",
    }
)
"""What shows a case to somebody: other acts read one only to know whether they may go on."""

_NAME = "cases"
_TRIES = 5
_PAGE = 500


@frozen
class SeenCase:
    """What of a case somebody saw: the version of its record, and the id of the newest note in its file ("" none)."""

    version: int
    note: str = ""


_MARKS = msgspec.json.Decoder(dict[str, SeenCase])  # built once: see `ports.changes`


def note_look(session: ReadSession, case: str, version: int) -> None:
    """Note that a person looks at a case, if the act shows it; of several looks at one moment one may be lost.

    What a program reads by a token in somebody's name was seen by nobody.

    Args:
        case: `kind:id` of what the actor was found to be allowed to read.
        version: of its record.
    """
    actor = session.actor
    is_persons = actor.kind is ActorKind.PERSON and actor.sign_in.method is not SignInMethod.TOKEN
    if not is_persons or session.action not in LOOKS:
        return
    newest = find_newest_notes(session.context, [case])
    seen = SeenCase(version, newest.get(case, ""))
    state = _state(session.context, actor.id)
    scope = _scope(actor.id)
    for _ in range(_TRIES):
        stored = state.get(_NAME, scope)
        marks = _MARKS.decode(stored.value) if stored.value else {}
        if marks.get(case) == seen:
            return
        kept = [(known, mark) for known, mark in marks.items() if known != case][-MAX_CASES + 1 :]
        if state.put(_NAME, msgspec.json.encode(dict([*kept, (case, seen)])), scope, stored.version):
            return


def read_marks(context: UseCaseContext, officer: str) -> Mapping[str, SeenCase]:
    """Return what an officer saw last of which case."""
    stored = _state(context, officer).get(_NAME, _scope(officer))
    return _MARKS.decode(stored.value) if stored.value else {}


def find_newest_notes(context: UseCaseContext, cases: Sequence[str]) -> Mapping[str, str]:
    """Return case -> id of the newest note in its file, without those that have none; no note is opened."""
    newest: dict[str, str] = {}
    for record in _iter_notes(context, cases):
        newest.setdefault(str(record.columns["case"]), record.id)
        if len(newest) == len(cases):
            break
    return newest


def _iter_notes(context: UseCaseContext, cases: Sequence[str]) -> Iterator[Record]:
    query = Find(kind=CASE_NOTE_SPEC.kind, order="newest", where={"case": tuple(cases)}, limit=min(_PAGE, len(cases)))
    return iter_records(context.storage.records, query) if cases else iter(())


def _state(context: UseCaseContext, officer: str) -> SealedState:
    return SealedState(context, f"read:{officer}")


def _scope(officer: str) -> str:
    return f"officer:{officer}"
