"""Pure ranking of the articles that fit a question."""

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
"""Minimal fit at which an article is suggested to an officer, who reads it."""
FITTING = 0.5
"""Minimal fit at which an article counts as answering a question.

The threshold is rough: some questions that an article answers are below it, and a third of unrelated questions are
above.
"""

# The weights were chosen on the thirty questions of `tests/domain/inquiries/asked_before.toml`. A list of stop words
# was tried as well and gave worse results: words of many articles have little weight anyway.
_PAIR_WEIGHT = 1.2
_IN_PHRASES = 1.0
_IN_TEXT = 0.45
_OTHER_TONES = 0.75
_STRANGE = 0.5
_BEST_PHRASE = 0.35

Feature = str | tuple[str, str]
"""A feature of a text that is compared: a folded word, or two neighbouring words."""


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
        """Return the read-only view of the suggestion."""
        return make_view(ArticleSuggestionView, self, article=self.article.to_row(), passage=self.passage.text)


@frozen
class _IndexedArticle:
    """An article with its indexed words.

    Attributes:
        text: text of the edition that is compared.
        asked: words and word pairs of title and phrases.
        told: words and word pairs of the text.
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
class _PreparedQuestion:
    """A question prepared for comparison.

    Attributes:
        terms: its folded words, in order.
        exact: folded word -> spelling in the question, if that has diacritics.
        weights: word or pair -> weight in the comparison.
        total: sum of the weights.
    """

    terms: Phrase
    exact: Mapping[str, str]
    weights: Mapping[Feature, float]
    total: float


class ArticleIndex:
    """Index of articles for comparison with questions.

    Words are compared without diacritics; equal diacritics count more. Informal spellings are expanded.

    Args:
        articles: those in use.
        slang: folded informal word -> the folded words that it means.
        day: day of the editions to compare; by default the newest editions.
    """

    def __init__(self, articles: Iterable[Article], slang: Mapping[str, Phrase], day: date | None = None) -> None:
        self._slang = slang
        self._indexed = [_index_article(article, _get_text_on(article, day), slang) for article in articles]
        self._frequency = Counter(feature for indexed in self._indexed for feature in indexed.asked | indexed.told)

    def rank(self, question: str, *, least: float = SUGGESTED) -> tuple[Suggestion, ...]:
        """Return the articles that may answer a question, best first.

        The fit is the share of the question's words and word pairs that an article has: rare ones count more, and those
        in a title or phrase more than those in the text.
        """
        prepared = self._prepare_question(question)
        scored = ((indexed, _compute_fit(prepared, indexed)) for indexed in self._indexed)
        fits = sorted(
            ((indexed, fit) for indexed, fit in scored if fit >= least), key=lambda fit: (-fit[1], fit[0].article.id)
        )
        return tuple(self._build_suggestion(prepared, indexed, fit) for indexed, fit in fits)

    def _prepare_question(self, question: str) -> _PreparedQuestion:
        terms = extract_terms(question, self._slang)
        weights = {feature: self._compute_weight(feature) for feature in _iter_features(terms)}
        exact = {folded[0]: written for written in _list_exact_words(question) if len(folded := words(written)) == 1}
        written = {word: as_written for word, as_written in exact.items() if not as_written.isascii()}
        return _PreparedQuestion(terms, written, weights, sum(weights.values()))

    def compute_rarity(self, feature: Feature) -> float:
        """Return how rare a word or word pair is among the articles; 0 without articles."""
        return log(1 + len(self._indexed) / max(1, self._frequency[feature]))

    def _compute_weight(self, feature: Feature) -> float:
        frequency = self._frequency[feature]
        if not frequency and isinstance(feature, tuple):
            return 0.0
        return self.compute_rarity(feature) * (
            _PAIR_WEIGHT if isinstance(feature, tuple) else 1.0 if frequency else _STRANGE
        )

    def _build_suggestion(self, prepared: _PreparedQuestion, indexed: _IndexedArticle, fit: float) -> Suggestion:
        matched = tuple(dict.fromkeys(term for term in prepared.terms if term in indexed.asked or term in indexed.told))
        weights = {term: prepared.weights[term] for term in matched}
        passage = find_passage(indexed.text, matched, self._slang, weights=weights)
        return Suggestion(article=indexed.article, fit=fit, passage=passage, matched=matched)


def rank_articles(
    articles: Sequence[Article], question: str, teen_code: Mapping[str, str] | None = None
) -> tuple[Suggestion, ...]:
    """Return the articles that may answer a question, best first; see `ArticleIndex`."""
    return ArticleIndex(articles, slang_terms(teen_code or {})).rank(question)


def is_valid_in(article: Article, ancestors: Sequence[str], below: Sequence[str]) -> bool:
    """Return whether an article is valid for a question's unit.

    Args:
        article: article with its area.
        ancestors: the question's unit and all units above it.
        below: all units below it, since the exact place of a question filed under the district isn't known yet.
    """
    return not article.area or article.area in ancestors or article.area in below


def _get_text_on(article: Article, day: date | None) -> str:
    edition = article.edition_on(day) if day else None
    return (edition or article.editions[-1]).text


def _index_article(article: Article, text: str, slang: Mapping[str, Phrase]) -> _IndexedArticle:
    phrases = (article.title, *article.phrases)
    phrase_terms = [extract_terms(phrase, slang) for phrase in phrases]
    text_terms = [extract_terms(line, slang) for line in text.splitlines()]
    return _IndexedArticle(
        article=article,
        text=text,
        asked=frozenset(feature for terms in phrase_terms for feature in _iter_features(terms)),
        told=frozenset(feature for terms in text_terms for feature in _iter_features(terms)),
        phrases=tuple(map(frozenset, phrase_terms)),
        exact=frozenset(_list_exact_words(" ".join((*phrases, text)))),
    )


def _iter_features(terms: Phrase) -> Iterator[Feature]:
    yield from dict.fromkeys(terms)
    yield from dict.fromkeys(pairwise(terms))


def _compute_fit(prepared: _PreparedQuestion, indexed: _IndexedArticle) -> float:
    """Return how well an article fits a question, 0 to 1."""
    if not prepared.total:
        return 0.0
    shared = (
        sum(
            weight * _compute_presence_weight(prepared, indexed, feature)
            for feature, weight in prepared.weights.items()
        )
        / prepared.total
    )
    question_words = frozenset(prepared.terms)
    phrase = max(
        (_compute_phrase_share(prepared, question_words, phrase) for phrase in indexed.phrases if phrase), default=0.0
    )
    return min(1.0, shared * (1 - _BEST_PHRASE) + phrase * _BEST_PHRASE)


def _compute_presence_weight(prepared: _PreparedQuestion, indexed: _IndexedArticle, feature: Feature) -> float:
    """Return the weight of a feature by its place in an article: 1 in the title or a phrase with equal diacritics, less
    elsewhere.
    """
    place_weight = _IN_PHRASES if feature in indexed.asked else _IN_TEXT if feature in indexed.told else 0.0
    parts = feature if isinstance(feature, tuple) else (feature,)
    has_other_tones = any(prepared.exact[part] not in indexed.exact for part in parts if part in prepared.exact)
    return place_weight * (_OTHER_TONES if has_other_tones else 1.0)


def _compute_phrase_share(prepared: _PreparedQuestion, question_words: frozenset[str], phrase: frozenset[str]) -> float:
    """Return the share of a phrase's words that a question has, by weight."""
    shared_weight = sum(prepared.weights[word] for word in phrase & question_words)
    return shared_weight / (shared_weight + len(phrase - question_words)) if shared_weight else 0.0


def _list_exact_words(text: str) -> list[str]:
    return [word for word in _drop_punctuation(place_tones(text).casefold()).split() if word]


def _drop_punctuation(text: str) -> str:
    return "".join(letter if letter.isalnum() else " " for letter in text)
