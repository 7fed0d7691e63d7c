"""Use cases that find cases with changes since an officer last viewed them."""

from collections.abc import Sequence
from typing import Any

from anninh_core.domain.conversations.cases import Cases
from anninh_core.domain.conversations.unread.marks import SeenCase, find_newest_notes, read_seen_cases
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.refs import Ref
from anninh_core.ports.storages.changes import Record
from anninh_core.usecase.arguments import InquiryId, TipId
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission

_MAX_AT_ONCE = 200


class UnreadCases(Service):
    """Compares the present state of cases with what an officer last saw of them.

    Args:
        cases: access to the kinds of cases, by their names.
    """

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, cases: Cases) -> None:
        super().__init__(runner)
        self._cases = cases

    @query(Permission.TIP_READ, public=True)
    def unread_tips(self, session: ReadSession, tips: Sequence[TipId]) -> tuple[str, ...]:
        """Return which tips changed, or have a new note, since you last viewed them.

        A view is `tips.get`, `tips.by_receipt` or `tips.timeline` by a person who is signed in; a tip that you never
        viewed is new. Tips that you may not read are left out, as are unknown ones. Neither this query nor a view's
        mark adds a journal entry.

        Args:
            tips: at most 200 ids, as a list showed them.

        Raises:
            BadInput: more than 200 ids.
        """
        return self._find_unread(session, "tip", tips)

    @query(Permission.INQUIRY_READ, public=True)
    def unread_inquiries(self, session: ReadSession, inquiries: Sequence[InquiryId]) -> tuple[str, ...]:
        """Return which inquiries have something new for you. See `tips.unread`."""
        return self._find_unread(session, "inquiry", inquiries)

    def _find_unread(self, session: ReadSession, name: str, requested: Sequence[str]) -> tuple[str, ...]:
        permitted = session.permitted_units()
        ids = tuple(dict.fromkeys(requested))
        if len(ids) > _MAX_AT_ONCE:
            raise BadInput(
                "{count} ids are too many for one call: ask for at most {most} at a time.",
                count=len(ids),
                most=_MAX_AT_ONCE,
            )
        kind: Kind[Any] = self._cases[name].kind
        records = self.context.storage.records.get_many(name, ids)
        readable: dict[str, Record] = {}
        for record, body in self.context.open_bodies(records.values(), damaged=session.note_damage):
            model = kind.decode_record(record, body)
            in_reach = permitted is None or not {*kind.all_units(model)}.isdisjoint(permitted)
            if in_reach and not session.is_barred(kind.excluded(model)):
                readable[record.id] = record
        refs = {id: str(Ref(name, id)) for id in ids if id in readable}
        marks = read_seen_cases(self.context, session.actor.id) if refs else {}
        notes = find_newest_notes(self.context, [*refs.values()])
        now = {id: SeenCase(readable[id].version, notes.get(ref, "")) for id, ref in refs.items()}
        return tuple(id for id, ref in refs.items() if marks.get(ref) != now[id])
