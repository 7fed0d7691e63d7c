"""Proposals of new articles, from similar questions that no article answers."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log, sqrt

from attrs import evolve, field, frozen

from anninh_core.domain.inquiries.knowledge.ranking import FITTING, ArticleIndex, Feature
from anninh_core.domain.inquiries.knowledge.views import ProposedArticleView
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.kernel.ids import Pseudonyms
from anninh_core.kernel.search.query import Phrase, extract_terms
from anninh_core.kernel.text import words
from anninh_core.usecase.views import make_view

_ALIKE = 0.4
"""Minimal similarity of two questions, 0 to 1, at which they count as the same question."""


@frozen(kw_only=True)
class ProposedArticle:
    """Similar questions that no article answers. An officer may write an article.

    Residents' texts are never copied into an article automatically: articles are public.

    Attributes:
        questions: newest first.
        words: words that at least two of the questions share and that are rare elsewhere, with diacritics if any
            question has them.
        answers: officers' answers in their own words, newest first: a start for the article's text.
    """

    questions: tuple[Inquiry, ...]
    words: tuple[str, ...]
    answers: tuple[str, ...] = field(default=(), repr=False)

    def for_handlers(self, names: Pseudonyms) -> "ProposedArticle":
        """Return the proposal for officers: with pseudonyms of the residents that are used in these cases only."""
        return evolve(self, questions=tuple(inquiry.for_handlers(names) for inquiry in self.questions))

    @property
    def items(self) -> tuple[Inquiry, ...]:
        """The questions of the proposal, which are the records that the audit log names as shown."""
        return self.questions

    def to_view(self) -> ProposedArticleView:
        """Return the read-only view of the proposal."""
        return make_view(ProposedArticleView, self)


def propose_articles(
    inquiries: Sequence[Inquiry], index: ArticleIndex, slang: Mapping[str, Phrase], *, least: int
) -> tuple[ProposedArticle, ...]:
    """Return proposals for topics with at least `least` questions and no article, most frequent first.

    Args:
        inquiries: newest first; the caller leaves out those answered from an article.
        index: the articles in use.
        slang: folded informal word -> the folded words that it means.
        least: minimal number of questions.
    """
    unanswered = [inquiry for inquiry in inquiries if not index.rank(inquiry.question, least=FITTING)]
    features = [frozenset(_iter_features(extract_terms(inquiry.question, slang))) for inquiry in unanswered]
    frequency = Counter(feature for question_features in features for feature in question_features)
    weights = {
        feature: log(1 + len(features) / number) + index.compute_rarity(feature)
        for feature, number in frequency.items()
    }
    groups: list[list[int]] = []
    for number, question_features in enumerate(features):
        matching_group = next(
            (
                group
                for group in groups
                if _compute_similarity(question_features, features[group[0]], weights) >= _ALIKE
            ),
            None,
        )
        if matching_group is None:
            groups.append([number])
        else:
            matching_group.append(number)
    frequent_groups = sorted(
        (group for group in groups if len(group) >= least), key=lambda group: (-len(group), group[0])
    )
    return tuple(_build_proposal([unanswered[number] for number in group], weights) for group in frequent_groups)


def _iter_features(terms: Phrase) -> Iterator[Feature]:
    yield from terms
    yield from pairwise(terms)


def _compute_similarity(left: frozenset[Feature], right: frozenset[Feature], weights: Mapping[Feature, float]) -> float:
    shared, first, second = (sum(weights[feature] for feature in group) for group in (left & right, left, right))
    return shared / sqrt(first * second) if shared else 0.0


def _build_proposal(questions: Sequence[Inquiry], weights: Mapping[Feature, float]) -> ProposedArticle:
    word_sets = [frozenset(words(inquiry.question)) for inquiry in questions]
    word_counts = Counter(word for word_set in word_sets for word in word_set)
    sorted_weights = sorted((weights[word] for word in word_counts if word in weights), reverse=True)
    min_weight = sorted_weights[len(sorted_weights) // 2] if sorted_weights else 0.0
    raw_words = [word for inquiry in reversed(questions) for word in inquiry.question.split()]
    # Words with diacritics come last, so that they replace the same words without diacritics.
    written_by_folded = {
        folded[0]: word for word in sorted(raw_words, key=_has_diacritics) if len(folded := words(word)) == 1
    }
    shared = (word for word in dict.fromkeys(words(questions[0].question)) if word_counts[word] > 1)
    return ProposedArticle(
        questions=tuple(questions),
        words=tuple(
            _strip_punctuation(written_by_folded.get(word, word))
            for word in shared
            if weights.get(word, 0.0) >= min_weight
        ),
        answers=tuple(dict.fromkeys(inquiry.answer for inquiry in questions if inquiry.answer)),
    )


def _has_diacritics(word: str) -> bool:
    return not word.isascii()


def _strip_punctuation(word: str) -> str:
    return word.strip(".,;:!?()\"'“”…")
