"""Drafts, previews, wordings, notes and marks on the pages of a tip, without a script."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from tests.board.visitor import Form, Shown, Visitor

from anninh_core.app import App
from anninh_core.board.browser.form_tokens import make_form_token
from anninh_core.board.forms.drafting import DraftedForms
from anninh_core.board.forms.form import WrittenField
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import Actor

if TYPE_CHECKING:
    from anninh_core.board.pages.request import PageRequest

ANSWER = "Đã xác minh, xe đã tìm thấy."


@pytest.fixture
def tip(app: App, officer: Actor) -> str:
    """Id of a tip that the officer is about to end."""
    tip = app.tips.record_walk_in(officer, "Mất xe máy ở chợ", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu", officers=[officer.id])
    app.tips.verify(officer, tip.id)
    return tip.id


def test_words_are_kept_and_gone_once_they_are_sent(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Another tab finds them in the form; the act takes the draft away, and what was never kept is none."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    shown = visitor.send(form, do="draft", answer=ANSWER)
    assert "Đã xong: Lưu nháp" in shown.text
    assert app.drafts.get(officer, f"tip:{tip}", part="answer").words == ANSWER
    assert app.tips.get(officer, tip).state.value == "verifying"
    again = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert again.fields["answer"][-1].strip() == ANSWER
    done = visitor.send(again, outcome="resolved", reason="solved")
    assert "Đã xong: Kết luận" in done.text
    assert app.drafts.list(officer) == ()


def test_words_that_were_refused_are_kept(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Whoever leaves the page that says what is missing finds them again; another sign-in's form keeps nothing."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert visitor.send(form, answer=ANSWER, outcome="", form_token="another").status == 403
    assert app.drafts.list(officer) == ()
    refused = visitor.send(form, answer=ANSWER, outcome="")
    assert refused.status == 422
    assert ANSWER in visitor.get(f"/tips/{tip}").form("/tips/settle").fields["answer"][-1]
    visitor.send(refused.form("/tips/settle"), outcome="resolved", reason="solved")
    assert app.drafts.list(officer) == ()


def test_words_are_looked_at_before_they_leave(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The page shows the whole message and what looks personal; nothing was done, and the words are still there."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    shown = visitor.send(form, do="preview", answer=f"{ANSWER} Gọi 0912 345 678.")
    assert shown.path.partition("?")[0] == f"/tips/{tip}/preview/tips.settle"
    assert app.tips.get(officer, tip).receipt in shown.main
    assert "dữ liệu cá nhân" in shown.main
    assert app.tips.get(officer, tip).state.value == "verifying"
    assert ANSWER in visitor.get(f"/tips/{tip}").form("/tips/settle").fields["answer"][-1]


def test_a_wording_begins_an_answer(visitor: Visitor, tip: str) -> None:
    """It stands in the form behind a link; what was kept stays before it."""
    visitor.send(visitor.get(f"/tips/{tip}").form("/tips/settle"), do="draft", answer=ANSWER)
    page = visitor.get(f"/tips/{tip}")
    assert "Đã xử lý xong" in page.text
    answer = visitor.get(f"/tips/{tip}?ready=done").form("/tips/settle").fields["answer"][-1]
    assert answer.strip().startswith(ANSWER)
    assert "Cảm ơn ông/bà đã báo tin" in answer
    assert visitor.get(f"/tips/{tip}?ready=nothing-like-it").status == 200


def test_a_note_and_a_mark(visitor: Visitor, tip: str) -> None:
    """A note stands in the talk with its author; the list says what is new until one has looked."""
    assert "Chưa xem" in visitor.get("/tips/all").main
    shown = visitor.send(visitor.get(f"/tips/{tip}").form("/tips/add_note"), words="Đã gọi công an viên")
    assert "Đã gọi công an viên" in shown.text
    assert "Cán bộ Mẫu" in shown.main
    assert 'class="chip new"' not in visitor.get("/tips/all").main


def test_what_was_handed_over(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """What a colleague who leaves had half written stands on the page under their name, and in no form."""
    users = UnsafeLocalUsers(app)
    leaving = users.appoint("Cán bộ Cũ", "hoa-lu", "tip_officer")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    app.drafts.save(leaving, f"tip:{tip}", ANSWER, part="answer")
    app.units.hand_over(granter, leaving.id, to={"all": officer.id})
    shown = visitor.get(f"/tips/{tip}")
    assert "Bản nháp được bàn giao" in shown.main
    assert "Cán bộ Cũ" in shown.main
    assert ANSWER in shown.main
    assert shown.form("/tips/settle").fields["answer"] == [""]


def keep(visitor: Visitor, form: Form, answer: str = ANSWER) -> Shown:
    """Send what the script sends while somebody types."""
    return visitor.send(form.at(form.keep), answer=answer)


def test_words_are_kept_while_they_are_typed(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The answer says when; the journal has no entry of it, and a field that was emptied has no draft."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    entries = app.internals.context.storage.journal.head()
    kept = keep(visitor, form)
    assert (kept.status, json.loads(kept.text)) == (200, {"said": "Bản nháp đã giữ lúc 08:00, tự xóa sau 7 ngày."})
    assert app.drafts.get(officer, f"tip:{tip}", part="answer").words == ANSWER
    assert json.loads(keep(visitor, form, answer=" ").text) == {"said": ""}
    assert app.drafts.list(officer) == ()
    assert app.internals.context.storage.journal.head() == entries


def test_typing_keeps_no_sign_in_from_ending(visitor: Visitor, clock: FixedClock, tip: str) -> None:
    """Half an hour after the last page it is over, however much was typed; then nothing is kept."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    for _ in range(3):
        clock.advance(timedelta(minutes=9))
        assert keep(visitor, form).status == 200
    clock.advance(timedelta(minutes=4))
    assert keep(visitor, form).path.startswith("/sign-in")


@pytest.mark.parametrize("about", ["tip:nothing", "officer:1", "nothing", ""])
def test_nothing_is_kept_about_what_is_not_ones_own(visitor: Visitor, tip: str, about: str) -> None:
    """Nor about what no draft is about, nor by a form that isn't of this sign-in."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert visitor.send(form.at(f"/drafts?about={about}"), answer=ANSWER).status in (403, 404)
    form.fields["form_token"] = [make_form_token("another")]
    assert keep(visitor, form).status == 404


def test_a_secret_is_no_draft() -> None:
    """A page that would keep a password fails before it is made."""
    password = WrittenField(operation="accounts.change_password", field="password")
    with pytest.raises(ValueError, match="password: what is secret"):
        DraftedForms(cast("PageRequest", None), "tip:1", [password])


def test_a_note_that_was_begun(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Stands in its own form alone: what is for colleagues is no word for the reporter."""
    app.drafts.save(officer, f"tip:{tip}", "Gọi lại chiều nay", part="note")
    shown = visitor.get(f"/tips/{tip}")
    assert shown.text.count("Gọi lại chiều nay") == 1
    assert shown.form("/tips/add_note").fields["words"][-1].strip() == "Gọi lại chiều nay"
    visitor.send(shown.form("/tips/add_note"))
    assert app.drafts.list(officer) == ()
