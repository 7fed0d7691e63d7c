"""One search over tips, questions, articles and items, each under its own permission."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from attrs import evolve, field, frozen

from anninh_core.domain.content.model import Item
from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.knowledge.ranking import is_valid_in
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
"""Maximum number of hits of each kind that are ranked by closeness; these are the newest."""

_MASK = "•••"


@view
class SearchHitView:
    """A search hit.

    Attributes:
        kind: tip, inquiry, article or item; `id` is its id.
        label: its public name: a tip's receipt, the title of an article or item; "" for an inquiry.
        unit: the unit that it belongs to; `state` is its state, "" for an article.
        at: when it was received or written.
        passage: the matching part, with possible personal data masked; `matched` its query words, as written.
        matched: the matching words.
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
    """The hits of a search, closest first.

    Attributes:
        kinds: the kinds that were searched; `more` those with further hits, which their own search pages through.
        damaged: number of records that couldn't be opened and weren't searched.
    """

    items: tuple[SearchHitView, ...]
    kinds: tuple[str, ...]
    more: tuple[str, ...]
    damaged: int


@frozen(kw_only=True)
class SearchHit:
    """A search hit.

    Attributes:
        kind: tip, inquiry, article or item.
        id: its id.
        label: its public name: a tip's receipt, the title of an article or item; "" for an inquiry.
        unit: the unit that it belongs to.
        state: its current state; "" for an article.
        at: when it was received or written; of an article the first moment of its edition.
        passage: the matching part, with possible personal data masked.
        closeness: how closely it matches the query.
        record: the record itself while the journal's entry is made; None in the result for an actor.
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
        """The displayed record, for the journal's entry."""
        return () if self.record is None else (self.record,)

    def for_handlers(self, _: Pseudonyms) -> "SearchHit":
        """Return the hit as officers see it: without the record."""
        return evolve(self, record=None)

    def to_view(self) -> SearchHitView:
        """Return the view of the hit, without the record."""
        return make_view(SearchHitView, self, passage=self.passage.text, matched=self.passage.matched)


@frozen(kw_only=True)
class SearchHits:
    """The hits of a search, closest first, then the newest.

    Attributes:
        items: the hits.
        kinds: the kinds that were searched.
        more: kinds with only the newest `CANDIDATES` hits ranked, or with hits not shown; their own search pages
            through all.
        damaged: number of records that couldn't be opened and weren't searched.
    """

    items: tuple[SearchHit, ...]
    kinds: tuple[str, ...]
    more: tuple[str, ...] = ()
    damaged: int = 0

    def for_handlers(self, names: Pseudonyms) -> "SearchHits":
        """Return the search's hits as officers see them, without the records."""
        return evolve(self, items=tuple(hit.for_handlers(names) for hit in self.items))

    def to_view(self) -> SearchHitsView:
        """Return the view of the search's hits."""
        return make_view(SearchHitsView, self)


class RecordSearch(Workflow):
    """Searches tips, questions, articles and items together."""

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
        """Return the records of several kinds that match `text`, the closest first, then the newest.

        `text` is read as `tips.search` reads it. Among equal matches, in this order come first: numbers next to the
        same word ("xóm 3"), words with the same diacritics, the same neighbours. All shown records are named in one
        journal entry.

        Args:
            text: as typed, with or without diacritics.
            kinds: tip, inquiry, article, item; if left out, those that the actor may read.
            unit: this one and all below it; of articles, which are public, those that apply there.
            limit: maximum number of hits.

        Raises:
            BadInput: no search words, no such kind, or a limit below 1.
            Refused: the actor may read nothing of a kind that was named, or of all.
        """
        session.permitted_units()
        if limit < 1:
            raise BadInput("A page can't have {count} items: ask for 1 or more.", count=limit, argument="limit")
        searched = self._list_permitted_kinds(session, kinds)
        hits: list[SearchHit] = []
        cut: set[str] = set()
        for kind in searched:
            page = self._kinds[kind][1](session, text, unit)
            hits += self._rate_hits(kind, page.items, text)
            cut |= {kind} if page.cursor else set()
        hits.sort(key=lambda hit: (hit.closeness, hit.at, hit.id), reverse=True)
        cut |= {hit.kind for hit in hits[limit:]}
        more = tuple(kind for kind in searched if kind in cut)
        return SearchHits(items=tuple(hits[:limit]), kinds=searched, more=more)

    def _list_permitted_kinds(self, session: ReadSession, kinds: Sequence[str]) -> tuple[str, ...]:
        """Return the named kinds of records, or without any all kinds that the actor may read.

        Raises:
            Refused: the actor may not read a named kind, or any kind.
        """
        if unknown := next((kind for kind in kinds if kind not in self._kinds), ""):
            raise BadInput(
                "Records of kind {kind!r} can't be searched: choose one of {allowed}.",
                kind=unknown,
                allowed=tuple(self._kinds),
            )
        permitted_kinds = []
        root = self.context.district.root
        verdict = None
        for kind in dict.fromkeys(kinds or self._kinds):
            permission = self._kinds[kind][0]
            units = session.permits.units(session.actor, permission, session.today)
            if units is None or units:
                permitted_kinds.append(kind)
            else:
                verdict = session.permits.may(session.actor, permission, root, session.today)
            if verdict is not None and kinds:
                break
        if verdict is not None and (kinds or not permitted_kinds):
            raise verdict.refusal()
        return tuple(permitted_kinds)

    def _find_tips(self, session: ReadSession, text: str, unit: str) -> Listing[Tip]:
        return session.include(self.services.tips.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_inquiries(self, session: ReadSession, text: str, unit: str) -> Listing[Inquiry]:
        return session.include(self.services.inquiries.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_items(self, session: ReadSession, text: str, unit: str) -> Listing[Item]:
        return session.include(self.services.content.queries.search, text, unit=unit, limit=CANDIDATES)

    def _find_articles(self, session: ReadSession, text: str, unit: str) -> Listing[Article]:
        """Return the articles in use that match the query; each is checked, as they are few and unencrypted."""
        district = self.context.district
        parsed_query = parse_query(text, district.teen_code)
        place = unit or district.root
        above, below = tuple(district.ancestors(place)), district.subtree(place)
        in_use = session.include(self.services.inquiries.knowledge.articles)
        applicable = (article for article in in_use if is_valid_in(article, above, below))
        texts = ((article, _build_hit("article", article).passage.text) for article in applicable)
        return Listing(
            tuple(
                article
                for article, article_text in texts
                if parsed_query.matches(extract_terms(article_text, district.slang))
            )
        )

    def _rate_hits(self, kind: str, records: Iterable[Any], text: str) -> Iterator[SearchHit]:
        district = self.context.district
        text_words = typed_words(text)
        query_terms = frozenset(
            term for clause in parse_query(text, district.teen_code).clauses for phrase in clause for term in phrase
        )
        for record in records:
            hit = _build_hit(kind, record)
            passage = find_passage(redact(hit.passage.text, _MASK), query_terms, district.slang)
            closeness = rate_closeness(hit.passage.text, text_words, district.slang)
            yield evolve(hit, passage=passage, closeness=closeness)


def _build_hit(kind: str, record: Any) -> SearchHit:
    """Return a record's search hit with the record's whole text as its passage."""
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
