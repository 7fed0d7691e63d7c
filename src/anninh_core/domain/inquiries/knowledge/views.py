"""What of the knowledge base may leave: articles are public, and what residents asked is in no list of them."""

from datetime import date

from anninh_core.domain.inquiries.views import InquiryView
from anninh_core.usecase.views import view


@view
class LegalSourceView:
    """A rule that an article rests on; "" and None for what whoever wrote it down didn't say."""

    name: str
    number: str
    issued_on: date | None
    url: str


@view
class EditionView:
    """One version of an article's text. Other fields are as in `Edition`.

    Attributes:
        number: from 1.
        source: the rules or page it rests on, in words; `rules` each by itself.
        since: the day from which it is used; `until` the last on which it holds, None where no end is known.
        confidence: high, medium or low; "" where nobody said.
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
        edition: number of the newest edition; `since` and `until` when that holds, `checked_on` when it was checked.
        checked_on: when somebody last found it to be right; None for never.
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
    """An article that is opened alone, with all its editions, oldest first."""

    editions: tuple[EditionView, ...]


@view
class StaleArticleView:
    """An article that needs a look, and why: `run_out`, `never_checked` or `checked_long_ago`."""

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
    """Questions that resemble each other and that no article fits, newest first, with their words.

    Fields are as in `ProposedArticle`.
    """

    questions: tuple[InquiryView, ...]
    words: tuple[str, ...]
    answers: tuple[str, ...]
