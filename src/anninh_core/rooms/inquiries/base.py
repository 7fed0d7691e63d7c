"""What all parts of the room share: an inquiry is held under a permission on its unit."""

from collections.abc import Mapping

from anninh_core.kernel.errors import NotFound
from anninh_core.ports.changes import Scalar
from anninh_core.rooms.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.rooms.inquiries.model import Article, Inquiry
from anninh_core.work.look import Listing, Look
from anninh_core.work.marks import Room


class InquiryRoom(Room):
    """Base of the room's parts."""

    room = "inquiries"

    def _held(self, look: Look, inquiry_id: str) -> Inquiry:
        """Load an inquiry that the actor may hold.

        Raises:
            Refused: no permission on its unit.
            NotFound: no such inquiry; an actor without the permission anywhere is refused instead.
        """
        inquiry = look.peek(INQUIRY, inquiry_id)
        if inquiry is None:
            look.permitted_units()
            raise NotFound(f"there is no inquiry {inquiry_id!r}; the list of inquiries shows those you may see")
        look.permit(inquiry.unit)
        return inquiry

    def _article(self, look: Look, article_id: str) -> Article:
        """Load an article for an act that has checked its permission."""
        article = look.peek(ARTICLE, article_id)
        if article is None:
            raise NotFound(f"the knowledge base has no article {article_id!r}")
        return article

    def _permitted(
        self,
        look: Look,
        unit: str,
        where: Mapping[str, Scalar | tuple[Scalar, ...]],
        *,
        order: str,
        after: str = "",
        limit: int = 50,
    ) -> Listing[Inquiry]:
        """Find among the units where the actor may, in a unit's subtree if one is named.

        Records carry no unit below the counting level, so that areas are told apart after opening; a page may hold
        fewer than `limit` for it.
        """
        district = self.desk.district
        permitted = look.permitted_units()
        asked = set(district.subtree(unit)) if unit else None
        if permitted is not None:
            asked = set(permitted) if asked is None else asked & set(permitted)
        at = None if asked is None else sorted({district.counting_unit(id) for id in asked})
        page = look.find(INQUIRY, order, units=at, where=where, after=after, limit=limit)
        return Listing(tuple(one for one in page.items if asked is None or one.unit in asked), page.cursor)
