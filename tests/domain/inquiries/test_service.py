"""Inquiries over a store."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from anninh_core.domain.inquiries.knowledge.article import Article
from anninh_core.domain.inquiries.model import Inquiry
from anninh_core.domain.inquiries.service import Inquiries
from anninh_core.domain.inquiries.states import InquiryState
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.runner import UseCaseRunner

TODAY = date(2021, 9, 1)
ROUTER = system("router")
OfficerMaker = Callable[[str, str], Actor]


@pytest.fixture
def inquiries(runner: UseCaseRunner) -> Inquiries:
    return Inquiries(runner)


@pytest.fixture
def answerer(officer: OfficerMaker) -> Actor:
    return officer("tip_officer", "hoa-lu")


@pytest.fixture
def asked(inquiries: Inquiries) -> Inquiry:
    return run_step(
        inquiries.intake.receive, ROUTER, "Làm căn cước công dân ở đâu?", unit="ninh-hoa", conversation="mock.1"
    )


@pytest.fixture
def article(inquiries: Inquiries, answerer: Actor) -> Article:
    return inquiries.knowledge.write_article(
        answerer,
        "cong-an",
        title="Làm căn cước công dân",
        text="Mang sổ hộ khẩu đến Công an huyện.",
        source="Luật Căn cước công dân 2014",
        phrases=("làm cccd ở đâu",),
    )


def test_from_question_to_delivered_answer(
    inquiries: Inquiries,
    answerer: Actor,
    asked: Inquiry,
    article: Article,
    sent: Callable[..., list[str]],
) -> None:
    """A question is acknowledged, answered from an article, and answered for good once the words arrived."""
    (best,) = inquiries.knowledge.suggest(answerer, asked.id)
    assert (best.article.id, best.fit > 0.5) == (article.id, True)
    assert best.passage.text == "Mang sổ hộ khẩu đến Công an huyện."
    replied = inquiries.handling.answer(answerer, asked.id, article=best.article.id)
    assert (replied.state, replied.article, replied.edition) == (InquiryState.REPLIED, article.id, 1)
    arrived = run_step(inquiries.intake.confirm_answer, system("delivery"), asked.id, "delivered")
    assert (arrived.state, arrived.answered_day) == (InquiryState.ANSWERED, TODAY)
    assert inquiries.handling.close(answerer, asked.id).state is InquiryState.CLOSED
    say = inquiries.queries.context.district.say
    words = say("inquiry.answer", text="Mang sổ hộ khẩu đến Công an huyện.", source="Luật Căn cước công dân 2014")
    assert sent("mock.1") == [say("inquiry.received"), words]
    counters = inquiries.queries.context.storage.counters
    counted = counters.total(["inquiries_received", "inquiries_answered"], ["ninh-hoa"], TODAY, TODAY)
    assert list(counted.values()) == [1, 1]


def test_an_officer_enters_a_walk_in(inquiries: Inquiries, answerer: Actor, sent: Callable[..., list[str]]) -> None:
    """A question asked at the counter is kept without a chat and answered by hand; nothing is sent."""
    came = inquiries.queries.context.clock.now() - timedelta(days=2)
    asked = inquiries.intake.record_walk_in(answerer, "Làm hộ khẩu ở đâu?", unit="ninh-hoa", received_at=came)
    assert (asked.conversation, asked.received_at, asked.state) == ("", came, InquiryState.RECEIVED)
    assert inquiries.handling.answered_by_hand(answerer, asked.id, "tại quầy").state is InquiryState.ANSWERED
    assert sent() == []
    with pytest.raises(BadInput, match="A question entered by an officer needs text: write what the"):
        inquiries.intake.record_walk_in(answerer, " ", unit="ninh-hoa")
    with pytest.raises(BadInput, match="in the future"):
        inquiries.intake.record_walk_in(answerer, "Ở đâu?", unit="ninh-hoa", received_at=came + timedelta(days=3))


def test_own_words_name_the_unit_as_source(inquiries: Inquiries, answerer: Actor, asked: Inquiry) -> None:
    """An officer's own words stand on the unit's word unless another source is given."""
    assert inquiries.handling.answer(answerer, asked.id, text="Ở trụ sở xã.").source == "xã Ninh Hòa"
    again = inquiries.handling.answer(answerer, asked.id, text="Ở trụ sở xã, giờ hành chính.", source="Công an xã")
    assert again.source == "Công an xã"


def test_an_edited_article_keeps_its_source(
    inquiries: Inquiries, answerer: Actor, asked: Inquiry, article: Article
) -> None:
    """Words put in place of an article's text still rest on its source."""
    edited = inquiries.handling.answer(
        answerer, asked.id, article=article.id, text="Mang sổ hộ khẩu, sáng thứ Bảy cũng mở."
    )
    assert (edited.source, edited.article) == ("Luật Căn cước công dân 2014", article.id)


