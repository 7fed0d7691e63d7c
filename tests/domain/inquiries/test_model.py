"""Tests of the state machine of inquiries, and of the editions of articles."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anninh_core.domain.inquiries.kind import inquiry_facts
from anninh_core.domain.inquiries.knowledge.article import Article, Edition
from anninh_core.domain.inquiries.model import TRANSITIONS, Inquiry
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput, WrongStep

DAY = date(2021, 9, 1)
ASKED = Inquiry(
    id="i",
    unit="ninh-hoa",
    question="Làm căn cước ở đâu?",
    conversation="mock.1",
    received_at=datetime(2021, 9, 1, 1, tzinfo=UTC),
    received_day=DAY,
)


def build_edition(since: date, text: str = "x", source: str = "Thông tư mới") -> Edition:
    return Edition(number=0, text=text, source=source, since=since, by="o2")


def build_article(since: date = DAY) -> Article:
    first = Edition(number=1, text="Mang theo sổ hộ khẩu.", source="Luật Căn cước công dân", since=since, by="o1")
    return Article(id="a", unit="hoa-lu", title="Làm căn cước công dân", phrases=(), editions=(first,))


@given(st.lists(st.sampled_from(InquiryState), max_size=8))
def test_only_listed_transitions_happen(steps: list[InquiryState]) -> None:
    """An inquiry moves only along the transition table, and a refused transition changes nothing."""
    inquiry = ASKED
    for to in steps:
        if to in TRANSITIONS[inquiry.state]:
            inquiry = inquiry.moved(to)
            assert inquiry.state is to
        else:
            with pytest.raises(WrongStep, match="can't become"):
                inquiry.moved(to)


def test_every_state_is_in_the_table() -> None:
    """The transition table of inquiries has every state, and only `BECAME_TIP` is final."""
    assert set(TRANSITIONS) == set(InquiryState)
    assert [state for state in InquiryState if not TRANSITIONS[state]] == [InquiryState.BECAME_TIP]


def test_answer_needs_a_text() -> None:
    """An inquiry can't be answered with an empty text."""
    with pytest.raises(BadInput, match="can't be answered without a text: give an article or write the"):
        ASKED.replied("  ", "Công an huyện")


def test_further_message_reopens_an_inquiry() -> None:
    """A further message opens an answered inquiry again, and leaves an unanswered inquiry unchanged."""
    answered = ASKED.replied("Ở trụ sở xã.", "Công an xã").answered("delivered", DAY)
    again = answered.asked_again()
    assert (again.state, again.answered_day) == (InquiryState.RECEIVED, None)
    assert ASKED.asked_again() is ASKED


def test_inquiry_turned_tip_is_not_counted() -> None:
    """An inquiry that became a tip isn't counted as an inquiry."""
    assert [fact.indicator for fact in inquiry_facts(ASKED)] == ["inquiries_received"]
    answered = ASKED.replied("Ở xã.", "Công an xã").answered("delivered", DAY + timedelta(2))
    assert [(fact.indicator, fact.day) for fact in inquiry_facts(answered)] == [
        ("inquiries_received", DAY),
        ("inquiries_answered", DAY + timedelta(2)),
    ]
    assert not list(inquiry_facts(answered.became("t")))


def test_an_article_answers_with_the_edition_of_the_day() -> None:
    """A new edition of an article is used from its day on, and a retired article is never used again."""
    revised = build_article().revised(build_edition(DAY + timedelta(10), "Mang theo giấy khai sinh."))
    numbers = [revised.edition_on(DAY + timedelta(days)) for days in (-1, 0, 9, 10)]
    assert [edition.number if edition else 0 for edition in numbers] == [0, 1, 1, 2]
    assert revised.retired(DAY + timedelta(20)).edition_on(DAY + timedelta(20)) is None


def test_editions_follow_in_time() -> None:
    """The editions of an article follow in time, a retired article takes none, and an edition without source or text is
    refused.
    """
    with pytest.raises(BadInput, match="can't follow"):
        build_article().revised(build_edition(DAY - timedelta(1)))
    with pytest.raises(WrongStep, match="was retired"):
        build_article().retired(DAY).revised(build_edition(DAY))
    with pytest.raises(WrongStep, match="already"):
        build_article().retired(DAY).retired(DAY)
    with pytest.raises(BadInput, match="of the article is empty: fill it in"):
        build_article().revised(build_edition(DAY, source=" "))
