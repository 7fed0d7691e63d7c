"""Use cases with which the worker stores found pieces, and editors list them, take them up as drafts, or pass them
over.
"""

from collections.abc import Sequence
from datetime import datetime

from anninh_core.domain.content.collected.cleaning import make_draft_text
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
    """Use cases of found pieces. Without an editor, no piece becomes an item or goes to a group.

    Args:
        editing: service that creates the items.
    """

    action_prefix = "content"

    def __init__(self, runner: UseCaseRunner, editing: ItemEditing) -> None:
        super().__init__(runner)
        self._editing = editing

    @step(Permission.CONTENT_EDIT)
    def take_in(
        self, uow: UnitOfWork, unit: str, collector: str, source_name: str, pieces: Sequence[CollectedPiece]
    ) -> int:
        """Store the pieces that aren't stored yet; return their number.

        Pieces stored before stay unchanged, even if their retention period is over and their content is purged.

        Args:
            unit: unit that sees them, and its editors.
            collector: the collector's name in the settings.
            source_name: publisher of the information.
            pieces: as `clean_piece` returns them.

        Raises:
            Refused: the actor is a person; only collectors record found pieces.
        """
        if uow.actor.kind is not ActorKind.SYSTEM:
            raise Refused(
                "Only a collector records what it found, not {actor}: write an item that names its source.",
                actor=uow.actor.label,
            )
        uow.permit(unit)
        by_id = {self._make_piece_id(collector, piece): piece for piece in pieces}
        existing = self.context.storage.records.get_many(FOUND_PIECE.name, list(by_id))
        new_pieces = {id: piece for id, piece in by_id.items() if id not in existing}
        for id, piece in new_pieces.items():
            uow.save(
                FOUND_PIECE, _build_piece(id, piece, unit=unit, collector=collector, source_name=source_name, at=uow.at)
            )
        if new_pieces:
            uow.facts["pieces"] = len(new_pieces)
            uow.add_event("found_piece.found")
        return len(new_pieces)

    def _make_piece_id(self, collector: str, piece: CollectedPiece) -> str:
        """Return the id of a collected piece: a keyed hash, which doesn't reveal what the authority reads."""
        return self.context.keys.blind(FOUND_PIECE.name, f"{collector}\n{piece.id}")[:_ID_DIGITS]

    @command(Permission.CONTENT_EDIT, public=True, daily=True)
    def take_up(self, uow: UnitOfWork, piece_id: PieceId, category: OutgoingCategory, *, unit: OwnUnitId = "") -> Item:
        """Make a draft of a found piece; it is edited, reviewed and published as any other item.

        The draft names the source and its address. If the source names no licence, the draft has only an excerpt:
        others' texts are summarised and linked, not copied.

        Args:
            piece_id: the found piece.
            category: category of the draft, one of the profile's outgoing categories.
            unit: unit that the draft belongs to; the piece's unit by default. The author chooses the audience later.

        Raises:
            WrongStep: it was taken up before.
            BadInput: the category doesn't exist.
            NotFound: the unit doesn't exist.
        """
        piece = _load_piece_for_step(uow, "take_up", piece_id)
        owner = unit or piece.unit
        content = ItemContent(
            title=piece.title,
            body=make_draft_text(piece.words, piece.licence),
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
        """Pass over a found piece. It can still be taken up until its retention period is over.

        Raises:
            WrongStep: it was taken up or passed over before.
        """
        piece = _load_piece_for_step(uow, "pass_over", piece_id)
        uow.add_event("found_piece.passed_over")
        return uow.save(
            FOUND_PIECE, piece.decided(FoundState.PASSED_OVER, uow.actor.id, uow.at, reason=nfc(reason).strip())
        )

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def found_piece(self, session: ReadSession, piece_id: PieceId) -> FoundPiece:
        """Return a found piece with its text."""
        return session.get_permitted(FOUND_PIECE, piece_id, _SEE)

    @query(Permission.CONTENT_READ, traced=True, aggregate_repeats=True, public=True)
    def found(
        self,
        session: ReadSession,
        *,
        unit: WithinUnit = "",
        state: FoundState | str | None = None,
        after: Cursor = "",
        limit: Limit = 50,
    ) -> Listing[FoundPiece]:
        """Return a page of the pieces found for a unit and the units below it, newest first.

        Args:
            state: only pieces in this state.
        """
        conditions = {"state": state} if state else {}
        return session.list_permitted(FOUND_PIECE, "newest", unit, where=conditions, after=after, limit=limit)


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


def _load_piece_for_step(uow: UnitOfWork, step: str, piece_id: str) -> FoundPiece:
    piece = uow.get_permitted(FOUND_PIECE, piece_id, _SEE)
    FOUND_STEPS.require(step, piece, uow)
    return piece
