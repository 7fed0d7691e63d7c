"""Inquiries and the knowledge base on the board, without scripts."""

import pytest
from tests.board.visitor import Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.usecase import Actor

QUESTION = "Cho tôi hỏi làm căn cước công dân ở đâu?"
TEXT = "Làm căn cước công dân tại công an huyện, giờ hành chính, mang theo sổ hộ khẩu."


@pytest.fixture
def article(app: App, officer: Actor) -> str:
    """Id of an article that answers the question."""
    write = app.inquiries.articles.write
    phrases = ("làm căn cước công dân ở đâu",)
    source = "Luật Căn cước công dân"
    return write(officer, unit="hoa-lu", title="Làm căn cước", text=TEXT, source=source, phrases=phrases).id


@pytest.fixture
def inquiry(app: App, officer: Actor) -> str:
    """Id of an inquiry recorded at the counter."""
    return app.inquiries.record_walk_in(officer, QUESTION, unit="hoa-lu").id


def test_inquiry_shows_suggested_article(visitor: Visitor, inquiry: str, article: str) -> None:
    """An inquiry's page shows a suggested article with the matching passage and only the possible acts, and reading it
    ends the unread mark.
    """
    list_screen = visitor.get("/inquiries")
    screen = visitor.get(f"/inquiries/{inquiry}")
    assert f"/inquiries/{inquiry}" in list_screen.text
    assert "Chưa xem" in list_screen.main
    assert QUESTION in screen.text
    assert f"/inquiries/articles/{article}" in screen.text
    assert "công an huyện" in screen.text
    assert screen.has_form("/inquiries/record_manual_answer")
    assert not screen.has_form("/inquiries/answer")  # the inquiry has no chat for a reply
    assert "Chưa xem" not in visitor.get("/inquiries").main


def test_answer_at_counter_is_recorded(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """An inquiry answered at the counter is recorded with proof and officer, and its notes are shown."""
    screen = visitor.get(f"/inquiries/{inquiry}")
    visitor.send(screen.form("/inquiries/add_note"), words="Bà con hỏi nhiều lần")
    screen = visitor.send(
        visitor.get(f"/inquiries/{inquiry}").form("/inquiries/record_manual_answer"), proof="Tại trụ sở"
    )
    assert "Đã xong: Đã trả lời trực tiếp" in screen.text
    assert "Bà con hỏi nhiều lần" in screen.text
    assert app.inquiries.get(officer, inquiry).state.value == "answered"
    # The page shows the officer's name with the answer.
    assert "Đã trả lời trực tiếp – Cán bộ Mẫu" in visitor.get(f"/inquiries/{inquiry}").text


def test_inquiry_is_converted_to_tip(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """An inquiry about a crime is converted to a tip, and the tip's page opens."""
    screen = visitor.send(visitor.get(f"/inquiries/{inquiry}").form("/inquiries/convert_to_tip"), category="crime")
    assert screen.status == 200
    assert screen.path.partition("?")[0] == f"/tips/{app.tips.list(officer).items[0].id}"
    assert "Đã thành tin báo" in visitor.get(f"/inquiries/{inquiry}").text


def test_question_becomes_an_article(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """An inquiry becomes an article, which is then confirmed, revised and retired."""
    form = visitor.get(f"/inquiries/articles/new?of={inquiry}").form("/inquiries/articles.write")
    assert form.fields["phrases"] == [QUESTION]
    screen = visitor.send(form, title="Làm căn cước", text=TEXT, source="Luật Căn cước công dân", since="2021-09-01")
    assert screen.status == 200
    (article,) = app.inquiries.articles.list(officer)
    path = f"/inquiries/articles/{article.id}"
    assert screen.path.partition("?")[0] == path
    visitor.send(visitor.get(path).form("/inquiries/articles.confirm"))
    revised = visitor.send(visitor.get(path).form("/inquiries/articles.revise"), text=f"{TEXT} Lệ phí: không.")
    assert "Lệ phí: không." in revised.text
    assert "Làm căn cước" in visitor.get("/inquiries/articles").text
    visitor.send(visitor.get(path).form("/inquiries/articles.retire"), confirmed="yes")
    assert "Làm căn cước" not in visitor.get("/inquiries/articles").main
    assert not visitor.get(path).has_form("/inquiries/articles.revise")


def test_inquiry_from_counter_is_recorded(app: App, officer: Actor, visitor: Visitor) -> None:
    """An officer records an inquiry from the counter, and its page opens."""
    screen = visitor.send(visitor.get("/inquiries/new").form("/inquiries/record_walk_in"), text=QUESTION)
    assert QUESTION in screen.text
    assert len(app.inquiries.list(officer).items) == 1


def test_moderator_sees_no_inquiries(app: App, officer_without_tips: Actor, inquiry: str) -> None:
    """A moderator sees neither the section of inquiries nor an inquiry."""
    visitor = Visitor(create_board(app)).enter(enrol(app, officer_without_tips.id, "khac"))
    assert "/inquiries" not in visitor.get("/").text
    assert visitor.get(f"/inquiries/{inquiry}").status in (403, 404)


def test_reading_inquiries_leaves_one_entry(app: App, visitor: Visitor, inquiry: str, article: str) -> None:
    """Reading a list of inquiries or an inquiry leaves one journal entry; the public knowledge base and an empty form
    leave none.
    """

    def count_new_entries(path: str) -> int:
        before = app.internals.context.storage.journal.head()[0]
        assert visitor.get(path).status == 200
        return app.internals.context.storage.journal.head()[0] - before

    entries_by_page = {
        "/inquiries": 1,
        "/inquiries/all": 1,
        f"/inquiries/{inquiry}": 1,
        "/inquiries/articles": 0,
        f"/inquiries/articles/{article}": 0,
        "/inquiries/new": 0,
    }
    assert {path: count_new_entries(path) for path in entries_by_page} == entries_by_page
