"""Tests of the use cases of inquiries over the in-memory storage."""

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
def unanswered_inquiry(inquiries: Inquiries) -> Inquiry:
    return run_step(
        inquiries.intake.receive, ROUTER, "Làm căn cước công dân ở đâu?", unit="ninh-hoa", conversation="mock.1"
    )


@pytest.fixture
def written_article(inquiries: Inquiries, answerer: Actor) -> Article:
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
    unanswered_inquiry: Inquiry,
    written_article: Article,
    sent: Callable[..., list[str]],
) -> None:
    """A question is acknowledged, answered from an article, and counted as answered once the answer was delivered."""
    (best,) = inquiries.knowledge.suggest(answerer, unanswered_inquiry.id)
    assert (best.article.id, best.fit > 0.5) == (written_article.id, True)
    assert best.passage.text == "Mang sổ hộ khẩu đến Công an huyện."
    replied = inquiries.handling.answer(answerer, unanswered_inquiry.id, article=best.article.id)
    assert (replied.state, replied.article, replied.edition) == (InquiryState.REPLIED, written_article.id, 1)
    arrived = run_step(inquiries.intake.confirm_answer, system("delivery"), unanswered_inquiry.id, "delivered")
    assert (arrived.state, arrived.answered_day) == (InquiryState.ANSWERED, TODAY)
    assert inquiries.handling.close(answerer, unanswered_inquiry.id).state is InquiryState.CLOSED
    say = inquiries.queries.context.district.say
    words = say("inquiry.answer", text="Mang sổ hộ khẩu đến Công an huyện.", source="Luật Căn cước công dân 2014")
    assert sent("mock.1") == [say("inquiry.received"), words]
    counters = inquiries.queries.context.storage.counters
    counted = counters.total(["inquiries_received", "inquiries_answered"], ["ninh-hoa"], TODAY, TODAY)
    assert list(counted.values()) == [1, 1]


def test_an_officer_enters_a_walk_in(inquiries: Inquiries, answerer: Actor, sent: Callable[..., list[str]]) -> None:
    """A question asked at the counter is recorded without a chat and answered by hand; nothing is sent."""
    received_at = inquiries.queries.context.clock.now() - timedelta(days=2)
    inquiry = inquiries.intake.record_walk_in(answerer, "Làm hộ khẩu ở đâu?", unit="ninh-hoa", received_at=received_at)
    assert (inquiry.conversation, inquiry.received_at, inquiry.state) == ("", received_at, InquiryState.RECEIVED)
    assert inquiries.handling.answered_by_hand(answerer, inquiry.id, "tại quầy").state is InquiryState.ANSWERED
    assert sent() == []
    with pytest.raises(BadInput, match="A question entered by an officer needs text: write what the"):
        inquiries.intake.record_walk_in(answerer, " ", unit="ninh-hoa")
    with pytest.raises(BadInput, match="in the future"):
        inquiries.intake.record_walk_in(
            answerer, "Ở đâu?", unit="ninh-hoa", received_at=received_at + timedelta(days=3)
        )


def test_own_text_names_the_unit_as_source(inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry) -> None:
    """An answer in an officer's own words names the unit as its source unless another source is given."""
    assert inquiries.handling.answer(answerer, unanswered_inquiry.id, text="Ở trụ sở xã.").source == "xã Ninh Hòa"
    again = inquiries.handling.answer(
        answerer, unanswered_inquiry.id, text="Ở trụ sở xã, giờ hành chính.", source="Công an xã"
    )
    assert again.source == "Công an xã"


def test_an_edited_article_keeps_its_source(
    inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry, written_article: Article
) -> None:
    """An answer for which the officer edited an article's text keeps the article's source."""
    edited = inquiries.handling.answer(
        answerer, unanswered_inquiry.id, article=written_article.id, text="Mang sổ hộ khẩu, sáng thứ Bảy cũng mở."
    )
    assert (edited.source, edited.article) == ("Luật Căn cước công dân 2014", written_article.id)


def test_late_delivery_leaves_a_reopened_inquiry_open(
    inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry
) -> None:
    """An inquiry that was reopened stays open when an older answer is delivered."""
    inquiries.handling.answer(answerer, unanswered_inquiry.id, text="Ở trụ sở xã.")
    run_step(inquiries.intake.add, ROUTER, unanswered_inquiry.id)
    assert (
        run_step(inquiries.intake.confirm_answer, system("delivery"), unanswered_inquiry.id, "delivered").state
        is InquiryState.RECEIVED
    )


def test_inquiry_without_chat_is_answered_by_hand(inquiries: Inquiries, answerer: Actor) -> None:
    """An inquiry without a chat can't be answered by message; an officer informs the resident and records the proof."""
    called = run_step(inquiries.intake.receive, ROUTER, "Gọi điện hỏi thủ tục", unit="ninh-hoa")
    with pytest.raises(BadInput, match="no chat"):
        inquiries.handling.answer(answerer, called.id, text="Ở xã.")
    with pytest.raises(BadInput, match="The proof is missing: write how the resident was informed, such"):
        inquiries.handling.answered_by_hand(answerer, called.id, " ")
    assert inquiries.handling.answered_by_hand(answerer, called.id, "qua điện thoại").state is InquiryState.ANSWERED


