"""One search over tips, questions, articles and items, each under its own permission."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from attrs import evolve, field, frozen

from anninh_core.domain.content.model import Item
from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.knowledge.ranking import holds_where
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.services import Services
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.redact import redact
from anninh_core.kernel.search.passages import Closeness, Passage, find_passage, rate_closeness
from anninh_core.kernel.search.query import extract_terms, parse_query, typed_words
from anninh_core.usecase.arguments import Limit, WithinUnit, Words
from anninh_core.usecase.marks import query
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow

CANDIDATES = 100
"""Newest hits of each kind that are brought into the order of how closely they fit."""

_MASK = "•••"


@view
class SearchHitView:
    """Something that was found.

    Attributes:
        kind: tip, inquiry, article or item; `id` is its id.
        label: what people call it: a tip's receipt, the title of an article or item; "" for an inquiry.
        unit: whose it is; `state` where it stands, "" for an article.
        at: when it came in or was written.
        passage: the part that was found, with what looks like personal data masked; `matched` its words that were asked
            for, as written.
        matched: words that were found.
    """

    kind: str
    id: str
    label: str
    unit: str
    state: str
    at: datetime
    passage: str
    matched: tuple[str, ...]


@view
class SearchHitsView:
    """What a search found, what fits most closely first.

    Attributes:
        kinds: the kinds that were searched; `more` those whose own search goes on page by page.
        damaged: how many records weren't searched because they can't be opened.
    """

    items: tuple[SearchHitView, ...]
    kinds: tuple[str, ...]
    more: tuple[str, ...]
    damaged: int


@frozen(kw_only=True)
class SearchHit:
    """Something that was found.

    Attributes:
        kind: tip, inquiry, article or item.
        id: its id.
        label: what people call it: a tip's receipt, the title of an article or item; "" for an inquiry.
        unit: whose it is.
        state: where it stands; "" for an article.
        at: when it came in or was written; of an article the first moment of its edition.
        passage: the part that was found, with what looks like personal data masked.
        closeness: how closely it says what was typed.
        record: the record itself while the journal's entry is made; None in what an actor is answered.
    """

    kind: str
    id: str
    label: str
    unit: str
    state: str
    at: datetime
    passage: Passage
    closeness: Closeness
    record: Any = field(default=None, repr=False)

    @property
    def items(self) -> tuple[Any, ...]:
        """The record that is shown, for the journal."""
        return () if self.record is None else (self.record,)

    def for_handlers(self, _: Pseudonyms) -> "SearchHit":
        """Return the hit as officers see it: whose words it holds isn't in it."""
        return evolve(self, record=None)

    def to_view(self) -> SearchHitView:
        """Return what may leave."""
        return make_view(SearchHitView, self, passage=self.passage.text, matched=self.passage.matched)


@frozen(kw_only=True)
class SearchHits:
    """What a search found, what fits most closely first, then the newest.

    Attributes:
        items: the hits.
        kinds: the kinds that were searched.
        more: kinds of which only the newest `CANDIDATES` hits were compared, or not all hits are shown; their own
            search goes on page by page.
        damaged: how many records weren't searched because they can't be opened.
    """

    items: tuple[SearchHit, ...]
    kinds: tuple[str, ...]
    more: tuple[str, ...] = ()
    damaged: int = 0

    def for_handlers(self, names: Pseudonyms) -> "SearchHits":
        """Return the hits as officers see them."""
        return evolve(self, items=tuple(hit.for_handlers(names) for hit in self.items))

    def to_view(self) -> SearchHitsView:
        """Return what may leave."""
        return make_view(SearchHitsView, self)


