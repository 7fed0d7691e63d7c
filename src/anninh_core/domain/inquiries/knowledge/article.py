"""An article of the knowledge base: what a question is answered from, in dated editions that name their sources."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from attrs import evolve, frozen

from anninh_core.domain.inquiries.knowledge.views import (
    ArticleRow,
    ArticleView,
    EditionView,
    LegalSourceView,
    StaleArticleView,
)
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.arguments import LongText, OneLine, Words
from anninh_core.usecase.views import make_view, view

CONFIDENCES = ("high", "medium", "low")
"""How sure whoever wrote an edition was that it says what the law says."""


@frozen(kw_only=True)
class LegalSource:
    """A rule that an article rests on.

    Attributes:
        number: its official number, such as `68/2020/QH14`; "" for what has none.
        issued_on: the day on which it was passed or signed.
        url: where it stands, "" where whoever wrote it down didn't say.
    """

    name: str
    number: str = ""
    issued_on: date | None = None
    url: str = ""

    def in_words(self) -> str:
        """Return name and number as residents read them."""
        return f"{self.name} {self.number}".strip()

    def to_view(self) -> LegalSourceView:
        """Return what may leave."""
        return make_view(LegalSourceView, self)


@frozen(kw_only=True)
class Edition:
    """One version of an article's text.

    Attributes:
        source: the rules or page it rests on, in words; residents read it.
        since: the day from which it is used.
        by: officer who wrote it down.
        until: last day on which it holds; None where no end is known.
        rules: the rules it rests on, each by itself.
        checked_on: day on which somebody last compared it with the rules in force; None for never.
        confidence: one of `CONFIDENCES`, "" where nobody said.
    """

    number: int
    text: LongText
    source: Words
    since: date
    by: str
    until: date | None = None
    rules: tuple[LegalSource, ...] = ()
    checked_on: date | None = None
    confidence: str = ""

    def __attrs_post_init__(self) -> None:
        for what, value in (("text", self.text), ("source", self.source)):
            if not value.strip():
                raise BadInput("Field {field!r} of the article is empty: fill it in.", field=what)
        if self.confidence and self.confidence not in CONFIDENCES:
            raise BadInput(
                "{confidence!r} isn't a confidence: choose one of {allowed}, or leave it out.",
                confidence=self.confidence,
                allowed=tuple(CONFIDENCES),
            )
        if self.until is not None and self.until < self.since:
            raise BadInput(
                "A period can't run from {since} to {until}: swap the two days.",
                since=self.since,
                until=self.until,
            )

    def to_view(self) -> EditionView:
        """Return what may leave."""
        return make_view(EditionView, self)

    def holds_on(self, day: date) -> bool:
        """Tell whether it has begun by a day and hasn't ended before it."""
        return self.since <= day and (self.until is None or day <= self.until)

    def says_the_same(self, other: "Edition") -> bool:
        """Tell whether another edition differs in number, writer and day of checking at most."""
        return evolve(other, number=self.number, by=self.by, checked_on=self.checked_on) == self


