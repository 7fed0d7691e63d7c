"""Found pieces: taken in by the worker, listed for editors, taken up as drafts or passed over."""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.domain.content.collected.cleaning import draft_words
from anninh_core.domain.content.collected.model import FOUND_PIECE, FOUND_STEPS, FoundPiece, FoundState
from anninh_core.domain.content.editing import ItemEditing
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.values import ItemContent
from anninh_core.kernel.errors import Refused
from anninh_core.kernel.text import nfc
from anninh_core.ports.collector import CollectedPiece
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import Cursor, Limit, OutgoingCategory, OwnUnitId, PieceId, Reason, WithinUnit
from anninh_core.usecase.marks import Service, command, query, step
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "content.collected.list"
_ID_DIGITS = 32


class FoundPieces(Service):
    """What collectors found. Nothing of it becomes an item, and nothing goes to a group, without an editor.

    Args:
        editing: makes items.
    """

    action_prefix = "content"

    def __init__(self, runner: UseCaseRunner, editing: ItemEditing) -> None:
        super().__init__(runner)
        self._editing = editing

    @step(Permission.CONTENT_EDIT)
    def take_in(
        self, uow: UnitOfWork, unit: str, collector: str, source_name: str, pieces: Sequence[CollectedPiece]
    ) -> int:
        """Keep what a collector found and isn't known yet; return how much that was.

        What was found before stays as it is, also if its time was over and nobody can read it any more.

        Args:
            unit: whose editors see it.
            collector: its name in the settings.
            source_name: whose information it is.
            pieces: as `clean_piece` returns them.

        Raises:
            Refused: a person says so; what stands at a source is told by what reads it.
        """
        if uow.actor.kind is not ActorKind.SYSTEM:
            raise Refused(
                "Only a collector records what it found, not {actor}: write an item that names its source.",
                actor=uow.actor.label,
            )
        uow.permit(unit)
        by_id = {self._id_of(collector, piece): piece for piece in pieces}
        known = self.context.storage.records.get_many(FOUND_PIECE.name, list(by_id))
        new = {id: piece for id, piece in by_id.items() if id not in known}
        for id, piece in new.items():
            uow.save(
                FOUND_PIECE, _build_piece(id, piece, unit=unit, collector=collector, source_name=source_name, at=uow.at)
            )
        if new:
            uow.facts["pieces"] = len(new)
            uow.add_event("found_piece.found")
        return len(new)

    def _id_of(self, collector: str, piece: CollectedPiece) -> str:
        """Return the id under which a piece is found again: a keyed hash, which tells nobody what was read."""
        return self.context.keys.blind(FOUND_PIECE.name, f"{collector}\n{piece.id}")[:_ID_DIGITS]

    @command(Permission.CONTENT_EDIT, public=True, daily=True)
    def take_up(self, uow: UnitOfWork, piece_id: PieceId, category: OutgoingCategory, *, unit: OwnUnitId = "") -> Item:
        """Make a draft of something found; it is edited, reviewed and published as any other.

        The draft names the source and where it stands. Of words whose licence the source doesn't tell it has an
        excerpt only: what is others' is summarised and linked, not copied.

        Args:
            piece_id: what was found.
            category: the draft's, one of the profile's outgoing categories.
            unit: whose item it is; that of the piece where none is named. Whom it is for, its author chooses.

        Raises:
            WrongStep: it was taken up before.
            BadInput: no such category.
            NotFound: there is no such unit.
        """
        piece = _load_for(uow, "take_up", piece_id)
        owner = unit or piece.unit
        content = ItemContent(
            title=piece.title,
            body=draft_words(piece.words, piece.licence),
            category=category,
            units=(),
            source_name=piece.source_name,
            source_url=piece.address,
        )
        item = uow.include(self._editing.write, owner, content)
        uow.add_event("found_piece.taken_up")
        uow.save(FOUND_PIECE, piece.decided(FoundState.TAKEN_UP, uow.actor.id, uow.at, item=item.id))
        return item

    @command(Permission.CONTENT_EDIT, public=True)
    def pass_over(self, uow: UnitOfWork, piece_id: PieceId, reason: Reason = "") -> FoundPiece:
        """Leave something found aside. It can still be taken up until its time is over.

        Raises:
            WrongStep: it was taken up or passed over before.
        """
        piece = _load_for(uow, "pass_over", piece_id)
        uow.add_event("found_piece.passed_over")
        return uow.save(
            FOUND_PIECE, piece.decided(FoundState.PASSED_OVER, uow.actor.id, uow.at, reason=nfc(reason).strip())
        )

    @query(Permission.CONTENT_READ, traced=True, folds=True, public=True)
    def found_piece(self, session: ReadSession, piece_id: PieceId) -> FoundPiece:
        """Return something found, with its words."""
        return session.get_permitted(FOUND_PIECE, piece_id, _SEE)

    @query(Permission.CONTENT_READ, traced=True, folds=True, public=True)
    def found(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: FoundState | str | None = None,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[FoundPiece]:
        """Return a page of what collectors found, of a unit and below, the latest first.

        Args:
            state: in this one only.
        """
        where = {"state": state} if state else {}
        return session.list_permitted(FOUND_PIECE, "newest", unit, where=where, after=after, limit=limit)


def _build_piece(
    id: str, piece: CollectedPiece, *, unit: str, collector: str, source_name: str, at: datetime
) -> FoundPiece:
    return FoundPiece(
        id=id,
        unit=unit,
        collector=collector,
        source_name=source_name,
        title=piece.title,
        words=piece.words,
        address=piece.address,
        published=piece.published,
        author=piece.author,
        licence=piece.licence,
        found_at=at,
    )


def _load_for(uow: UnitOfWork, step: str, piece_id: str) -> FoundPiece:
    piece = uow.get_permitted(FOUND_PIECE, piece_id, _SEE)
    FOUND_STEPS.require(step, piece, uow)
    return piece
