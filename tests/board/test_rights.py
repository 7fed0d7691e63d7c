"""Requests about data of one's own on the board: taken in, who asks looked at, found, copied, answered."""

from datetime import timedelta

import pytest
from tests.board.conftest import Enter
from tests.board.visitor import Shown, Visitor
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.domain.rights.model import RightsRequest
from anninh_core.testing import Dialog, FixedClock, MockMessenger, UnsafeLocalUsers, pump
from anninh_core.usecase import Actor


@pytest.fixture
def checker(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Người Kiểm", "hoa-lu", "identity_custodian")


@pytest.fixture
def handler(app: App) -> Actor:
    return UnsafeLocalUsers(app).appoint("Cán Bộ Dữ Liệu", "hoa-lu", "data_officer")


def by_chat(app: App, handler: Actor, words: str) -> RightsRequest:
    """Let somebody report something and ask by chat, and return the request."""
    messenger = app.internals.messengers["oa"]
    assert isinstance(messenger, MockMessenger)
    dialog = Dialog(messenger.chat, lambda: pump(app, messenger.chat))
    dialog.says("Chị Thử", "Mất xe đạp ở xóm 1 xã Ninh Hòa")
    dialog.says("Chị Thử", words)
    return app.rights.requests(handler).items[-1]


def told(shown: Shown) -> str:
    """Return what a page tells of a request that was taken in just now."""
    return shown.main.partition('aria-labelledby="taken"')[2].partition("</section>")[0]


def looked_at(app: App, checker: Actor, request: RightsRequest) -> str:
    """Have somebody show at the office who they are, and return the page of the request."""
    app.rights.record_check(checker, request.id, way="office_paper", passed=True, note="Đúng ảnh trên thẻ")
    return f"/rights/{request.id}"


def test_taken_in_at_the_desk(app: App, handler: Actor, visitor: Visitor, enter: Enter) -> None:
    """Whoever takes tips in takes it in and reads the number to the person; what is answered stays with others."""
    form = visitor.get("/rights/new").form("/do/rights/record_request")
    shown = visitor.send(form, kind="access", applicant="Bà Mẫu", words="Xin bản sao")
    (request,) = app.rights.requests(handler).items
    assert request.number in shown.main
    again = visitor.send(form, kind="access", applicant="Bà Mẫu", words="Xin bản sao")  # a double click
    assert told(again) == told(shown)
    assert len(app.rights.requests(handler).items) == 1
    assert visitor.get(f"/rights/{request.id}").status == visitor.get("/rights/open").status == 403
    assert request.number in enter(handler).get("/rights").main


def test_who_asks_is_looked_at_by_another(app: App, checker: Actor, handler: Actor, enter: Enter) -> None:
    """Nothing but a refusal is offered before; whoever looked sees nothing of what is kept."""
    request = by_chat(app, handler, "cho tôi xem dữ liệu của tôi")
    page = enter(handler)
    shown = page.get(f"/rights/{request.id}")
    assert not shown.has_form("/do/rights/find")
    assert shown.has_form("/do/rights/answer")
    looking = enter(checker)
    form = looking.get("/rights").form("/do/rights/record_check")
    assert looking.send(form, way="office_paper", passed="yes", note="").status == 422
    after = looking.send(form, way="office_paper", passed="yes", note="Đúng ảnh trên thẻ")
    assert not after.has_form("/do/rights/record_check")
    assert looking.get(f"/rights/{request.id}").status == 403
    assert page.get(f"/rights/{request.id}").has_form("/do/rights/find")


def test_found_once_and_copied(app: App, checker: Actor, handler: Actor, enter: Enter) -> None:
    """What is kept is shown on the page that asked for it, with its purpose on record; the copy is a file to save."""
    path = looked_at(app, checker, by_chat(app, handler, "cho tôi xem dữ liệu của tôi"))
    page = None
    page = enter(handler, second_factor=True)
    before = app.internals.context.storage.journal.head()[0]
    shown = page.get(path)
    assert app.internals.context.storage.journal.head()[0] == before + 1
    found = page.send(shown.form("/do/rights/find"), purpose="Lập bản sao")
    assert "Mất xe đạp ở xóm 1" in found.main
    assert "Mất xe đạp" not in page.get(path).main
    left = page.send(
        page.get(path).form("/do/rights/leave_out"), category="tips", rule="Điều 73", reason="Đang xác minh"
    )
    assert "Điều 73" in left.main
    copy = page.send(left.form("/do/rights/export"), format="json", way="office")
    assert copy.headers["content-disposition"].startswith("attachment")
    assert "Mất xe đạp" in copy.text
    assert "Bản sao đã trao" in page.get(path).main


@pytest.mark.slow
def test_a_double_click_finds(app: App, checker: Actor, handler: Actor, clock: FixedClock) -> None:
    """The form sent again, with the code that counts once, shows what is kept too; it stays one look more on record."""
    path = looked_at(app, checker, by_chat(app, handler, "cho tôi xem dữ liệu của tôi"))
    holder = enrol(
        app,
        handler.id,
        "dulieu",
        by=UnsafeLocalUsers(app).appoint("Người Mời", "hoa-lu", "standing_officer"),
        second_factor=True,
    )
    clock.advance(timedelta(minutes=1))
    page = Visitor(create_board(app)).enter(holder)
    clock.advance(timedelta(minutes=8))
    form = page.get(path).form("/do/rights/find")
    sent = [page.send(form, purpose="Lập bản sao", code=holder.code()) for _ in range(2)]
    assert all("Mất xe đạp ở xóm 1" in one.main for one in sent)


def test_words_are_corrected_where_one_sees_them(app: App, checker: Actor, handler: Actor, enter: Enter) -> None:
    """The form for it comes with what was found, and names the message by its words."""
    path = looked_at(app, checker, by_chat(app, handler, "sửa thông tin của tôi"))
    page = enter(handler, second_factor=True)
    shown = page.get(path)
    assert not shown.has_form("/do/rights/correct_words")
    found = page.send(shown.form("/do/rights/find"), purpose="Xem lời cần sửa")
    message = found.main.partition(">Mất xe đạp ở xóm 1 xã Ninh Hòa</option>")[0].rpartition('value="')[2].rstrip('"')
    done = page.send(found.form("/do/rights/correct_words"), message=message, words="Xe máy", reason="Nói nhầm")
    assert "Lời trong một tin nhắn" in done.main


def test_refused_with_a_reason(app: App, handler: Actor, enter: Enter) -> None:
    """A refusal without rule and reason is given back with its words; a stale page does nothing."""
    request = by_chat(app, handler, "xóa hết tin nhắn của tôi đi")
    page = enter(handler)
    form = page.get(f"/rights/{request.id}").form("/do/rights/answer")
    form.fields |= {"outcome": ["refused"], "text": ["Chưa rõ là ai."], "way": ["office"]}
    assert page.send(form).status == 422
    again = page.send(form, confirmed="yes")
    assert again.status == 422
    assert "Chưa rõ là ai." in again.main
    done = page.send(again.form("/do/rights/answer"), rule="Điều 14", reason="Không đến", confirmed="yes")
    assert done.status == 200
    assert "Trả lời đúng hạn" in done.main
    assert page.send(form, rule="Điều 14", reason="Không đến", confirmed="yes").status == 412


def test_a_stranger_sees_nothing(app: App, handler: Actor, stranger: Actor, enter: Enter) -> None:
    """Neither lists nor a request, nor does its menu lead there."""
    request = by_chat(app, handler, "xóa hết tin nhắn của tôi đi")
    other = enter(stranger)
    assert {other.get(f"/rights/{one}").status for one in ("open", "all", "check", request.id)} == {403}
    assert "Quyền dữ liệu" not in other.get("/").text
