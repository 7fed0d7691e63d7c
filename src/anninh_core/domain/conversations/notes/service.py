"""Use cases with which officers who may read a case write and read the notes in its file."""

from typing import Any

from attrs import frozen

from anninh_core.domain.conversations.cases import Cases, check_case_permission
from anninh_core.domain.conversations.notes.model import CASE_NOTE, CaseNote
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import Cursor, InquiryId, Limit, TipId, Words
from anninh_core.usecase.case_lookups import OpensRestrictions, restrict_nothing
from anninh_core.usecase.kinds import Kind
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


@frozen
class _CaseFile:
    """A case that the actor may read: its `kind:id`, whether its text is withheld, and whether it was joined to
    another.
    """

    kind: Kind[Any]
    model: Any
    ref: str
    is_withheld: bool
    is_absorbed: bool


class CaseNotes(Service):
    """Use cases for officers' notes about a case.

    Args:
        cases: access to the kinds of cases, by their names.
        restricts: returns a function of a closed case and its reporter: whether the use of their data is restricted.
    """

    action_prefix = "conversations"

    def __init__(self, runner: UseCaseRunner, cases: Cases, restricts: OpensRestrictions = restrict_nothing) -> None:
        super().__init__(runner)
        self._cases = cases
        self._restricts = restricts

    @command(Permission.TIP_READ, public=True)
    def add_tip_note(self, uow: UnitOfWork, tip_id: TipId, words: Words) -> CaseNote:
        """Write a note into the file of a tip, for officers who may read the tip; its reporter never sees it.

        A note can't be changed or removed: correct it with another note. It is destroyed with the tip.

        Raises:
            BadInput: the note has no text.
            WrongStep: the tip was joined to another: write the note there.
            NotVisible: as `tips.get`.
        """
        return self._add_note(uow, "tip", tip_id, words)

    @command(Permission.INQUIRY_READ, public=True)
    def add_inquiry_note(self, uow: UnitOfWork, inquiry_id: InquiryId, words: Words) -> CaseNote:
        """Write a note into the file of an inquiry. See `tips.add_note`.

        Raises:
            BadInput: the note has no text.
        """
        return self._add_note(uow, "inquiry", inquiry_id, words)

    @query(Permission.TIP_READ, traced=True, aggregate_repeats=True, public=True)
    def tip_notes(
        self, session: ReadSession, tip_id: TipId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[CaseNote]:
        """Return a page of the notes in the file of a tip, newest first.

        The text is withheld if the tip is over and its reporter had the use of their data restricted.

        Raises:
            NotVisible: as `tips.get`.
        """
        return self._list_notes(session, "tip", tip_id, after, limit)

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def inquiry_notes(
        self, session: ReadSession, inquiry_id: InquiryId, *, after: Cursor = "", limit: Limit = 50
    ) -> Listing[CaseNote]:
        """Return a page of the notes in the file of an inquiry, newest first. See `tips.notes`."""
        return self._list_notes(session, "inquiry", inquiry_id, after, limit)

    @step(Permission.TIP_HANDLE)
    def move_notes(self, uow: UnitOfWork, case: str, into: str) -> int:
        """Move the notes of a case to the case that it is joined to, whose scope encrypts them from now on.

        Returns:
            The number of notes.
        """
        check_case_permission(uow, self._cases, case)
        unit = check_case_permission(uow, self._cases, into)
        notes = tuple(uow.iter_all(CASE_NOTE, "oldest", where={"case": case}))
        for note in notes:
            uow.save(CASE_NOTE, note.moved(into, unit))
        return len(notes)

    def _add_note(self, uow: UnitOfWork, kind: str, id: str, words: str) -> CaseNote:
        file = self._open_case_file(uow, kind, id)
        if not words.strip():
            raise BadInput("A note on {case} can't be empty: write its text.", case=file.ref)
        if file.is_absorbed:
            raise WrongStep(
                "{case} was joined to {into}: write the note there.",
                case=file.ref,
                into=file.kind.part_of(file.model),
            )
        # An exclusion of the officer or a join of the case that is committed meanwhile takes precedence over the note.
        uow.guard_version(file.kind, file.model)
        uow.facts["case"] = file.ref
        uow.add_event("case.noted")
        note = CaseNote(
            id=self.context.ids.new(),
            case=file.ref,
            unit=file.kind.unit(file.model),
            by=uow.actor.id,
            at=uow.at,
            words=nfc(words).strip(),
        )
        return uow.save(CASE_NOTE, note)

    def _list_notes(self, session: ReadSession, kind: str, id: str, after: str, limit: int) -> Listing[CaseNote]:
        file = self._open_case_file(session, kind, id)
        page = session.find(CASE_NOTE, "newest", where={"case": file.ref}, after=after, limit=limit)
        return Listing(tuple(note.withheld() if file.is_withheld else note for note in page.items), page.cursor)

    def _open_case_file(self, session: ReadSession, kind: str, id: str) -> _CaseFile:
        session.permitted_units()
        access = self._cases[kind]
        model: Any = session.include(access.read, id)
        ref = str(Ref(kind, model.id))
        session.unit = access.kind.unit(model)
        is_withheld = access.is_over(model) and self._restricts(session)(ref, access.kind.resident(model))
        return _CaseFile(access.kind, model, ref, is_withheld, access.is_absorbed(model))
