"""Tests of the article search with questions in residents' words, measured on the shipped articles."""

import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anninh_core.domain.inquiries.knowledge.ranking import FITTING, ArticleIndex
from anninh_core.kernel.text import fold
from anninh_core.profile import load_profile
from anninh_core.profile.knowledge import read_shipped_articles

ARTICLES = tuple(draft.build_article(draft.key, "hoa-lu") for draft in read_shipped_articles())
SLANG = load_profile("hoa_lu_2021").slang
INDEX = ArticleIndex(ARTICLES, SLANG)
PHRASES = [(phrase, article.key) for article in ARTICLES for phrase in (article.title, *article.phrases)]


def read_questions(file: str) -> Mapping[str, str]:
    """Return a mapping from question to the key of the article that answers it."""
    questions: dict[str, str] = tomllib.loads((Path(__file__).parent / file).read_text(encoding="utf-8"))["asked"]
    return questions


MEASURED = [("asked_before.toml", 27, 30), ("asked_after.toml", 21, 26)]


@pytest.mark.parametrize(("file", "first", "among_three"), MEASURED)
def test_questions_find_their_article(file: str, first: int, among_three: int) -> None:
    """At least as many questions find their article as in the last measurement; only the second file is independent, as
    it was written after the search.
    """
    questions = read_questions(file)
    ranked_keys = {text: [suggestion.article.key for suggestion in INDEX.rank(text)[:3]] for text in questions}
    assert len(questions) == 30
    assert sum(ranked_keys[text][:1] == [key] for text, key in questions.items()) >= first
    assert sum(key in ranked_keys[text] for text, key in questions.items()) >= among_three


def test_unanswerable_questions_fit_less() -> None:
    """Most questions that no article answers get only suggestions that fit less than an answer does."""
    path = Path(__file__).parent / "asked_strange.toml"
    strange = tomllib.loads(path.read_text(encoding="utf-8"))["asked"]
    assert len(strange) == 14
    assert sum(bool(INDEX.rank(text, least=FITTING)) for text in strange) <= 5


def test_every_question_names_an_existing_article() -> None:
    """The two files of test questions have no question in common and name only existing articles."""
    before, after = read_questions("asked_before.toml"), read_questions("asked_after.toml")
    assert not before.keys() & after.keys()
    assert {*before.values(), *after.values()} <= {article.key for article in ARTICLES}


@pytest.mark.parametrize("bare", [False, True])
def test_each_phrase_finds_its_own_article_first(bare: bool) -> None:
    """A question in an article's own words, with or without diacritics, finds that article first."""
    missed = [phrase for phrase, key in PHRASES if INDEX.rank(fold(phrase) if bare else phrase)[0].article.key != key]
    assert not missed


@settings(max_examples=50)
@given(
    st.sampled_from([phrase for phrase, _ in PHRASES]),
    st.sampled_from(["", "cho em hỏi ", "các anh ơi ", "Dạ "]),
    st.sampled_from(["", " ạ", "?", " với ạ", "…"]),
)
def test_politeness_and_encoding_change_nothing(phrase: str, before: str, after: str) -> None:
    """Unicode normalization never changes the ranking, and polite words keep the article among the first three."""
    question = before + phrase + after
    ranked = INDEX.rank(question)
    assert [suggestion.article.key for suggestion in INDEX.rank(unicodedata.normalize("NFD", question))] == [
        suggestion.article.key for suggestion in ranked
    ]
    assert dict(PHRASES)[phrase] in [suggestion.article.key for suggestion in ranked[:3]]


@settings(max_examples=50)
@given(st.lists(st.sampled_from([word for phrase, _ in PHRASES for word in phrase.split()]), max_size=12).map(" ".join))
def test_suggestion_shows_passage_and_matches(question: str) -> None:
    """Suggested articles are sorted by how well they fit, from 1 to 0; each shows a passage of the article's text and
    words that match the question.
    """
    suggestions = INDEX.rank(question)
    assert [suggestion.fit for suggestion in suggestions] == sorted(
        (suggestion.fit for suggestion in suggestions), reverse=True
    )
    for suggestion in suggestions:
        assert 0 < suggestion.fit <= 1
        assert suggestion.passage.text.strip("…") in suggestion.article.editions[-1].text
        assert suggestion.matched
