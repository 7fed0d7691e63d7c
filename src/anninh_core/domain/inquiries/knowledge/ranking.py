"""Pure rules of inquiries: which articles fit a question."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from math import log

from attrs import frozen

from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.knowledge.views import ArticleSuggestionView
from anninh_core.kernel.search.passages import Passage, find_passage
from anninh_core.kernel.search.query import Phrase, extract_terms, slang_terms
from anninh_core.kernel.text import place_tones, words
from anninh_core.usecase.views import make_view

SUGGESTED = 0.25
"""Least fit with which an article is suggested to an officer, who reads it."""
FITTING = 0.5
"""Least fit with which an article counts as one that answers a question.

It tells apart only roughly: of questions that an article answers some fit less, of strange ones a third fits more.
"""

# Chosen on the thirty questions of `tests/domain/inquiries/asked_before.toml`. A list of words that say nothing was
# tried as well and made it worse: what stands in many articles weighs little anyway.
_PAIR_WEIGHT = 1.2
_IN_PHRASES = 1.0
_IN_TEXT = 0.45
_OTHER_TONES = 0.75
_STRANGE = 0.5
_BEST_PHRASE = 0.35

Feature = str | tuple[str, str]
"""A folded word, or two side by side."""


@frozen(kw_only=True)
class Suggestion:
    """An article that may answer a question. An officer decides.

    Attributes:
        fit: how well it fits, 0 to 1.
        passage: the part of its text that has most of the question's words.
        matched: the question's words that the article has, folded.
    """

    article: Article
    fit: float
    passage: Passage
    matched: tuple[str, ...]

    def to_view(self) -> ArticleSuggestionView:
        """Return what may leave."""
        return make_view(ArticleSuggestionView, self, article=self.article.to_row(), passage=self.passage.text)


@frozen
class _Indexed:
    """An article's words.

    Attributes:
        text: of the edition that is read.
        asked: words and neighbours of title and phrases.
        told: those of the text.
        phrases: words of the title and of each phrase.
        exact: every word as written.
    """

    article: Article
    text: str
    asked: frozenset[Feature]
    told: frozenset[Feature]
    phrases: tuple[frozenset[str], ...]
    exact: frozenset[str]


@frozen
class _Asked:
    """A question, ready to be compared.

    Attributes:
        terms: its folded words, in order.
        exact: folded word -> as it was written, where that has diacritics.
        weights: word or pair -> how much it says.
        total: what all of it says.
    """

    terms: Phrase
    exact: Mapping[str, str]
    weights: Mapping[Feature, float]
    total: float


class ArticleIndex:
    """Articles, ready to be compared with questions.

    Words are compared without diacritics, the right ones counting more; informal spellings are expanded.

    Args:
        articles: those in use.
        slang: folded informal word -> the folded words that it stands for.
        day: whose editions are read; the newest ones where it is left out.
    """

    def __init__(self, articles: Iterable[Article], slang: Mapping[str, Phrase], day: date | None = None) -> None:
        self._slang = slang
        self._indexed = [_index(article, _text_on(article, day), slang) for article in articles]
        self._frequency = Counter(feature for one in self._indexed for feature in one.asked | one.told)

    def rank(self, question: str, *, least: float = SUGGESTED) -> tuple[Suggestion, ...]:
        """Return the articles that may answer a question, best first.

        The fit is the share of what the question says, its words and its pairs of neighbours, that an article has: rare
        ones count more, and those of a title or phrase more than those of the text.
        """
        asked = self._read(question)
        scored = ((one, _fit(asked, one)) for one in self._indexed)
        fits = sorted(((one, fit) for one, fit in scored if fit >= least), key=lambda fit: (-fit[1], fit[0].article.id))
        return tuple(self._suggest(asked, one, fit) for one, fit in fits)

    def _read(self, question: str) -> _Asked:
        terms = extract_terms(question, self._slang)
        weights = {feature: self._weight(feature) for feature in _features(terms)}
        exact = {folded[0]: written for written in _exact_words(question) if len(folded := words(written)) == 1}
        written = {word: as_written for word, as_written in exact.items() if not as_written.isascii()}
        return _Asked(terms, written, weights, sum(weights.values()))

    def rareness(self, feature: Feature) -> float:
        """Return how rare a word or a pair is among the articles; 0 where there are none."""
        return log(1 + len(self._indexed) / max(1, self._frequency[feature]))

    def _weight(self, feature: Feature) -> float:
        frequency = self._frequency[feature]
        if not frequency and isinstance(feature, tuple):
            return 0.0
        return self.rareness(feature) * (_PAIR_WEIGHT if isinstance(feature, tuple) else 1.0 if frequency else _STRANGE)

    def _suggest(self, asked: _Asked, one: _Indexed, fit: float) -> Suggestion:
        matched = tuple(dict.fromkeys(term for term in asked.terms if term in one.asked or term in one.told))
        weights = {term: asked.weights[term] for term in matched}
        passage = find_passage(one.text, matched, self._slang, weights=weights)
        return Suggestion(article=one.article, fit=fit, passage=passage, matched=matched)


def rank_articles(
    articles: Sequence[Article], question: str, teen_code: Mapping[str, str] | None = None
) -> tuple[Suggestion, ...]:
    """Return the articles that may answer one question, best first; see `ArticleIndex`."""
    return ArticleIndex(articles, slang_terms(teen_code or {})).rank(question)


def holds_where(article: Article, ancestors: Sequence[str], below: Sequence[str]) -> bool:
    """Tell whether an article holds where a question was asked.

    Args:
        article: with its area.
        ancestors: the question's unit and all above it.
        below: all below it: the place of a question that stands at the district isn't known yet.
    """
    return not article.area or article.area in ancestors or article.area in below


def _text_on(article: Article, day: date | None) -> str:
    edition = article.edition_on(day) if day else None
    return (edition or article.editions[-1]).text


def _index(article: Article, text: str, slang: Mapping[str, Phrase]) -> _Indexed:
    asked_for = (article.title, *article.phrases)
    spoken = [extract_terms(phrase, slang) for phrase in asked_for]
    told = [extract_terms(line, slang) for line in text.splitlines()]
    return _Indexed(
        article=article,
        text=text,
        asked=frozenset(feature for terms in spoken for feature in _features(terms)),
        told=frozenset(feature for terms in told for feature in _features(terms)),
        phrases=tuple(map(frozenset, spoken)),
        exact=frozenset(_exact_words(" ".join((*asked_for, text)))),
    )


def _features(terms: Phrase) -> Iterator[Feature]:
    yield from dict.fromkeys(terms)
    yield from dict.fromkeys(pairwise(terms))


def _fit(asked: _Asked, one: _Indexed) -> float:
    """Return how well an article fits, 0 to 1."""
    if not asked.total:
        return 0.0
    shared = sum(weight * _presence(asked, one, feature) for feature, weight in asked.weights.items()) / asked.total
    spoken = frozenset(asked.terms)
    phrase = max((_phrase_share(asked, spoken, phrase) for phrase in one.phrases if phrase), default=0.0)
    return min(1.0, shared * (1 - _BEST_PHRASE) + phrase * _BEST_PHRASE)


def _presence(asked: _Asked, one: _Indexed, feature: Feature) -> float:
    """Return 1 for what stands in an article's title or phrases as it was written, less for what stands elsewhere."""
    where = _IN_PHRASES if feature in one.asked else _IN_TEXT if feature in one.told else 0.0
    parts = feature if isinstance(feature, tuple) else (feature,)
    has_other_tones = any(asked.exact[part] not in one.exact for part in parts if part in asked.exact)
    return where * (_OTHER_TONES if has_other_tones else 1.0)


def _phrase_share(asked: _Asked, spoken: frozenset[str], phrase: frozenset[str]) -> float:
    """Return the share of a phrase that a question has, by what the shared words say."""
    known = sum(asked.weights[word] for word in phrase & spoken)
    return known / (known + len(phrase - spoken)) if known else 0.0


def _exact_words(text: str) -> list[str]:
    return [word for word in _only_letters(place_tones(text).casefold()).split() if word]


def _only_letters(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text)
