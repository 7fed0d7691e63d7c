"""Read-only views of the knowledge base: articles are public; residents' questions appear only in proposals."""

from datetime import date

from anninh_core.domain.inquiries.views import InquiryView
from anninh_core.usecase.views import view


@view
class LegalSourceView:
    """A legal rule that an article is based on; "" and None for unrecorded data."""

    name: str
    number: str
    issued_on: date | None
    url: str


@view
class EditionView:
    """A version of an article's text. Other fields are as in `Edition`.

    Attributes:
        number: from 1.
        source: the rules or page that it is based on, in words; `rules` has them individually.
        since: first day of its use; `until` is the last day on which it is valid, None if no end is known.
        confidence: high, medium or low; "" if not recorded.
    """

    number: int
    text: str
    source: str
    since: date
    until: date | None
    by: str
    rules: tuple[LegalSourceView, ...]
    checked_on: date | None
    confidence: str


@view(listed=("id", "title", "category", "since", "until"))
class ArticleRow:
    """An article in a list, without its text. Other fields are as in `Article`.

    Attributes:
        edition: number of the newest edition; `since`, `until` and `checked_on` are of that edition.
        checked_on: day of the last check that confirmed it; None for never.
    """

    id: str
    version: int
    unit: str
    title: str
    phrases: tuple[str, ...]
    category: str
    area: str
    key: str
    retired_on: date | None
    edition: int
    since: date
    until: date | None
    checked_on: date | None


@view
class ArticleView(ArticleRow):
    """A single article with all its editions, oldest first."""

    editions: tuple[EditionView, ...]


@view
class StaleArticleView:
    """An article that needs a check, and why: `run_out`, `never_checked` or `checked_long_ago`."""

    article: ArticleRow
    why: str


@view(listed=("article.id", "article.title", "fit", "passage"))
class ArticleSuggestionView:
    """An article that may answer a question; an officer decides. Fields are as in `Suggestion`."""

    article: ArticleRow
    fit: float
    passage: str
    matched: tuple[str, ...]


@view
class ProposedArticleView:
    """Similar questions that no article answers, newest first, with their common words.

    Fields are as in `ProposedArticle`.
    """

    questions: tuple[InquiryView, ...]
    words: tuple[str, ...]
    answers: tuple[str, ...]
