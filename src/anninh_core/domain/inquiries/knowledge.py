"""The knowledge base: articles with dated editions and sources, found by the words of a question."""

from datetime import date

from anninh_core.domain.inquiries.kind import ARTICLE
from anninh_core.domain.inquiries.loading import get_permitted_inquiry
from anninh_core.domain.inquiries.model import Article, Edition
from anninh_core.domain.inquiries.rules import rank_articles
from anninh_core.kernel.text import nfc
from anninh_core.usecase.marks import Service, command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class KnowledgeBase(Service):
    """What questions are answered from."""

    action_prefix = "inquiries"

    @command(Permission.INQUIRY_ANSWER)
    def write_article(
        self,
        uow: UnitOfWork,
        unit: str,
        *,
        title: str,
        text: str,
        source: str,
        phrases: tuple[str, ...] = (),
        since: date | None = None,
    ) -> Article:
        """Write an article that a unit answers for.

        Args:
            text: the answer as residents will read it.
            source: the rule or page it rests on.
            phrases: how residents ask for it.
            since: the day from which it is used; today where it is left out.
        """
        uow.permit(unit)
        first = Edition(number=1, text=nfc(text), source=nfc(source), since=since or uow.today, by=uow.actor.id)
        article = Article(
            id=self.context.ids.new(), unit=unit, title=nfc(title), phrases=tuple(map(nfc, phrases)), editions=(first,)
        )
        uow.add_event("article.written")
        return uow.save(ARTICLE, article)

    @command(Permission.INQUIRY_ANSWER)
    def revise_article(
        self, uow: UnitOfWork, article_id: str, *, text: str, source: str, since: date | None = None
    ) -> Article:
        """Give an article a new edition; answers already sent keep naming the one they came from."""
        article = self._get_editable(uow, article_id)
        uow.add_event("article.revised")
        revised = article.revised(nfc(text), nfc(source), since or uow.today, uow.actor.id)
        return uow.save(ARTICLE, revised)

    @command(Permission.INQUIRY_ANSWER)
    def retire_article(self, uow: UnitOfWork, article_id: str) -> Article:
        """Take an article out of use from today."""
        uow.add_event("article.retired")
        return uow.save(ARTICLE, self._get_editable(uow, article_id).retired(uow.today))

    @query(Permission.INQUIRY_READ)
    def articles(self, session: ReadSession) -> tuple[Article, ...]:
        """Return the articles in use today. They are public: every unit reads all of them."""
        session.permitted_units()
        return self._articles_in_use(session)

    @query(Permission.INQUIRY_READ, traced=True, folds=True)
    def suggest(self, session: ReadSession, inquiry_id: str, *, limit: int = 5) -> tuple[tuple[Article, float], ...]:
        """Return articles that may answer an inquiry, best first, each with how well it fits. An officer decides."""
        inquiry = get_permitted_inquiry(session, inquiry_id)
        return rank_articles(self._articles_in_use(session), inquiry.question, self.context.district.teen_code)[:limit]

    def _articles_in_use(self, session: ReadSession) -> tuple[Article, ...]:
        articles = session.iter_all(ARTICLE, "id", where={"retired": False})
        return tuple(article for article in articles if article.edition_on(session.today) is not None)

    def _get_editable(self, uow: UnitOfWork, article_id: str) -> Article:
        """Load an article for whoever answers on its unit."""
        return uow.get_permitted(ARTICLE, article_id, "`inquiries.articles` lists those in use")