def test_unanswered_questions_age(
    inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry, clock: FixedClock
) -> None:
    """Unanswered inquiries are listed with their age, the oldest first, until the answer is delivered."""
    clock.advance(timedelta(days=3))
    young = run_step(inquiries.intake.receive, ROUTER, "Đăng ký tạm trú?", unit="ninh-an", conversation="mock.2")
    assert [(line.inquiry.id, line.days) for line in inquiries.queries.unanswered(answerer).items] == [
        (unanswered_inquiry.id, 3),
        (young.id, 0),
    ]
    assert [line.inquiry.id for line in inquiries.queries.unanswered(answerer, days=1).items] == [unanswered_inquiry.id]
    assert [line.inquiry.id for line in inquiries.queries.unanswered(answerer, unit="ninh-an").items] == [young.id]
    inquiries.handling.answer(answerer, unanswered_inquiry.id, text="Ở xã.")
    assert len(inquiries.queries.unanswered(answerer).items) == 2
    run_step(inquiries.intake.confirm_answer, system("delivery"), unanswered_inquiry.id, "delivered")
    assert [line.inquiry.id for line in inquiries.queries.unanswered(answerer).items] == [young.id]


def test_an_inquiry_becomes_a_tip(
    inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry, runner: UseCaseRunner
) -> None:
    """An inquiry that became a tip is no longer counted as an inquiry and can't be answered."""
    assert run_step(inquiries.handling.convert_to_tip, answerer, unanswered_inquiry.id, "t1").tip == "t1"
    assert runner.context.storage.counters.total(["inquiries_received"], ["ninh-hoa"], TODAY, TODAY) == {}
    with pytest.raises(WrongStep, match="became_tip"):
        inquiries.handling.answer(answerer, unanswered_inquiry.id, text="Ở xã.")


def test_inquiry_from_tip_sends_no_receipt(inquiries: Inquiries, sent: Callable[..., list[str]]) -> None:
    """An inquiry made from a tip keeps its origin, and the resident isn't sent a second receipt."""
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


def test_other_units_see_no_inquiry(
    inquiries: Inquiries, officer: OfficerMaker, unanswered_inquiry: Inquiry, trail: Callable[[], list[Entry]]
) -> None:
    """An officer of another commune can't see an inquiry, and every access is recorded in the audit log."""
    other = officer("tip_officer", "ninh-an")
    assert inquiries.queries.list(other).items == ()
    with pytest.raises(Refused):
        inquiries.queries.get(other, unanswered_inquiry.id)
    assert [entry.outcome for entry in trail()[-2:]] == ["read", "refused"]
    mine = officer("tip_officer", "ninh-hoa")
    assert [inquiry.id for inquiry in inquiries.queries.list(mine, state=InquiryState.RECEIVED).items] == [
        unanswered_inquiry.id
    ]
    assert inquiries.queries.get(mine, unanswered_inquiry.id) == unanswered_inquiry.for_handlers(
        inquiries.queries.context.names.pseudonym
    )


def test_strangers_learn_nothing(inquiries: Inquiries, answerer: Actor) -> None:
    """An officer without a grant is refused before learning whether an inquiry exists."""
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
    inquiries: Inquiries, answerer: Actor, written_article: Article, clock: FixedClock, runner: UseCaseRunner
) -> None:
    """Articles are stored unencrypted, are changed by new editions, and leave the list when they are retired."""
    record = runner.context.storage.records.get("article", written_article.id)
    assert record is not None
    assert (record.scope, b"Mang s" in record.body) == ("", True)
    inquiries.knowledge.revise_article(
        answerer, written_article.id, text="Mang giấy khai sinh.", source="Thông tư", since=TODAY
    )
    (listed,) = inquiries.knowledge.articles(answerer)
    edition = listed.edition_on(TODAY)
    assert edition is not None
    assert (edition.number, edition.text) == (2, "Mang giấy khai sinh.")
    inquiries.knowledge.retire_article(answerer, written_article.id)
    assert inquiries.knowledge.articles(answerer) == ()


def test_an_article_out_of_use_answers_nothing(
    inquiries: Inquiries, answerer: Actor, unanswered_inquiry: Inquiry, written_article: Article
) -> None:
    """An inquiry can't be answered from a retired article or from an article that doesn't exist."""
    inquiries.knowledge.retire_article(answerer, written_article.id)
    with pytest.raises(WrongStep, match="isn't in use"):
        inquiries.handling.answer(answerer, unanswered_inquiry.id, article=written_article.id)
    with pytest.raises(NotFound, match="no article"):
        inquiries.handling.answer(answerer, unanswered_inquiry.id, article="none")


def test_future_article_is_not_listed(inquiries: Inquiries, answerer: Actor, clock: FixedClock) -> None:
    """An article is listed only from its day on."""
    inquiries.knowledge.write_article(
        answerer, "cong-an", title="Luật mới", text="…", source="Luật", since=TODAY + timedelta(days=1)
    )
    assert inquiries.knowledge.articles(answerer) == ()
    clock.advance(timedelta(days=1))
    assert len(inquiries.knowledge.articles(answerer)) == 1
