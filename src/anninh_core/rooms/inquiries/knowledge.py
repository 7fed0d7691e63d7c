"""The knowledge base: articles with dated editions and sources, found by the words of a question."""

from datetime import date

from anninh_core.kernel.text import nfc
from anninh_core.rooms.inquiries.kind import ARTICLE
from anninh_core.rooms.inquiries.loading import get_article, get_permitted_inquiry
from anninh_core.rooms.inquiries.model import Article, Edition
from anninh_core.rooms.inquiries.rules import ranked
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.draft import Draft
from anninh_core.work.look import Look
from anninh_core.work.marks import Room, command, query


class KnowledgeBase(Room):
    """What questions are answered from."""

    room = "inquiries"

    @command(Permission.INQUIRY_ANSWER)
    def write_article(
        self,
        draft: Draft,
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
        self, draft: Draft, article_id: str, *, text: str, source: str, since: date | None = None
    ) -> Article:
        """Give an article a new edition; answers already sent keep naming the one they came from."""
        article = self._owned(draft, article_id)
        draft.event("article.revised")
        revised = article.revised(nfc(text), nfc(source), since or draft.today, draft.actor.id)
        return draft.save(ARTICLE, revised)

    @command(Permission.INQUIRY_ANSWER)
    def retire_article(self, draft: Draft, article_id: str) -> Article:
        """Take an article out of use from today."""
        draft.event("article.retired")
        return draft.save(ARTICLE, self._owned(draft, article_id).retired(draft.today))

    @query(Permission.INQUIRY_READ)
    def articles(self, look: Look) -> tuple[Article, ...]:
        """Return the articles in use today. They are public: every unit reads all of them."""
        look.permitted_units()
        return self._in_use(look)

    @query(Permission.INQUIRY_READ, traced=True)
    def suggest(self, look: Look, inquiry_id: str, *, limit: int = 5) -> tuple[tuple[Article, float], ...]:
        """Return articles that may answer an inquiry, best first, each with how well it fits. An officer decides."""
        inquiry = get_permitted_inquiry(look, inquiry_id)
        return ranked(self._in_use(look), inquiry.question, self.context.district.teen_code)[:limit]

    def _in_use(self, look: Look) -> tuple[Article, ...]:
        found = look.every(ARTICLE, "id", where={"retired": False})
        return tuple(article for article in found if article.edition_on(look.today) is not None)

    def _owned(self, draft: Draft, article_id: str) -> Article:
        """Load an article for whoever answers on its unit; an actor without the permission anywhere is refused."""
        draft.permitted_units()
        article = get_article(draft, article_id)
        draft.permit(article.unit)
        return article
