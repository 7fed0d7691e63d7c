"""Use cases with which editors write, correct and submit items of content."""

from collections.abc import Collection, Sequence

from attrs import evolve

from anninh_core.domain.content.kind import ITEM
from anninh_core.domain.content.loading import load_item, load_item_for_step
from anninh_core.domain.content.model import Item
from anninh_core.domain.content.rules import check_content
from anninh_core.domain.content.values import ItemContent, ItemState, ItemVersion
from anninh_core.kernel.errors import BadInput, Refused
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import ItemId, OneLine, OwnUnitId
from anninh_core.usecase.files.clean_copies import clean_attachments, store_clean
from anninh_core.usecase.marks import Service, command, step
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Attachment
from anninh_core.vocabulary.opinions import Finding
from anninh_core.vocabulary.permissions import Permission

_KINDS = ("image", "video", "audio", "file")


class ItemEditing(Service):
    """Use cases with which editors write, correct and submit items."""

    action_prefix = "content"

    @command(Permission.CONTENT_EDIT, public=True)
    def attach(
        self, uow: UnitOfWork, unit: OwnUnitId, data: bytes, *, kind: str = "image", name: OneLine = ""
    ) -> Attachment:
        """Clean a file and store the cleaned copy for an item of a unit; the original file isn't kept.

        Args:
            unit: unit that the item belongs to.
            data: content of the file before cleaning.
            kind: image, video, audio or file.
            name: file name or title, which readers may see.

        Raises:
            BadInput: the kind doesn't exist, or the file can't be cleaned or is refused; the error names the reason.
        """
        uow.permit(unit)
        if kind not in _KINDS:
            raise BadInput(
                "A file can't be attached as {kind!r}: choose one of {allowed}.", allowed=tuple(_KINDS), kind=kind
            )
        uow.add_event("item.file_cleaned")
        return store_clean(self.runner, data, kind, nfc(name))

    @command(Permission.CONTENT_EDIT, public=True, daily=True)
    def write(self, uow: UnitOfWork, unit: OwnUnitId, piece: ItemContent) -> Item:
        """Begin an item of a unit.

        Raises:
            TooLarge: a title over 200 or a body over 20,000 characters.
            BadInput: an unknown category, units outside the one that publishes it or within each other, a decision's
                number or date that can't be right, a wrong `replaces`, or a file that isn't stored or can't be cleaned.
            NotFound: the unit or a unit of the audience doesn't exist.
        """
        uow.permit(unit)
        return self._create_item(uow, unit, piece, replaces="")

    @command(Permission.CONTENT_EDIT, public=True, daily=True)
    def edit(self, uow: UnitOfWork, item_id: ItemId, piece: ItemContent) -> Item:
        """Change the content of an unpublished item. It becomes a draft again; answers and approval are void.

        Raises:
            WrongStep: its state doesn't allow it.
            TooLarge: a title over 200 or a body over 20,000 characters.
            BadInput: an unknown category, units outside the one that publishes it or within each other, a decision's
                number or date that can't be right, a wrong `replaces`, or a file that isn't stored or can't be cleaned.
            NotFound: a unit of the audience doesn't exist.
        """
        item = load_item_for_step(uow, "edit", item_id)
        attachments = item.piece.attachments
        edited = item.edited(
            self._build_version(uow, item.unit, piece, replaces=item.piece.replaces, cleaned_before=attachments)
        )
        uow.add_event("item.edited")
        return uow.save(ITEM, edited)

    @command(Permission.CONTENT_EDIT, public=True)
    def correct(self, uow: UnitOfWork, item_id: ItemId, piece: ItemContent) -> Item:
        """Begin a correction of a published item (P-II.4). Once published, it goes to all groups with the original.

        Raises:
            WrongStep: the item was never published, or was corrected before.
            TooLarge: a title over 200 or a body over 20,000 characters.
            BadInput: an unknown category, units outside the one that publishes it or within each other, a decision's
                number or date that can't be right, a wrong `replaces`, or a file that isn't stored or can't be cleaned.
            NotFound: a unit of the audience doesn't exist.
        """
        original = load_item_for_step(uow, "correct", item_id)
        return self._create_item(uow, original.unit, piece, replaces=original.id)

    @step(Permission.CONTENT_EDIT)
    def submit(self, uow: UnitOfWork, item_id: str) -> Item:
        """Submit an item for review.

        Raises:
            BadInput: no title, neither a body nor an attachment, no source, no audience, a wanted or search notice
                without its decision, or a family's search without a check of its requester.
        """
        item = load_item_for_step(uow, "submit", item_id).moved(ItemState.SUBMITTED)
        uow.add_event("item.submitted")
        return uow.save(ITEM, item)

    @step(Permission.CONTENT_EDIT)
    def record_findings(self, uow: UnitOfWork, item_id: str, findings: Sequence[Finding]) -> Item:
        """Store the findings of the checks on an item's current version; without this step, nothing can be approved.

        Raises:
            Refused: the actor is a person; only the checks record findings.
        """
        if uow.actor.kind is not ActorKind.SYSTEM:
            raise Refused(
                "Only the checks record findings on item {item}, not {actor}: submit the item to have it checked.",
                actor=uow.actor.label,
                item=item_id,
            )
        item = load_item(uow, item_id).noticed(findings)
        uow.facts["findings"] = len(item.remarks)
        uow.add_event("item.checked")
        return uow.save(ITEM, item)

    def _create_item(self, uow: UnitOfWork, unit: str, piece: ItemContent, *, replaces: str) -> Item:
        version = self._build_version(uow, unit, piece, replaces=replaces)
        uow.add_event("item.written")
        return uow.save(ITEM, Item(id=self.context.ids.new(), unit=unit, versions=(version,)))

    def _build_version(
        self,
        uow: UnitOfWork,
        unit: str,
        piece: ItemContent,
        *,
        replaces: str,
        cleaned_before: Collection[Attachment] = (),
    ) -> ItemVersion:
        if piece.replaces != replaces:
            raise BadInput(
                "`replaces` must be {original!r} for this item, not {replaced!r}: begin a correction with "
                "{act:content.correct}, and give the original's id in `replaces`.",
                original=replaces,
                replaced=piece.replaces,
            )
        check_content(self.context.district, unit, piece, uow.today)
        cleaned = clean_attachments(self.runner, piece.attachments, cleaned_before)
        return ItemVersion(piece=evolve(piece, attachments=cleaned), by=uow.actor.id, at=uow.at)
