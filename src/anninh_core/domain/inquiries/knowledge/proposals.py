"""What several residents asked and no article answers: a proposal to write one."""

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
"""Least likeness of two questions, 0 to 1, at which they are taken to ask for the same."""


@frozen(kw_only=True)
class ProposedArticle:
    """Questions that resemble each other and that no article fits. An officer writes the article, or doesn't.

    Residents' words never become an article's by themselves: articles are public.

    Attributes:
        questions: newest first.
        words: what at least two of them say and few others, as written, with diacritics where somebody wrote them.
        answers: what officers told in their own words, newest first: a beginning for the article's text.
    """

    questions: tuple[Inquiry, ...]
    words: tuple[str, ...]
    answers: tuple[str, ...] = field(default=(), repr=False)

    def for_handlers(self, names: Pseudonyms) -> "ProposedArticle":
        """Return the proposal as officers see it: whose questions they are stands under names of these cases."""
        return evolve(self, questions=tuple(inquiry.for_handlers(names) for inquiry in self.questions))

    @property
    def items(self) -> tuple[Inquiry, ...]:
        """The questions: what is shown of records, for the journal."""
        return self.questions

    def to_view(self) -> ProposedArticleView:
        """Return what may leave."""
        return make_view(ProposedArticleView, self)


def propose_articles(
    inquiries: Sequence[Inquiry], index: ArticleIndex, slang: Mapping[str, Phrase], *, least: int
) -> tuple[ProposedArticle, ...]:
    """Return what at least so many questions ask for and no article answers, most asked first.

    Args:
        inquiries: newest first; those that were answered from an article are left out by the caller.
        index: the articles in use.
        slang: folded informal word -> the folded words that it stands for.
        least: how often something has to be asked.
    """
    open_ones = [inquiry for inquiry in inquiries if not index.rank(inquiry.question, least=FITTING)]
    features = [frozenset(_features(extract_terms(inquiry.question, slang))) for inquiry in open_ones]
    frequency = Counter(feature for one in features for feature in one)
    weights = {
        feature: log(1 + len(features) / number) + index.rareness(feature) for feature, number in frequency.items()
    }
    groups: list[list[int]] = []
    for number, one in enumerate(features):
        home = next((group for group in groups if _likeness(one, features[group[0]], weights) >= _ALIKE), None)
        if home is None:
            groups.append([number])
        else:
            home.append(number)
    asked_often = sorted((group for group in groups if len(group) >= least), key=lambda group: (-len(group), group[0]))
    return tuple(_propose([open_ones[number] for number in group], weights) for group in asked_often)


def _features(terms: Phrase) -> Iterator[Feature]:
    yield from terms
    yield from pairwise(terms)


def _likeness(one: frozenset[Feature], other: frozenset[Feature], weights: Mapping[Feature, float]) -> float:
    shared, first, second = (sum(weights[feature] for feature in group) for group in (one & other, one, other))
    return shared / sqrt(first * second) if shared else 0.0


def _propose(questions: Sequence[Inquiry], weights: Mapping[Feature, float]) -> ProposedArticle:
    said = [frozenset(words(inquiry.question)) for inquiry in questions]
    often = Counter(word for one in said for word in one)
    telling = sorted((weights[word] for word in often if word in weights), reverse=True)
    least = telling[len(telling) // 2] if telling else 0.0
    spoken = [word for inquiry in reversed(questions) for word in inquiry.question.split()]
    # Those with diacritics last, so that they are shown.
    written = {folded[0]: word for word in sorted(spoken, key=_has_tones) if len(folded := words(word)) == 1}
    shared = (word for word in dict.fromkeys(words(questions[0].question)) if often[word] > 1)
    return ProposedArticle(
        questions=tuple(questions),
        words=tuple(_bare(written.get(word, word)) for word in shared if weights.get(word, 0.0) >= least),
        answers=tuple(dict.fromkeys(inquiry.answer for inquiry in questions if inquiry.answer)),
    )


def _has_tones(word: str) -> bool:
    return not word.isascii()


def _bare(word: str) -> str:
    return word.strip(".,;:!?()\"'“”…")
