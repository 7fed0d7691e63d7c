"""What all parts of the room share: an inquiry is held under a permission on its unit."""

from anninh_core.kernel.errors import NotFound
from anninh_core.rooms.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.rooms.inquiries.model import Article, Inquiry
from anninh_core.work.look import Look
from anninh_core.work.marks import Room


class InquiryRoom(Room):
    """Base of the room's parts."""

    room = "inquiries"

    def _held(self, look: Look, inquiry_id: str) -> Inquiry:
        return look.held(INQUIRY, inquiry_id, "the list of inquiries shows those you may see")

    def _article(self, look: Look, article_id: str) -> Article:
        """Load an article for an act that has checked its permission."""
        article = look.peek(ARTICLE, article_id)
        if article is None:
            raise NotFound(f"the knowledge base has no article {article_id!r}")
        return article
