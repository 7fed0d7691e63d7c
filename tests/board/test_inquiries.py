"""Questions and the knowledge base on the board, without a script."""

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
    """Id of a question that somebody asked at the counter."""
    return app.inquiries.record_walk_in(officer, QUESTION, unit="hoa-lu").id


def test_list_and_case(visitor: Visitor, inquiry: str, article: str) -> None:
    """A question waits in the list; its page shows which article may answer, with the passage, and what can be done."""
    listed = visitor.get("/inquiries")
    shown = visitor.get(f"/inquiries/{inquiry}")
    assert f"/inquiries/{inquiry}" in listed.text
    assert "Chưa xem" in listed.main
    assert QUESTION in shown.text
    assert f"/inquiries/articles/{article}" in shown.text
    assert "công an huyện" in shown.text
    assert shown.has_form("/inquiries/answered_by_hand")
    assert not shown.has_form("/inquiries/answer")  # there is no chat to answer in
    assert "Chưa xem" not in visitor.get("/inquiries").main


def test_answer_by_hand_and_note(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """What an officer told at the counter is noted, and what colleagues should know too."""
    shown = visitor.get(f"/inquiries/{inquiry}")
    visitor.send(shown.form("/inquiries/add_note"), words="Bà con hỏi nhiều lần")
    shown = visitor.send(visitor.get(f"/inquiries/{inquiry}").form("/inquiries/answered_by_hand"), proof="Tại trụ sở")
    assert "Đã xong: Đã trả lời trực tiếp" in shown.text
    assert "Bà con hỏi nhiều lần" in shown.text
    assert app.inquiries.get(officer, inquiry).state.value == "answered"
    assert "Đã trả lời trực tiếp – Cán bộ Mẫu" in visitor.get(f"/inquiries/{inquiry}").text  # who did it, by name


def test_it_was_a_tip(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """A question that tells of a crime becomes a tip, on whose page one comes out."""
    shown = visitor.send(visitor.get(f"/inquiries/{inquiry}").form("/inquiries/convert_to_tip"), category="crime")
    assert shown.status == 200
    assert shown.path.partition("?")[0] == f"/tips/{app.tips.list(officer).items[0].id}"
    assert "Đã thành tin báo" in visitor.get(f"/inquiries/{inquiry}").text


def test_question_becomes_an_article(app: App, officer: Actor, visitor: Visitor, inquiry: str) -> None:
    """A question becomes an article; it is revised, checked and taken out of use."""
    form = visitor.get(f"/inquiries/articles/new?of={inquiry}").form("/inquiries/articles.write")
    assert form.fields["phrases"] == [QUESTION]
    shown = visitor.send(form, title="Làm căn cước", text=TEXT, source="Luật Căn cước công dân", since="2021-09-01")
    assert shown.status == 200
    (known,) = app.inquiries.articles.list(officer)
    path = f"/inquiries/articles/{known.id}"
    assert shown.path.partition("?")[0] == path
    visitor.send(visitor.get(path).form("/inquiries/articles.confirm"))
    revised = visitor.send(visitor.get(path).form("/inquiries/articles.revise"), text=f"{TEXT} Lệ phí: không.")
    assert "Lệ phí: không." in revised.text
    assert "Làm căn cước" in visitor.get("/inquiries/articles").text
    visitor.send(visitor.get(path).form("/inquiries/articles.retire"), confirmed="yes")
    assert "Làm căn cước" not in visitor.get("/inquiries/articles").main
    assert not visitor.get(path).has_form("/inquiries/articles.revise")


def test_question_at_the_counter(app: App, officer: Actor, visitor: Visitor) -> None:
    """Whoever is asked at the counter notes it, and comes to its page."""
    shown = visitor.send(visitor.get("/inquiries/new").form("/inquiries/record_walk_in"), text=QUESTION)
    assert QUESTION in shown.text
    assert len(app.inquiries.list(officer).items) == 1


def test_whoever_answers_none_has_no_page(app: App, stranger: Actor, inquiry: str) -> None:
    """A moderator sees neither the section nor a question."""
    visitor = Visitor(create_board(app)).enter(enrol(app, stranger.id, "khac"))
    assert "/inquiries" not in visitor.get("/").text
    assert visitor.get(f"/inquiries/{inquiry}").status in (403, 404)


def test_a_look_is_one_entry(app: App, visitor: Visitor, inquiry: str, article: str) -> None:
    """Each list and each question leaves one; the knowledge base is public, and a form shows nobody's words."""

    def added(path: str) -> int:
        before = app.internals.context.storage.journal.head()[0]
        assert visitor.get(path).status == 200
        return app.internals.context.storage.journal.head()[0] - before

    looks = {
        "/inquiries": 1,
        "/inquiries/all": 1,
        f"/inquiries/{inquiry}": 1,
        "/inquiries/articles": 0,
        f"/inquiries/articles/{article}": 0,
        "/inquiries/new": 0,
    }
    assert {path: added(path) for path in looks} == looks
