"""Pure rules of inquiries: which articles fit a question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from anninh_core.kernel.text import teen_words, words
from anninh_core.rooms.inquiries.model import Article

_ENOUGH = 0.25


def ranked(
    articles: Sequence[Article], question: str, teen_code: Mapping[str, str] | None = None
) -> tuple[tuple[Article, float], ...]:
    """Return the articles that may answer a question, best first, each with how well it fits, 0 to 1.

    The fit is the share of the question's words that an article has, rare words counting more: what stands in every
    article tells nothing. Words are compared without diacritics, informal spellings are expanded.
    """
    asked = set(teen_words(words(question), teen_code or {}))
    known = [(article, _words_of(article)) for article in articles]
    spread = Counter(word for _, own in known for word in own)
    weight = {word: log(1 + len(known) / spread[word]) for word in asked if word in spread}
    total = sum(weight.values())
    fits = [(article, sum(weight.get(word, 0.0) for word in asked & own) / total) for article, own in known if total]
    return tuple(sorted((fit for fit in fits if fit[1] >= _ENOUGH), key=lambda fit: (-fit[1], fit[0].id)))


def _words_of(article: Article) -> set[str]:
    return set(words(" ".join((article.title, *article.phrases))))