@frozen(kw_only=True)
class Article:
    """Something the knowledge base can answer.

    Attributes:
        unit: who looks after it.
        phrases: how residents ask for it.
        editions: oldest first.
        retired_on: the day on which it was taken out of use.
        key: by which a file names it, so that it is imported once and revised then; "" for one written here.
        category: what it belongs to, a word of whoever wrote it.
        area: unit in which it holds, with all below it; "" for everywhere.
    """

    id: str
    unit: str
    title: str
    phrases: tuple[str, ...]
    editions: tuple[Edition, ...]
    retired_on: date | None = None
    key: str = ""
    category: str = ""
    area: str = ""
    version: int = 0

    def __attrs_post_init__(self) -> None:
        for before, after in pairwise(self.editions):
            if after.since < before.since:
                raise BadInput(
                    "An edition from {since} can't follow the one from {previous}: choose {previous} or a later day.",
                    since=after.since,
                    previous=before.since,
                )

    def to_row(self) -> ArticleRow:
        """Return what may leave in a list."""
        return make_view(ArticleRow, self, **_newest_facts(self.editions[-1]))

    def to_view(self) -> ArticleView:
        """Return what may leave of one that is opened alone."""
        return make_view(ArticleView, self, **_newest_facts(self.editions[-1]))

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in use on a day; None before the first one, once the last has run out, or when retired."""
        if self.retired_on is not None and day >= self.retired_on:
            return None
        newest = next((edition for edition in reversed(self.editions) if edition.since <= day), None)
        return newest if newest is not None and newest.holds_on(day) else None

    def revised(self, edition: Edition) -> "Article":
        """Return the article with a new edition, whose number follows from those it has."""
        if self.retired_on is not None:
            raise WrongStep(
                "Article {title!r} was retired on {day}: write a new one with {act:inquiries.articles.write}.",
                title=self.title,
                day=self.retired_on,
            )
        return evolve(self, editions=(*self.editions, evolve(edition, number=self.editions[-1].number + 1)))

    def checked(self, day: date) -> "Article":
        """Return the article whose newest edition was compared with the rules in force, and found right."""
        return evolve(self, editions=(*self.editions[:-1], evolve(self.editions[-1], checked_on=day)))

    def retired(self, day: date) -> "Article":
        """Return the article out of use from a day on."""
        if self.retired_on is not None:
            raise WrongStep("Article {title!r} was retired already, on {day}.", title=self.title, day=self.retired_on)
        return evolve(self, retired_on=day)

    def stale_since(self, day: date, days: int) -> str:
        """Return why an article needs a look on a day: `never_checked`, `checked_long_ago`, `run_out`; "" for no need.

        Args:
            day: today.
            days: for how long a check is good.
        """
        newest = self.editions[-1]
        if newest.until is not None and newest.until < day:
            return "run_out"
        if newest.checked_on is None:
            return "never_checked"
        return "checked_long_ago" if (day - newest.checked_on).days > days else ""


def _newest_facts(edition: Edition) -> dict[str, object]:
    return {
        "edition": edition.number,
        "since": edition.since,
        "until": edition.until,
        "checked_on": edition.checked_on,
    }


@frozen(kw_only=True)
class StaleArticle:
    """An article that needs a look, and why: `run_out`, `never_checked` or `checked_long_ago`.

    Attributes:
        why: `run_out`, `never_checked` or `checked_long_ago`.
    """

    article: Article
    why: str

    def to_view(self) -> StaleArticleView:
        """Return what may leave."""
        return StaleArticleView(article=self.article.to_row(), why=self.why)


@frozen(kw_only=True)
class ArticleDraft:
    """An article as a file has it.

    Attributes:
        key: the file's own name for it; the same in the next version of the file.
        area: the field of work that it belongs to.
        phrases: words by which residents ask for it.
    """

    key: str
    title: OneLine
    edition: Edition
    phrases: tuple[str, ...] = ()
    category: str = ""
    area: str = ""

    def applied_to(self, article: Article) -> Article:
        """Return an article as this draft wants it; the same where nothing is new."""
        settled = evolve(article, title=self.title, phrases=self.phrases, category=self.category, area=self.area)
        newest = article.editions[-1]
        checked = self.edition.checked_on
        if not newest.says_the_same(self.edition):
            return settled.revised(self.edition)
        is_newly_checked = checked is not None and (newest.checked_on is None or newest.checked_on < checked)
        return settled.checked(checked) if checked is not None and is_newly_checked else settled

    def as_article(self, id: str, unit: str) -> Article:
        """Return a new article that a unit looks after."""
        return Article(
            id=id,
            unit=unit,
            title=self.title,
            phrases=self.phrases,
            editions=(self.edition,),
            key=self.key,
            category=self.category,
            area=self.area,
        )


@view
class ImportedArticles:
    """What an import did.

    Attributes:
        written, revised, unchanged: keys of the articles.
        kept: those that were retired here, or have an edition of their own since a later day than the file's.
    """

    written: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome: Mapping[str, str]) -> "ImportedArticles":
        """Gather what became of each key: `written`, `revised`, `unchanged` or `kept`."""
        return cls(
            **{name: tuple(key for key, what in outcome.items() if what == name) for name in set(outcome.values())}
        )
