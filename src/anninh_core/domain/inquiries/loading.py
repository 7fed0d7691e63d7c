"""Loading inquiries and articles under a permission."""

from collections.abc import Callable

from anninh_core.domain.inquiries.kind import ARTICLE, INQUIRY
from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.steps import INQUIRY_STEPS
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.read_session import ReadSession

NotesLook = Callable[[ReadSession, str, int], None]
"""Notes that the actor looks at a case (`kind:id`) in a version."""


def note_nothing(_session: ReadSession, _case: str, _version: int) -> None:
    """Note no look."""


def get_permitted_inquiry(session: ReadSession, inquiry_id: str) -> Inquiry:
    """Return an inquiry on whose unit the actor has the marked permission; see `ReadSession.held`."""
    return session.get_permitted(INQUIRY, inquiry_id, "the list of inquiries shows those you may see")


def get_inquiry_for(session: ReadSession, step: str, inquiry_id: str) -> Inquiry:
    """Return an inquiry with which the actor can do a step of `INQUIRY_STEPS`.

    Raises:
        Refused, WrongStep, BadInput: what the step takes for granted doesn't hold; and as `get_permitted_inquiry`.
    """
    inquiry = get_permitted_inquiry(session, inquiry_id)
    INQUIRY_STEPS.require(step, inquiry, session)
    return inquiry


def get_article(session: ReadSession, article_id: str) -> Article:
    """Return an article for an act that has checked its permission; `NotFound` for one that isn't there."""
    article = session.get(ARTICLE, article_id)
    if article is None:
        raise NotFound(f"the knowledge base has no article {article_id!r}", kind="article", id=article_id)
    return article
