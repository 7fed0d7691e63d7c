"""Loading inquiries and articles under a permission."""

from anninh_core.kernel.errors import NotFound
from anninh_core.rooms.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.rooms.inquiries.model import Article, Inquiry
from anninh_core.work.read_session import ReadSession


def get_permitted_inquiry(look: ReadSession, inquiry_id: str) -> Inquiry:
    """Return an inquiry on whose unit the actor has the marked permission; see `ReadSession.held`."""
    return look.held(INQUIRY, inquiry_id, "the list of inquiries shows those you may see")


def get_article(look: ReadSession, article_id: str) -> Article:
    """Return an article for an act that has checked its permission; `NotFound` for one that isn't there."""
    article = look.peek(ARTICLE, article_id)
    if article is None:
        raise NotFound(f"the knowledge base has no article {article_id!r}")
    return article
