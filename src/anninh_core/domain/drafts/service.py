"""Use cases with which officers save, open and delete their drafts, and with which drafts are offered to a
successor.
"""

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from anninh_core.domain.drafts.model import Draft, DraftEntry, require_part
from anninh_core.domain.drafts.store import DraftStore
from anninh_core.domain.drafts.upkeep import Subjects, read_subject
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.refs import Ref
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.arguments import Id, OfficerId, Words
from anninh_core.usecase.marks import Service, get_use_case, query, step, workflow
from anninh_core.usecase.permissions.permits import Permits
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "drafts.list"


class Drafts(Service):
    """Use cases for drafts. They add no journal entries, since an officer who writes a draft hasn't acted yet.

    Args:
        subjects: kinds of subjects of a draft, and how they are read.
    """

    action_prefix = "drafts"

    def __init__(self, runner: UseCaseRunner, subjects: Subjects) -> None:
        super().__init__(runner)
        self._subjects = subjects
        self._store = DraftStore(runner.context)

    @workflow(Permission.UNIT_READ, public=True)
    def save(self, actor: Actor, about: Id, words: Words, *, part: str) -> DraftEntry:
        """Save a draft about something that you may read, in place of your earlier draft of the same part.

        It is encrypted in its subject's scope and purged with it, is shown to no one else, and expires seven days after
        it was last saved. An empty text deletes it. It adds no journal entry.

        Args:
            about: `kind:id` of a tip, an inquiry, an item, a post or a report.
            part: code of the text or form that is half written, such as `answer`.

        Raises:
            BadInput: a draft can't have this subject, the part isn't a code, or there are too many drafts.
            NotVisible: you may not read the subject.
        """

        def open_permitted_subject(session: ReadSession) -> tuple[str, str]:
            session.permitted_units()
            ref, model = self._open_subject(session, about)
            return str(ref), self._subjects[ref.kind].kind.scope(model)

        name = require_part(part)
        ref, scope = self.runner.run_query(actor, "drafts.save", Permission.UNIT_READ, False, open_permitted_subject)
        entry = DraftEntry(about=ref, part=name, author=actor.id, saved_at=self.context.clock.now(), slot=0)
        if not words.strip():
            self._store.remove(actor.id, [entry.key])
            return entry
        return self._store.save(actor.id, entry, nfc(words), scope)

    @query(Permission.UNIT_READ, public=True)
    def get(self, session: ReadSession, about: Id, *, part: str, author: OfficerId = "") -> Draft:
        """Return one of your own drafts, or another author's draft that a hand-over offered to you.

        Args:
            about: `kind:id` of its subject.
            part: code of the text or form that is half written.
            author: officer who wrote it; "" for yourself.

        Raises:
            NotFound: there is no such draft, or it has expired.
            NotVisible: you may not read its subject any more.
        """
        session.permitted_units()
        ref, model = self._open_subject(session, about)
        scope = self._subjects[ref.kind].kind.scope(model)
        key = (str(ref), part, author or session.actor.id)
        for entry in self._store.entries(session.actor.id):
            if entry.key == key and not entry.is_over(session.at):
                return Draft(entry=entry, words=self._store.words(session.actor.id, entry, scope))
        raise NotFound(
            "You have no draft of {part!r} about {about!r}: {see:act} lists your drafts.",
            part=part,
            about=about,
            see=_SEE,
        )

    @query(Permission.UNIT_READ, public=True)
    def list(self, session: ReadSession, *, about: Id = "") -> tuple[DraftEntry, ...]:
        """Return your drafts without their text, last saved first; with `about`, those about one subject."""
        session.permitted_units()
        owned = self._store.entries(session.actor.id)
        readable = (
            entry
            for entry in owned
            if about in ("", entry.about)
            and not entry.is_over(session.at)
            and self._find_readable_subject(session.permits, session.actor, entry.about) is not None
        )
        return tuple(sorted(readable, key=lambda entry: (entry.saved_at, entry.key), reverse=True))

    @workflow(Permission.UNIT_READ, public=True)
    def discard(self, actor: Actor, about: Id, *, part: str, author: OfficerId = "") -> bool:
        """Delete one of your own drafts, as after it was sent; return whether there was one."""

        def check_permission(session: ReadSession) -> None:
            session.permitted_units()

        self.runner.run_query(actor, "drafts.discard", Permission.UNIT_READ, False, check_permission)
        return bool(self._store.remove(actor.id, [(about, part, author or actor.id)]))

    @step(Permission.GRANT)
    def offer(self, uow: UnitOfWork, officer_id: str, successors: Mapping[str, str]) -> int:
        """Give successors copies of the drafts of an officer who leaves; return the number of copies.

        The copies aren't part of the commit: repeated, the step makes no second copy, and an unused copy expires.

        Args:
            officer_id: officer who leaves.
            successors: kind of a draft's subject -> officer id. A successor who may not read the subject gets no copy.
        """
        uow.permitted_units()
        return sum(self._offer_draft(uow, officer_id, successors, entry) for entry in self._store.entries(officer_id))

    def _offer_draft(self, uow: UnitOfWork, officer_id: str, successors: Mapping[str, str], entry: DraftEntry) -> bool:
        ref = Ref.parse(entry.about)
        successor = successors.get(ref.kind, "")
        model = self._find_readable_subject(uow.permits, person(successor), entry.about) if successor else None
        if model is None or entry.is_over(uow.at):
            return False
        scope = self._subjects[ref.kind].kind.scope(model)
        words = self._store.words(officer_id, entry, scope)
        self._store.save(successor, evolve(entry, saved_at=uow.at, warned=False), words, scope)
        return True

    def _open_subject(self, session: ReadSession, about: str) -> tuple[Ref, Any]:
        """Return the subject of a draft; if the actor may not read it, raise the error of an unknown id."""
        ref = Ref.parse(about)
        if ref.kind not in self._subjects:
            raise BadInput(
                "A draft can't be about {about!r}: write it as kind:id, with one of the kinds {allowed}.",
                about=about,
                allowed=tuple(self._subjects),
            )
        model = self._find_readable_subject(session.permits, session.actor, about)
        if model is None:
            raise self._build_not_found(session, ref)
        return ref, model

    def _build_not_found(self, session: ReadSession, ref: Ref) -> NotFound:
        """Return the error for a subject that the actor may not read: it is the same as for an unknown subject, while
        the journal gets the real reason.
        """
        hidden = read_subject(self.context, self._subjects, str(ref))
        kind = self._subjects[ref.kind].kind
        if hidden is None:
            return session.build_withheld_error(ref.kind, ref.id, "there is none", _SEE)
        return session.build_withheld_error(ref.kind, ref.id, "they may not read it", _SEE, unit=kind.unit(hidden))

    def _find_readable_subject(self, permits: Permits, actor: Actor, about: str) -> Any:
        """Return the subject of a draft, or None if it is gone or the actor may not read it at present."""
        ref = Ref.parse(about)
        access = self._subjects[ref.kind]
        model = read_subject(self.context, self._subjects, about)
        mark = get_use_case(access.read)
        if model is None or mark is None or not {*access.kind.excluded(model)}.isdisjoint(permits.list_marks(actor.id)):
            return None
        units = permits.units(actor, mark.permission, local_date(self.context.clock.now()))
        is_reached = units is None or not {*access.kind.all_units(model)}.isdisjoint(units)
        return model if is_reached else None