def test_an_answer_that_comes_late_changes_nothing(inquiries: Inquiries, answerer: Actor, asked: Inquiry) -> None:
    """A resident who wrote again meanwhile still waits, although the old answer arrived."""
    inquiries.handling.answer(answerer, asked.id, text="Ở trụ sở xã.")
    run_step(inquiries.intake.add, ROUTER, asked.id)
    assert (
        run_step(inquiries.intake.confirm_answer, system("delivery"), asked.id, "delivered").state
        is InquiryState.RECEIVED
    )


def test_somebody_without_a_chat_is_told_by_a_person(inquiries: Inquiries, answerer: Actor) -> None:
    """Without a chat nothing is sent; a person tells and notes how."""
    called = run_step(inquiries.intake.receive, ROUTER, "Gọi điện hỏi thủ tục", unit="ninh-hoa")
    with pytest.raises(BadInput, match="no chat"):
        inquiries.handling.answer(answerer, called.id, text="Ở xã.")
    with pytest.raises(BadInput, match="The proof is missing: write how the resident was informed, such"):
        inquiries.handling.answered_by_hand(answerer, called.id, " ")
    assert inquiries.handling.answered_by_hand(answerer, called.id, "qua điện thoại").state is InquiryState.ANSWERED


def test_unanswered_questions_age(inquiries: Inquiries, answerer: Actor, asked: Inquiry, clock: FixedClock) -> None:
    """What waits for an answer is listed with its age, the oldest first, until the answer arrived."""
    clock.advance(timedelta(days=3))
    young = run_step(inquiries.intake.receive, ROUTER, "Đăng ký tạm trú?", unit="ninh-an", conversation="mock.2")
    assert [(one.inquiry.id, one.days) for one in inquiries.queries.unanswered(answerer).items] == [
        (asked.id, 3),
        (young.id, 0),
    ]
    assert [one.inquiry.id for one in inquiries.queries.unanswered(answerer, days=1).items] == [asked.id]
    assert [one.inquiry.id for one in inquiries.queries.unanswered(answerer, unit="ninh-an").items] == [young.id]
    inquiries.handling.answer(answerer, asked.id, text="Ở xã.")
    assert len(inquiries.queries.unanswered(answerer).items) == 2
    run_step(inquiries.intake.confirm_answer, system("delivery"), asked.id, "delivered")
    assert [one.inquiry.id for one in inquiries.queries.unanswered(answerer).items] == [young.id]


def test_an_inquiry_becomes_a_tip(inquiries: Inquiries, answerer: Actor, asked: Inquiry, runner: UseCaseRunner) -> None:
    """It leaves the inquiries and their numbers, and takes no answer any more."""
    assert run_step(inquiries.handling.convert_to_tip, answerer, asked.id, "t1").tip == "t1"
    assert runner.context.storage.counters.total(["inquiries_received"], ["ninh-hoa"], TODAY, TODAY) == {}
    with pytest.raises(WrongStep, match="became_tip"):
        inquiries.handling.answer(answerer, asked.id, text="Ở xã.")


