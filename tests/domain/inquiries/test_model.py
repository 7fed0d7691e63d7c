"""Inquiries and articles as pure values."""

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


def edition(since: date, text: str = "x", source: str = "Thông tư mới") -> Edition:
    return Edition(number=0, text=text, source=source, since=since, by="o2")


def article(since: date = DAY) -> Article:
    first = Edition(number=1, text="Mang theo sổ hộ khẩu.", source="Luật Căn cước công dân", since=since, by="o1")
    return Article(id="a", unit="hoa-lu", title="Làm căn cước công dân", phrases=(), editions=(first,))


@given(st.lists(st.sampled_from(InquiryState), max_size=8))
def test_only_steps_of_the_table_happen(steps: list[InquiryState]) -> None:
    """Whatever is tried, an inquiry only ever moves along the table, and a refused step changes nothing."""
    inquiry = ASKED
    for to in steps:
        if to in TRANSITIONS[inquiry.state]:
            inquiry = inquiry.moved(to)
            assert inquiry.state is to
        else:
            with pytest.raises(WrongStep, match="can't become"):
                inquiry.moved(to)


def test_every_state_has_its_row() -> None:
    """The table names every state, and only what became a tip never comes back."""
    assert set(TRANSITIONS) == set(InquiryState)
    assert [state for state in InquiryState if not TRANSITIONS[state]] == [InquiryState.BECAME_TIP]


def test_an_answer_needs_words() -> None:
    """Nobody is answered with nothing."""
    with pytest.raises(BadInput, match="can't be answered without a text: give an article or write the"):
        ASKED.replied("  ", "Công an huyện")


def test_a_resident_who_writes_again_waits_again() -> None:
    """More words open an answered inquiry; one that still waits stays as it is."""
    answered = ASKED.replied("Ở trụ sở xã.", "Công an xã").answered("delivered", DAY)
    again = answered.asked_again()
    assert (again.state, again.answered_day) == (InquiryState.RECEIVED, None)
    assert ASKED.asked_again() is ASKED


def test_what_became_a_tip_is_counted_there() -> None:
    """An inquiry that turned out to be a tip is no inquiry in the reports."""
    assert [fact.indicator for fact in inquiry_facts(ASKED)] == ["inquiries_received"]
    answered = ASKED.replied("Ở xã.", "Công an xã").answered("delivered", DAY + timedelta(2))
    assert [(fact.indicator, fact.day) for fact in inquiry_facts(answered)] == [
        ("inquiries_received", DAY),
        ("inquiries_answered", DAY + timedelta(2)),
    ]
    assert not list(inquiry_facts(answered.became("t")))


def test_an_article_answers_with_the_edition_of_the_day() -> None:
    """A new edition is used from its day on, a retired article never again."""
    revised = article().revised(edition(DAY + timedelta(10), "Mang theo giấy khai sinh."))
    numbers = [revised.edition_on(DAY + timedelta(days)) for days in (-1, 0, 9, 10)]
    assert [edition.number if edition else 0 for edition in numbers] == [0, 1, 1, 2]
    assert revised.retired(DAY + timedelta(20)).edition_on(DAY + timedelta(20)) is None


def test_articles_grow_forward() -> None:
    """Editions follow in time; a retired article takes none; an edition without source or text is refused."""
    with pytest.raises(BadInput, match="can't follow"):
        article().revised(edition(DAY - timedelta(1)))
    with pytest.raises(WrongStep, match="was retired"):
        article().retired(DAY).revised(edition(DAY))
    with pytest.raises(WrongStep, match="already"):
        article().retired(DAY).retired(DAY)
    with pytest.raises(BadInput, match="of the article is empty: fill it in"):
        article().revised(edition(DAY, source=" "))
