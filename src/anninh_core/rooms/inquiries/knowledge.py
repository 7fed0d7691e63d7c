"""The knowledge base: articles with dated editions and sources, found by the words of a question."""

from datetime import date

from anninh_core.kernel.text import nfc
from anninh_core.rooms.inquiries.kind import ARTICLE
from anninh_core.rooms.inquiries.loading import get_article, get_permitted_inquiry
from anninh_core.rooms.inquiries.model import Article, Edition
from anninh_core.rooms.inquiries.rules import rank_articles
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.marks import Service, command, query
from anninh_core.work.read_session import ReadSession
from anninh_core.work.unit_of_work import UnitOfWork


class KnowledgeBase(Service):
    """What questions are answered from."""

    room = "inquiries"

    @command(Permission.INQUIRY_ANSWER)
    def write_article(
        self,
        draft: UnitOfWork,
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
        draft.permit(unit)
        first = Edition(number=1, text=nfc(text), source=nfc(source), since=since or draft.today, by=draft.actor.id)
        article = Article(
            id=self.context.ids.new(), unit=unit, title=nfc(title), phrases=tuple(map(nfc, phrases)), editions=(first,)
        )
        draft.event("article.written")
        return draft.save(ARTICLE, article)

    @command(Permission.INQUIRY_ANSWER)
    def revise_article(
        self, draft: UnitOfWork, article_id: str, *, text: str, source: str, since: date | None = None
    ) -> Article:
        """Give an article a new edition; answers already sent keep naming the one they came from."""
        article = self._get_editable(draft, article_id)
        draft.event("article.revised")
        revised = article.revised(nfc(text), nfc(source), since or draft.today, draft.actor.id)
        return draft.save(ARTICLE, revised)

    @command(Permission.INQUIRY_ANSWER)
    def retire_article(self, draft: UnitOfWork, article_id: str) -> Article:
        """Take an article out of use from today."""
        draft.event("article.retired")
        return draft.save(ARTICLE, self._get_editable(draft, article_id).retired(draft.today))

    @query(Permission.INQUIRY_READ)
    def articles(self, look: ReadSession) -> tuple[Article, ...]:
        """Return the articles in use today. They are public: every unit reads all of them."""
        look.permitted_units()
        return self._articles_in_use(look)

    @query(Permission.INQUIRY_READ, traced=True)
    def suggest(self, look: ReadSession, inquiry_id: str, *, limit: int = 5) -> tuple[tuple[Article, float], ...]:
        """Return articles that may answer an inquiry, best first, each with how well it fits. An officer decides."""
        inquiry = get_permitted_inquiry(look, inquiry_id)
        return rank_articles(self._articles_in_use(look), inquiry.question, self.context.district.teen_code)[:limit]

    def _articles_in_use(self, look: ReadSession) -> tuple[Article, ...]:
        articles = look.every(ARTICLE, "id", where={"retired": False})
        return tuple(article for article in articles if article.edition_on(look.today) is not None)

    def _get_editable(self, draft: UnitOfWork, article_id: str) -> Article:
        """Load an article for whoever answers on its unit; an actor without the permission anywhere is refused."""
        draft.permitted_units()
        article = get_article(draft, article_id)
        draft.permit(article.unit)
        return article
