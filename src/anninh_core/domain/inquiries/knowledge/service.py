"""Use cases of the knowledge base: articles with dated editions and sources, found by the words of a question."""

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import evolve

from anninh_core.domain.inquiries.kind import INQUIRY
from anninh_core.domain.inquiries.knowledge.article import (
    Article,
    ArticleDraft,
    Edition,
    ImportedArticles,
    StaleArticle,
)
from anninh_core.domain.inquiries.knowledge.kind import ARTICLE
from anninh_core.domain.inquiries.knowledge.loading import get_article
from anninh_core.domain.inquiries.knowledge.proposals import ProposedArticle, propose_articles
from anninh_core.domain.inquiries.knowledge.ranking import ArticleIndex, Suggestion, is_valid_in
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.search.query import parse_query
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import (
    ArticleCategory,
    ArticleId,
    Count,
    Days,
    InquiryId,
    Limit,
    OneLine,
    OwnUnitId,
    UnitId,
    Words,
)
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MOST_COMPARED = 500
"""Maximal number of questions, the newest ones, that are compared to find repeated ones."""


class KnowledgeBase(Service):
    """Use cases of the knowledge base."""

    action_prefix = "inquiries"

    @command(Permission.INQUIRY_ANSWER, public=True)
    def write_article(
        self,
        uow: UnitOfWork,
        unit: OwnUnitId,
        *,
        title: OneLine,
        text: Words,
        source: OneLine,
        phrases: tuple[str, ...] = (),
        since: date | None = None,
        until: date | None = None,
        category: ArticleCategory = "",
        area: UnitId = "",
    ) -> Article:
        """Write an article for which a unit is responsible; it is in use at once.

        Args:
            text: the answer for residents: general information, not about one person's case.
            source: the rule or page that it is based on.
            phrases: typical questions of residents; never a resident's own text with a name or number in it.
            since: first day of its use; today by default.
            until: last day on which it is valid; no end by default.
            category: its category, if it has one.
            area: unit in which it is valid, with all units below it; everywhere by default.

        Raises:
            BadInput: no text or no source, or it ends before it begins.
            NotFound: the unit or the area doesn't exist.
        """
        if area:
            uow.permit(area)
        uow.permit(unit)
        article = Article(
            id=self.context.ids.new(),
            unit=unit,
            title=nfc(title),
            phrases=tuple(map(nfc, phrases)),
            editions=(self._build_edition(uow, text, source, since, until),),
            category=category,
            area=area,
        )
        uow.add_event("article.written")
        return uow.save(ARTICLE, article)

    @command(Permission.INQUIRY_ANSWER, public=True, daily=True)
    def revise_article(
        self,
        uow: UnitOfWork,
        article_id: ArticleId,
        *,
        text: Words,
        source: OneLine,
        since: date | None = None,
        until: date | None = None,
    ) -> Article:
        """Give an article a new edition; answers already sent keep naming their edition.

        Raises:
            WrongStep: it was retired.
            BadInput: no text or no source, or the edition ends before it begins, or begins before the last one.
        """
        article = self._load_editable_article(uow, article_id)
        uow.add_event("article.revised")
        return uow.save(ARTICLE, article.revised(self._build_edition(uow, text, source, since, until)))

    @command(Permission.INQUIRY_ANSWER, public=True, daily=True)
    def confirm_article(self, uow: UnitOfWork, article_id: ArticleId) -> Article:
        """Record that an article was compared with the rules in force today, and is correct."""
        uow.add_event("article.confirmed")
        return uow.save(ARTICLE, self._load_editable_article(uow, article_id).checked(uow.today))

    @command(Permission.INQUIRY_ANSWER, public=True, irreversible=True)
    def retire_article(self, uow: UnitOfWork, article_id: ArticleId) -> Article:
        """Take an article out of use from today.

        Raises:
            WrongStep: it was retired before.
        """
        uow.add_event("article.retired")
        return uow.save(ARTICLE, self._load_editable_article(uow, article_id).retired(uow.today))

    @command(Permission.INQUIRY_ANSWER, public=True)
    def import_articles(self, uow: UnitOfWork, unit: OwnUnitId, drafts: Sequence[ArticleDraft]) -> ImportedArticles:
        """Import articles from files: new ones are written, changed ones get a new edition, equal ones stay.

        A draft updates the article of the unit with the same key. An article that was retired here, or has a later
        edition than the file's, is kept as it is.

        Raises:
            BadInput: no text or no source, an unknown confidence, or an edition that ends before it begins.
            NotFound: the unit or an area doesn't exist.
        """
        for area in sorted({draft.area for draft in drafts if draft.area}):
            uow.permit(area)
        uow.permit(unit)
        existing = {
            article.key: article for article in uow.iter_all(ARTICLE, "id") if article.unit == unit and article.key
        }
        outcome = {draft.key: self._import_draft(uow, unit, draft, existing.get(draft.key)) for draft in drafts}
        uow.facts["articles"] = len(outcome)
        uow.add_event("article.imported")
        return ImportedArticles.of(outcome)

    @query(Permission.INQUIRY_READ, public=True)
    def articles(self, session: ReadSession, *, category: ArticleCategory = "") -> tuple[Article, ...]:
        """Return the articles in use today, optionally of one category. They are public: every unit reads them all."""
        session.permitted_units()
        in_use = self._list_articles_in_use(session)
        return tuple(article for article in in_use if not category or article.category == category)

    @query(Permission.INQUIRY_READ, public=True)
    def get_article(self, session: ReadSession, article_id: ArticleId) -> Article:
        """Return an article with all its editions, by its id or its key."""
        session.permitted_units()
        keyed = (article for article in session.iter_all(ARTICLE, "id", complete=False) if article.key == article_id)
        return next(keyed, None) or get_article(session, article_id)

    @query(Permission.INQUIRY_READ, public=True)
    def stale_articles(self, session: ReadSession, *, days: Days = 180) -> tuple[StaleArticle, ...]:
        """Return the articles that need a check, with the reason: `run_out`, `never_checked` or `checked_long_ago`.

        Args:
            days: number of days after which a check is outdated.
        """
        session.permitted_units()
        articles = session.iter_all(ARTICLE, "id", where={"retired": False}, complete=False)
        articles_with_reasons = ((article, article.find_stale_reason(session.today, days)) for article in articles)
        return tuple(StaleArticle(article=article, why=why) for article, why in articles_with_reasons if why)

    @query(Permission.INQUIRY_READ, public=True)
    def find_articles(self, session: ReadSession, text: Words, *, limit: Limit = 5) -> tuple[Suggestion, ...]:
        """Return the articles that fit a typed question or a few words, best first, with the matching passage."""
        session.permitted_units()
        parse_query(text, self.context.district.teen_code)  # A text without words is refused, as in every search.
        return self._build_index(session, self._list_articles_in_use(session)).rank(text)[:limit]

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def suggest(self, session: ReadSession, inquiry_id: InquiryId, *, limit: Limit = 5) -> tuple[Suggestion, ...]:
        """Return articles that may answer an inquiry and are valid in its unit, best first, with the matching passage.

        An officer decides: `answer` sends the article as it is, or the officer's edited text.
        """
        inquiry = get_permitted_inquiry(session, inquiry_id)
        ancestors = tuple(self.context.district.ancestors(inquiry.unit))
        below = self.context.district.subtree(inquiry.unit)
        holding = (article for article in self._list_articles_in_use(session) if is_valid_in(article, ancestors, below))
        return self._build_index(session, tuple(holding)).rank(inquiry.question)[:limit]

    @query(Permission.INQUIRY_READ, traced=True, aggregate_repeats=True, public=True)
    def propose_articles(
        self, session: ReadSession, *, unit: OwnUnitId = "", days: Days = 90, least: Count = 2
    ) -> tuple[ProposedArticle, ...]:
        """Return recent topics of several residents' questions without an article, most frequent first.

        Args:
            unit: questions of this unit and all units below it.
            days: age limit of the questions; at most the newest 500 are compared.
            least: minimal number of questions on a topic.
        """
        if least < 2:
            raise BadInput(
                "{count} isn't enough for a repeated question: ask for 2 or more.", count=least, argument="least"
            )
        first = session.today - timedelta(days=days)
        inquiries: list[Inquiry] = []
        for inquiry in session.iter_permitted(INQUIRY, "newest", unit, where={"article": ""}, complete=False):
            if inquiry.received_day < first or len(inquiries) == _MOST_COMPARED:
                break
            if inquiry.state is not InquiryState.BECAME_TIP:
                inquiries.append(inquiry)
        index = self._build_index(session, self._list_articles_in_use(session))
        return propose_articles(inquiries, index, self.context.district.slang, least=least)

    @staticmethod
    def _build_edition(uow: UnitOfWork, text: str, source: str, since: date | None, until: date | None) -> Edition:
        begins = since or uow.today
        return Edition(number=1, text=nfc(text), source=nfc(source), since=begins, by=uow.actor.id, until=until)

    def _import_draft(self, uow: UnitOfWork, unit: str, draft: ArticleDraft, existing: Article | None) -> str:
        """Write or revise the article of an imported draft, and return the outcome."""
        draft = evolve(draft, edition=evolve(draft.edition, by=uow.actor.id))
        if existing is None:
            uow.save(ARTICLE, draft.build_article(self.context.ids.new(), unit))
            return "written"
        if existing.retired_on is not None or draft.edition.since < existing.editions[-1].since:
            return "kept"
        article = draft.apply_to(existing)
        if article == existing:
            return "unchanged"
        uow.save(ARTICLE, article)
        return "revised"

    def _build_index(self, session: ReadSession, articles: Sequence[Article]) -> ArticleIndex:
        return ArticleIndex(articles, self.context.district.slang, session.today)

    def _list_articles_in_use(self, session: ReadSession) -> tuple[Article, ...]:
        articles = session.iter_all(ARTICLE, "id", where={"retired": False}, complete=False)
        return tuple(article for article in articles if article.edition_on(session.today) is not None)

    def _load_editable_article(self, uow: UnitOfWork, article_id: str) -> Article:
        """Load an article if the actor has the permission on its unit."""
        return uow.get_permitted(ARTICLE, article_id, "inquiries.articles.list")
