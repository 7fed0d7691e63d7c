"""Drafts, previews, prepared wordings, notes and unread marks on the pages of a tip, without scripts."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pytest
from tests.board.visitor import Form, ReceivedPage, Visitor

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
    """Id of a tip that the officer is about to settle."""
    tip = app.tips.record_walk_in(officer, "Mất xe máy ở chợ", unit="hoa-lu")
    app.tips.triage(officer, tip.id, category="crime")
    app.tips.assign(officer, tip.id, unit="hoa-lu", officers=[officer.id])
    app.tips.verify(officer, tip.id)
    return tip.id


def test_draft_is_deleted_once_submitted(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A saved draft is in the form of another tab, and submitting the form deletes it."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    screen = visitor.send(form, do="draft", answer=ANSWER)
    assert "Đã xong: Lưu nháp" in screen.text
    assert app.drafts.get(officer, f"tip:{tip}", part="answer").words == ANSWER
    assert app.tips.get(officer, tip).state.value == "verifying"
    again = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert again.fields["answer"][-1].strip() == ANSWER
    done = visitor.send(again, outcome="resolved", reason="solved")
    assert "Đã xong: Kết luận" in done.text
    assert app.drafts.list(officer) == ()


def test_refused_text_is_saved_as_draft(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The text of a refused form is saved as a draft, unless the form has the token of another session."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert visitor.send(form, answer=ANSWER, outcome="", form_token="another").status == 403
    assert app.drafts.list(officer) == ()
    refused = visitor.send(form, answer=ANSWER, outcome="")
    assert refused.status == 422
    assert ANSWER in visitor.get(f"/tips/{tip}").form("/tips/settle").fields["answer"][-1]
    visitor.send(refused.form("/tips/settle"), outcome="resolved", reason="solved")
    assert app.drafts.list(officer) == ()


def test_preview_shows_message_and_changes_nothing(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A preview shows the whole message and possible personal data, changes nothing, and saves the text."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    screen = visitor.send(form, do="preview", answer=f"{ANSWER} Gọi 0912 345 678.")
    assert screen.path.partition("?")[0] == f"/tips/{tip}/preview/tips.settle"
    assert app.tips.get(officer, tip).receipt in screen.main
    assert "dữ liệu cá nhân" in screen.main
    assert app.tips.get(officer, tip).state.value == "verifying"
    assert ANSWER in visitor.get(f"/tips/{tip}").form("/tips/settle").fields["answer"][-1]


def test_wording_is_added_to_draft(visitor: Visitor, tip: str) -> None:
    """A prepared wording is added to the form by a link, after the text of the draft."""
    visitor.send(visitor.get(f"/tips/{tip}").form("/tips/settle"), do="draft", answer=ANSWER)
    page = visitor.get(f"/tips/{tip}")
    assert "Đã xử lý xong" in page.text
    answer = visitor.get(f"/tips/{tip}?ready=done").form("/tips/settle").fields["answer"][-1]
    assert answer.strip().startswith(ANSWER)
    assert "Cảm ơn ông/bà đã báo tin" in answer
    assert visitor.get(f"/tips/{tip}?ready=nothing-like-it").status == 200


def test_note_shows_author_and_mark_ends(visitor: Visitor, tip: str) -> None:
    """A note is shown on the tip's page with its author, and the list marks a tip as new until the officer has read
    it.
    """
    assert "Chưa xem" in visitor.get("/tips/all").main
    screen = visitor.send(visitor.get(f"/tips/{tip}").form("/tips/add_note"), words="Đã gọi công an viên")
    assert "Đã gọi công an viên" in screen.text
    assert "Cán bộ Mẫu" in screen.main
    assert 'class="chip new"' not in visitor.get("/tips/all").main


def test_handed_over_draft_shows_its_author(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """A draft handed over by a leaving colleague is shown on the page under the colleague's name, and in no form."""
    users = UnsafeLocalUsers(app)
    leaver = users.appoint("Cán bộ Cũ", "hoa-lu", "tip_officer")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    app.drafts.save(leaver, f"tip:{tip}", ANSWER, part="answer")
    app.units.hand_over(granter, leaver.id, to={"all": officer.id})
    screen = visitor.get(f"/tips/{tip}")
    assert "Bản nháp được bàn giao" in screen.main
    assert "Cán bộ Cũ" in screen.main
    assert ANSWER in screen.main
    assert screen.form("/tips/settle").fields["answer"] == [""]


def autosave_draft(visitor: Visitor, form: Form, answer: str = ANSWER) -> ReceivedPage:
    """Send the request that the page's script sends to save a draft while an officer types."""
    return visitor.send(form.with_action(form.keep), answer=answer)


def test_autosave_leaves_no_journal_entry(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """Autosaving returns the time of saving and leaves no journal entry; an emptied field deletes its draft."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    entries = app.internals.context.storage.journal.head()
    response = autosave_draft(visitor, form)
    assert (response.status, json.loads(response.text)) == (
        200,
        {"said": "Bản nháp đã giữ lúc 08:00, tự xóa sau 7 ngày."},
    )
    assert app.drafts.get(officer, f"tip:{tip}", part="answer").words == ANSWER
    assert json.loads(autosave_draft(visitor, form, answer=" ").text) == {"said": ""}
    assert app.drafts.list(officer) == ()
    assert app.internals.context.storage.journal.head() == entries


def test_autosave_does_not_extend_session(visitor: Visitor, clock: FixedClock, tip: str) -> None:
    """Autosaving doesn't extend a session: half an hour after the last page it is over, and nothing is saved."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    for _ in range(3):
        clock.advance(timedelta(minutes=9))
        assert autosave_draft(visitor, form).status == 200
    clock.advance(timedelta(minutes=4))
    assert autosave_draft(visitor, form).path.startswith("/sign-in")


@pytest.mark.parametrize("about", ["tip:nothing", "officer:1", "nothing", ""])
def test_draft_needs_own_subject_and_token(visitor: Visitor, tip: str, about: str) -> None:
    """No draft is saved about an unknown or unsuitable subject, or by a form with the token of another session."""
    form = visitor.get(f"/tips/{tip}").form("/tips/settle")
    assert visitor.send(form.with_action(f"/drafts?about={about}"), answer=ANSWER).status in (403, 404)
    form.fields["form_token"] = [make_form_token("another")]
    assert autosave_draft(visitor, form).status == 404


def test_secret_field_has_no_draft() -> None:
    """A page can't be built with a draft for a secret field."""
    password = WrittenField(operation="accounts.change_password", field="password")
    with pytest.raises(ValueError, match="password: what is secret"):
        DraftedForms(cast("PageRequest", None), "tip:1", [password])


def test_note_draft_stays_in_note_form(app: App, officer: Actor, visitor: Visitor, tip: str) -> None:
    """The draft of a note is in the form for notes only, because notes are for colleagues and not for the reporter."""
    app.drafts.save(officer, f"tip:{tip}", "Gọi lại chiều nay", part="note")
    screen = visitor.get(f"/tips/{tip}")
    assert screen.text.count("Gọi lại chiều nay") == 1
    assert screen.form("/tips/add_note").fields["words"][-1].strip() == "Gọi lại chiều nay"
    visitor.send(screen.form("/tips/add_note"))
    assert app.drafts.list(officer) == ()