class RecordSearch(Workflow):
    """Joins the searches of the subjects."""

    action_prefix = "search"

    def __init__(self, runner: UseCaseRunner, services: Services) -> None:
        super().__init__(runner, services)
        self._kinds: Mapping[str, tuple[Permission, Callable[[ReadSession, str, str], Listing[Any]]]] = {
            "tip": (Permission.TIP_READ, self._find_tips),
            "inquiry": (Permission.INQUIRY_READ, self._find_inquiries),
            "article": (Permission.INQUIRY_READ, self._find_articles),
            "item": (Permission.CONTENT_READ, self._find_items),
        }

    @query(
        Permission.UNIT_READ,
        Permission.TIP_READ,
        Permission.INQUIRY_READ,
        Permission.CONTENT_READ,
        traced=True,
        public=True,
    )
    def find(
        self, session: ReadSession, text: Words, *, kinds: Sequence[str] = (), unit: WithinUnit = "", limit: Limit = 20
    ) -> SearchHits:
        """Return what of several kinds says what `text` asks for, the closest first, then the newest.

        `text` is read as `tips.search` reads it. Of equals in this order come first: numbers beside the same word ("xóm
        3"), words with the same diacritics, the same neighbours. All that is shown is named in one journal entry.

        Args:
            text: as typed, with or without diacritics.
            kinds: tip, inquiry, article, item; those that the actor may read where it is left out.
            unit: this one and all below it; of articles, which are public, those that hold there.
            limit: at most so many hits.

        Raises:
            BadInput: nothing to look for, no such kind, or a limit below 1.
            Refused: the actor may read nothing of a kind that was named, or of all.
        """
        session.permitted_units()
        if limit < 1:
            raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit, argument="limit")
        searched = self._permitted(session, kinds)
        hits: list[SearchHit] = []
        cut: set[str] = set()
        for kind in searched:
            page = self._kinds[kind][1](session, text, unit)
            hits += self._rate(kind, page.items, text)
            cut |= {kind} if page.cursor else set()
        hits.sort(key=lambda hit: (hit.closeness, hit.at, hit.id), reverse=True)
        cut |= {hit.kind for hit in hits[limit:]}
        more = tuple(kind for kind in searched if kind in cut)
        return SearchHits(items=tuple(hits[:limit]), kinds=searched, more=more)

    def _permitted(self, session: ReadSession, kinds: Sequence[str]) -> tuple[str, ...]:
        """Return the kinds to be searched; one that is named must be permitted."""
        if unknown := next((kind for kind in kinds if kind not in self._kinds), ""):
            raise BadInput(
                "Records of kind {kind!r} can't be searched: choose one of {allowed}.",
                kind=unknown,
                allowed=tuple(self._kinds),
            )
        open_kinds = []
        root = self.context.district.root
        verdict = None
        for kind in dict.fromkeys(kinds or self._kinds):
            permission = self._kinds[kind][0]
            units = session.permits.units(session.actor, permission, session.today)
            if units is None or units:
                open_kinds.append(kind)
            else:
                verdict = session.permits.may(session.actor, permission, root, session.today)
            if verdict is not None and kinds:
                break
        if verdict is not None and (kinds or not open_kinds):
            raise verdict.refusal()
        return tuple(open_kinds)

    def _find_tips(self, session: ReadSession, text: str, unit: str) -> Listing[Tip]:
        return session.include(self.services.tips.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_inquiries(self, session: ReadSession, text: str, unit: str) -> Listing[Inquiry]:
        return session.include(self.services.inquiries.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_items(self, session: ReadSession, text: str, unit: str) -> Listing[Item]:
        return session.include(self.services.content.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_articles(self, session: ReadSession, text: str, unit: str) -> Listing[Article]:
        """Return the articles in use that the query matches; they are few, in clear, and so looked at one by one."""
        district = self.context.district
        asked = parse_query(text, district.teen_code)
        place = unit or district.root
        above, below = tuple(district.ancestors(place)), district.subtree(place)
        in_use = session.include(self.services.inquiries.knowledge.articles)
        holding = (article for article in in_use if holds_where(article, above, below))
        read = ((article, _hit("article", article).passage.text) for article in holding)
        return Listing(tuple(article for article, said in read if asked.matches(extract_terms(said, district.slang))))

    def _rate(self, kind: str, records: Iterable[Any], text: str) -> Iterator[SearchHit]:
        district = self.context.district
        typed = typed_words(text)
        wanted = frozenset(
            term for clause in parse_query(text, district.teen_code).clauses for phrase in clause for term in phrase
        )
        for record in records:
            hit = _hit(kind, record)
            passage = find_passage(redact(hit.passage.text, _MASK), wanted, district.slang)
            closeness = rate_closeness(hit.passage.text, typed, district.slang)
            yield evolve(hit, passage=passage, closeness=closeness)


def _hit(kind: str, record: Any) -> SearchHit:
    """Return a hit whose passage is still the whole text."""
    match record:
        case Tip():
            label = record.receipt
            state = record.state.value
            at = record.received_at
            text = record.text
        case Inquiry():
            label = ""
            state = record.state.value
            at = record.received_at
            text = record.question
        case Item():
            label = record.piece.title
            state = record.state.value
            at = record.versions[0].at
            text = f"{record.piece.title}\n{record.piece.body}"
        case _:
            edition = record.editions[-1]
            label = record.title
            state = ""
            at = datetime.combine(edition.since, time.min, UTC)
            text = "\n".join((edition.text, record.title, *record.phrases))
    return SearchHit(
        kind=kind,
        id=record.id,
        label=label,
        unit=record.unit,
        state=state,
        at=at,
        passage=Passage(text),
        closeness=Closeness(),
        record=record,
    )
