"""An article of the knowledge base, in dated editions that name their sources."""

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
"""Levels of the confidence of an edition's author that the edition agrees with the law."""


@frozen(kw_only=True)
class LegalSource:
    """A legal rule that an article is based on.

    Attributes:
        number: its official number, such as `68/2020/QH14`; "" for a rule without number.
        issued_on: the day on which it was passed or signed.
        url: address of its text, "" if not recorded.
    """

    name: str
    number: str = ""
    issued_on: date | None = None
    url: str = ""

    def format_for_residents(self) -> str:
        """Return name and number of the rule, as shown to residents."""
        return f"{self.name} {self.number}".strip()

    def to_view(self) -> LegalSourceView:
        """Return the read-only view of the rule."""
        return make_view(LegalSourceView, self)


@frozen(kw_only=True)
class Edition:
    """A version of an article's text.

    Attributes:
        source: the rules or page that it is based on, in words for residents.
        since: first day of its use.
        by: officer who wrote it.
        until: last day on which it is valid; None if no end is known.
        rules: the rules that it is based on, individually.
        checked_on: day of the last comparison with the rules in force; None for never.
        confidence: one of `CONFIDENCES`, "" if not recorded.
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
        for field_name, value in (("text", self.text), ("source", self.source)):
            if not value.strip():
                raise BadInput("Field {field!r} of the article is empty: fill it in.", field=field_name)
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
        """Return the read-only view of the edition."""
        return make_view(EditionView, self)

    def is_valid_on(self, day: date) -> bool:
        """Return whether the edition is valid on `day`."""
        return self.since <= day and (self.until is None or day <= self.until)

    def has_same_content(self, other: "Edition") -> bool:
        """Return whether another edition has the same content, apart from number, author and day of checking."""
        return evolve(other, number=self.number, by=self.by, checked_on=self.checked_on) == self


@frozen(kw_only=True)
class Article:
    """An article of the knowledge base: the answer to a question that residents ask.

    Attributes:
        unit: unit responsible for it.
        phrases: typical questions of residents.
        editions: oldest first.
        retired_on: first day on which it is no longer in use.
        key: its name in a file, so that a repeated import revises it; "" for an article written here.
        category: free-text category chosen by its author.
        area: unit in which it is valid, with all units below it; "" for everywhere.
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
        """Return the article as a row of a list."""
        return make_view(ArticleRow, self, **_collect_edition_fields(self.editions[-1]))

    def to_view(self) -> ArticleView:
        """Return the full view of the article."""
        return make_view(ArticleView, self, **_collect_edition_fields(self.editions[-1]))

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in use on a day; None before the first one, after the end of the last, or once retired."""
        if self.retired_on is not None and day >= self.retired_on:
            return None
        newest = next((edition for edition in reversed(self.editions) if edition.since <= day), None)
        return newest if newest is not None and newest.is_valid_on(day) else None

    def revised(self, edition: Edition) -> "Article":
        """Return the article with a new edition, numbered after the last one."""
        if self.retired_on is not None:
            raise WrongStep(
                "Article {title!r} was retired on {day}: write a new one with {act:inquiries.articles.write}.",
                title=self.title,
                day=self.retired_on,
            )
        return evolve(self, editions=(*self.editions, evolve(edition, number=self.editions[-1].number + 1)))

    def checked(self, day: date) -> "Article":
        """Return the article with its newest edition confirmed as correct on `day`."""
        return evolve(self, editions=(*self.editions[:-1], evolve(self.editions[-1], checked_on=day)))

    def retired(self, day: date) -> "Article":
        """Return the article retired as of `day`."""
        if self.retired_on is not None:
            raise WrongStep("Article {title!r} was retired already, on {day}.", title=self.title, day=self.retired_on)
        return evolve(self, retired_on=day)

    def find_stale_reason(self, day: date, days: int) -> str:
        """Return why an article needs a check: `never_checked`, `checked_long_ago`, `run_out`; "" if it doesn't.

        Args:
            day: today.
            days: number of days after which a check is outdated.
        """
        newest = self.editions[-1]
        if newest.until is not None and newest.until < day:
            return "run_out"
        if newest.checked_on is None:
            return "never_checked"
        return "checked_long_ago" if (day - newest.checked_on).days > days else ""


def _collect_edition_fields(edition: Edition) -> dict[str, object]:
    return {
        "edition": edition.number,
        "since": edition.since,
        "until": edition.until,
        "checked_on": edition.checked_on,
    }


@frozen(kw_only=True)
class StaleArticle:
    """An article that needs a check.

    Attributes:
        why: `run_out`, `never_checked` or `checked_long_ago`.
    """

    article: Article
    why: str

    def to_view(self) -> StaleArticleView:
        """Return the read-only view of the stale article."""
        return StaleArticleView(article=self.article.to_row(), why=self.why)


@frozen(kw_only=True)
class ArticleDraft:
    """An article read from a file.

    Attributes:
        key: the file's own name for it; the same in later versions of the file.
        area: unit in which it is valid, with all units below it; "" for everywhere.
        phrases: typical questions of residents.
    """

    key: str
    title: OneLine
    edition: Edition
    phrases: tuple[str, ...] = ()
    category: str = ""
    area: str = ""

    def apply_to(self, article: Article) -> Article:
        """Return an article with this draft's content; the article itself if nothing differs."""
        updated = evolve(article, title=self.title, phrases=self.phrases, category=self.category, area=self.area)
        newest = article.editions[-1]
        checked = self.edition.checked_on
        if not newest.has_same_content(self.edition):
            return updated.revised(self.edition)
        is_newly_checked = checked is not None and (newest.checked_on is None or newest.checked_on < checked)
        return updated.checked(checked) if checked is not None and is_newly_checked else updated

    def build_article(self, id: str, unit: str) -> Article:
        """Return a new article for which a unit is responsible."""
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
    """The result of an import.

    Attributes:
        written, revised, unchanged: keys of the articles.
        kept: keys of articles left as they are, since they were retired here, or have a later edition than the file's.
    """

    written: tuple[str, ...] = ()
    revised: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, outcome_by_key: Mapping[str, str]) -> "ImportedArticles":
        """Build the result from the outcome of each key: `written`, `revised`, `unchanged` or `kept`."""
        return cls(
            **{
                name: tuple(key for key, outcome in outcome_by_key.items() if outcome == name)
                for name in set(outcome_by_key.values())
            }
        )