def test_a_tip_becomes_an_inquiry_in_silence(inquiries: Inquiries, sent: Callable[..., list[str]]) -> None:
    """What came in as a tip keeps its origin; the resident isn't acknowledged twice."""
    taken = run_step(
        inquiries.intake.receive,
        ROUTER,
        "Hỏi thủ tục",
        unit="ninh-hoa",
        conversation="mock.1",
        from_tip="t1",
        request_receipt=False,
    )
    assert (taken.from_tip, sent()) == ("t1", [])


def test_units_keep_to_themselves(
    inquiries: Inquiries, officer: OfficerMaker, asked: Inquiry, trail: Callable[[], list[Entry]]
) -> None:
    """An officer of another commune sees nothing of it; every look is on record."""
    other = officer("tip_officer", "ninh-an")
    assert inquiries.queries.list(other).items == ()
    with pytest.raises(Refused):
        inquiries.queries.get(other, asked.id)
    assert [entry.outcome for entry in trail()[-2:]] == ["read", "refused"]
    mine = officer("tip_officer", "ninh-hoa")
    assert [one.id for one in inquiries.queries.list(mine, state=InquiryState.RECEIVED).items] == [asked.id]
    assert inquiries.queries.get(mine, asked.id) == asked.for_handlers(inquiries.queries.context.names.pseudonym)


def test_strangers_learn_nothing(inquiries: Inquiries, answerer: Actor) -> None:
    """Without a grant a refusal comes first, with one the truth."""
    for act in (
        inquiries.queries.get,
        inquiries.knowledge.suggest,
        inquiries.handling.close,
        inquiries.knowledge.retire_article,
    ):
        with pytest.raises(Refused):
            act(person("nobody"), "no-such-id")
        with pytest.raises(NotFound):
            act(answerer, "no-such-id")


def test_articles_are_public_dated_and_kept(
    inquiries: Inquiries, answerer: Actor, article: Article, clock: FixedClock, runner: UseCaseRunner
) -> None:
    """Articles lie in clear, change by editions, and leave when they are retired."""
    record = runner.context.storage.records.get("article", article.id)
    assert record is not None
    assert (record.scope, b"Mang s" in record.body) == ("", True)
    inquiries.knowledge.revise_article(
        answerer, article.id, text="Mang giấy khai sinh.", source="Thông tư", since=TODAY
    )
    (found,) = inquiries.knowledge.articles(answerer)
    edition = found.edition_on(TODAY)
    assert edition is not None
    assert (edition.number, edition.text) == (2, "Mang giấy khai sinh.")
    inquiries.knowledge.retire_article(answerer, article.id)
    assert inquiries.knowledge.articles(answerer) == ()


def test_an_article_out_of_use_answers_nothing(
    inquiries: Inquiries, answerer: Actor, asked: Inquiry, article: Article
) -> None:
    """Nobody is answered from a retired article, or from one that isn't there."""
    inquiries.knowledge.retire_article(answerer, article.id)
    with pytest.raises(WrongStep, match="isn't in use"):
        inquiries.handling.answer(answerer, asked.id, article=article.id)
    with pytest.raises(NotFound, match="no article"):
        inquiries.handling.answer(answerer, asked.id, article="none")


def test_an_article_of_tomorrow_waits(inquiries: Inquiries, answerer: Actor, clock: FixedClock) -> None:
    """An article is suggested from its day on."""
    inquiries.knowledge.write_article(
        answerer, "cong-an", title="Luật mới", text="…", source="Luật", since=TODAY + timedelta(days=1)
    )
    assert inquiries.knowledge.articles(answerer) == ()
    clock.advance(timedelta(days=1))
    assert len(inquiries.knowledge.articles(answerer)) == 1
