from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.knowledge.kind import ARTICLE
from anninh_core.kernel.errors import NotFound
from anninh_core.usecase.read_session import ReadSession


def get_article(session: ReadSession, article_id: str) -> Article:
    """Return an article for a use case that has checked its permission; raise `NotFound` if it doesn't exist."""
    article = session.get(ARTICLE, article_id)
    if article is None:
        raise NotFound(
            "The knowledge base has no article {article!r}: {act:inquiries.articles.list} lists the articles in use.",
            kind="article",
            id=article_id,
            article=article_id,
        )
    return article
