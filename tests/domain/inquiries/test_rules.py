"""Tests of how articles are ranked for a question."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.inquiries.knowledge.article import Article, Edition
from anninh_core.domain.inquiries.knowledge.ranking import rank_articles

SINCE = Edition(number=1, text="…", source="…", since=date(2021, 9, 1), by="o1")
ARTICLES = tuple(
    Article(id=id, unit="hoa-lu", title=title, phrases=phrases, editions=(SINCE,))
    for id, title, phrases in (
        ("card", "Thủ tục làm căn cước công dân", ("làm cccd ở đâu", "đổi căn cước")),
        ("home", "Thủ tục đăng ký tạm trú", ("khai báo tạm trú", "đăng ký ở trọ")),
        ("plate", "Thủ tục đăng ký xe mô tô", ("làm biển số xe",)),
    )
)


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("Cho em hỏi làm căn cước công dân cần giấy tờ gì ạ", "card"),
        ("lam cccd o dau", "card"),
        ("Tôi muốn đăng ký tạm trú cho người thuê trọ", "home"),
        ("dang ky xe may can gi", "plate"),
    ],
)
def test_the_fitting_article_comes_first(question: str, best: str) -> None:
    """Words of a question that few articles have decide the rank of the articles, with or without diacritics."""
    assert rank_articles(ARTICLES, question)[0].article.id == best


def test_unrelated_question_gets_no_suggestion() -> None:
    """A question that shares no word with any article gets no suggestion."""
    assert rank_articles(ARTICLES, "Hôm nay trời đẹp") == ()
    assert rank_articles(ARTICLES, "") == ()
    assert rank_articles((), "làm căn cước") == ()


def test_informal_spellings_are_expanded() -> None:
    """An informal spelling in a question counts as the words that the profile gives for it."""
    suggestions = rank_articles(ARTICLES, "lm c.c kiểu j", {"lm": "làm", "c": "căn cước"})
    assert suggestions[0].article.id == "card"


@given(st.text(max_size=80))
def test_fits_are_descending_shares(question: str) -> None:
    """For every question, the fits of the suggested articles are between 0 and 1 in descending order."""
    fits = [suggestion.fit for suggestion in rank_articles(ARTICLES, question)]
    assert fits == sorted(fits, reverse=True)
    assert all(0 < fit <= 1.000001 for fit in fits)
