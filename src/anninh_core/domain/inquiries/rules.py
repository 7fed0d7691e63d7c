"""Pure rules of inquiries: which articles fit a question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log

from anninh_core.domain.inquiries.model import Article
from anninh_core.kernel.text import expand_slang, words

_MIN_SCORE = 0.25


def rank_articles(
    articles: Sequence[Article], question: str, teen_code: Mapping[str, str] | None = None
) -> tuple[tuple[Article, float], ...]:
    """Return the articles that may answer a question, best first, each with how well it fits, 0 to 1.

    The fit is the share of the question's words that an article has, rare words counting more: what stands in every
    article tells nothing. Words are compared without diacritics, informal spellings are expanded.
    """
    question_words = set(expand_slang(words(question), teen_code or {}))
    indexed = [(article, _article_words(article)) for article in articles]
    document_frequency = Counter(word for _, article_words in indexed for word in article_words)
    weight = {
        word: log(1 + len(indexed) / document_frequency[word]) for word in question_words if word in document_frequency
    }
    total = sum(weight.values())
    scored = [
        (article, sum(weight.get(word, 0.0) for word in question_words & article_words) / total)
        for article, article_words in indexed
        if total
    ]
    return tuple(sorted((fit for fit in scored if fit[1] >= _MIN_SCORE), key=lambda fit: (-fit[1], fit[0].id)))


def _article_words(article: Article) -> set[str]:
    return set(words(" ".join((article.title, *article.phrases))))
