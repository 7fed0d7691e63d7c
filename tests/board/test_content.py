"""On the board without scripts an item is written, submitted, judged at four gates, published, corrected and
withdrawn.
"""

from collections.abc import Mapping

import pytest
from attrs import evolve
from tests.board.visitor import Form, ReceivedPage, Visitor
from tests.cleaning.real_film import REAL_FILM
from tests.support.sign_in import enrol

from anninh_core.app import App
from anninh_core.board import create_board
from anninh_core.domain.content.values import ItemContent, ItemState
from anninh_core.ports import CollectedPiece
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system

Desk = tuple[Visitor, Actor]
"""A browser, and the officer who uses it."""

BODY = "Không đưa mã OTP cho bất kỳ ai, kể cả người tự xưng là công an."
REASON = "Đoạn 2 khó hiểu, đề nghị viết ngắn hơn."


def sign_in_as(app: App, name: str, *roles: str) -> Desk:
    """Return a signed-in officer with some roles."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint(f"Cán bộ {name}", "hoa-lu", *roles)
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    return Visitor(create_board(app)).enter(enrol(app, actor.id, name.lower(), by=granter)), actor


def fill_form(form: Form, values: Mapping[str, str]) -> Form:
    """Return a copy of `form` with the field values `values`, for names of fields with dots."""
    return evolve(form, fields={**form.fields, **{name: [value] for name, value in values.items()}})


@pytest.fixture
def editor(app: App) -> Desk:
    return sign_in_as(app, "Soan", "editor")


@pytest.fixture
def reviewer(app: App) -> Desk:
    return sign_in_as(app, "Duyet", "reviewer")


@pytest.fixture
def publisher(app: App) -> Desk:
    return sign_in_as(app, "Dang", "board_admin")


@pytest.fixture
def item(app: App, editor: Desk) -> str:
    """Id of a submitted item."""
    piece = ItemContent(
        title="Cảnh giác lừa đảo", body=BODY, category="crime_warning", units=("hoa-lu",), source_name="Công an tỉnh"
    )
    id = app.content.write(editor[1], "hoa-lu", piece).id
    app.content.submit(editor[1], id)
    return id


def answer_review(visitor: Visitor, app: App, item: str, *, passed: str = "yes") -> None:
    """Answer all gates and all findings of an item under review, each gate with `passed`."""
    for gate in app.district.gates:
        form = visitor.get(f"/reviews/{item}").form_at(f"act-content-answer-gate-{gate.id}".replace("_", "-"))
        assert visitor.send(form, passed=passed, note="Đã đối chiếu").status == 200
    while "Chưa trả lời" in (screen := visitor.get(f"/reviews/{item}")).text:
        number = screen.text.partition('id="act-content-answer-finding-')[2].partition('"')[0]
        visitor.send(screen.form_at(f"act-content-answer-finding-{number}"), words="Đã xem, không sao")


def test_editor_writes_edits_and_submits(app: App, editor: Desk) -> None:
    """An editor writes an item, edits it in a form with its whole text, and submits it; a submitted item has no actions
    for the editor.
    """
    visitor, actor = editor
    form = visitor.get("/content/new").form("/content/write")
    values = {"piece.title": "Cảnh giác", "piece.body": BODY, "piece.category": "crime_warning"}
    assert "piece.units" not in form.fields
    screen = visitor.send(fill_form(form, values))
    assert screen.status == 200
    assert "Chưa chọn nơi nhận" in screen.main
    (item,) = app.content.list(actor).items
    form = visitor.get(f"/content/{item.id}").form("/content/edit")
    assert form.fields["piece.body"][-1].strip() == BODY
    visitor.send(fill_form(form, {"piece.title": "Cảnh giác mã OTP", "piece.source_name": "Công an tỉnh"}))
    screen = visitor.get(f"/content/{item.id}")
    assert "hãy sửa bài và chọn gửi các nhóm của đơn vị nào" in screen.main
    assert not screen.has_form("/content/submit")
    visitor.send(fill_form(screen.form("/content/edit"), {"piece.units": "ninh-hoa"}))
    assert "Cảnh giác mã OTP" in visitor.get("/content").main
    visitor.send(visitor.get(f"/content/{item.id}").form("/content/submit"))
    screen = visitor.get(f"/content/{item.id}")
    assert app.content.get(actor, item.id).state is ItemState.SUBMITTED
    assert not screen.has_form("/content/approve")
    assert "/reviews/" not in screen.main


def test_file_must_match_its_declared_type(app: App, editor: Desk) -> None:
    """A text file declared as a video is refused with its real type; a real video is attached."""
    visitor, actor = editor
    values = {
        "piece.title": "Cảnh giác",
        "piece.body": BODY,
        "piece.category": "crime_warning",
        "piece.units": "hoa-lu",
    }

    def send(content: bytes) -> ReceivedPage:
        form = fill_form(visitor.get("/content/new").form("/content/write"), values)
        return visitor.send_with_files(form, {"piece.attachments": ("clip.mp4", content, "video/mp4")})

    refused = send(b"no video at all")
    assert refused.status == 422
    assert "được khai là video, nhưng nội dung là văn bản thuần" in refused.main
    assert app.content.list(actor).items == ()
    assert send(REAL_FILM).status == 200
    (item,) = app.content.list(actor).items
    (clip,) = app.content.get(actor, item.id).piece.attachments
    assert (clip.kind, clip.file is not None and clip.file.video is not None) == ("video", True)


def test_editor_writes_only_for_own_unit(app: App) -> None:
    """An editor of a commune is offered only that unit, and an item for another unit is refused."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint("Cán bộ", "hoa-lu")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    users.grant(actor, "editor", "ninh-hoa")
    visitor = Visitor(create_board(app)).enter(enrol(app, actor.id, "canbo", by=granter))
    form = visitor.get("/content/new").form("/do/content/write")
    assert form.fields["unit"] == ["ninh-hoa"]
    values = {"piece.title": "Cảnh giác", "piece.body": BODY, "piece.category": "crime_warning"}
    item_values = values | {"piece.source_name": "Công an tỉnh", "unit": "ninh-hoa", "piece.units": "ninh-hoa"}
    assert visitor.send(fill_form(form, item_values | {"unit": "ninh-van"})).status == 403
    assert visitor.send(fill_form(visitor.get("/content/new").form("/do/content/write"), item_values)).status == 200
    assert [item.unit for item in app.content.list(actor).items] == ["ninh-hoa"]


@pytest.mark.slow
def test_an_agency_writes_for_the_groups_of_its_district(app: App) -> None:
    """An editor in an agency, which has no groups, writes for the groups of the district; otherwise the item would
    reach no one.
    """
    users = UnsafeLocalUsers(app)
    actor = users.appoint("Cán bộ", "ban-tuyen-giao")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    users.grant(actor, "editor", "hoa-lu")
    form = Visitor(create_board(app)).enter(enrol(app, actor.id, "canbo", by=granter)).get("/content/new")
    fields = form.form("/do/content/write").fields
    assert fields["unit"] == ["hoa-lu"]
    assert "piece.units" not in fields


@pytest.mark.slow
def test_item_without_groups_cannot_be_published(app: App, reviewer: Desk, publisher: Desk, item: str) -> None:
    """The publisher of an approved item that no group can receive reads the reason instead of the form to publish."""
    explanation = "nơi nhận chưa có nhóm nào đang hoạt động"
    path = f"/content/{item}"
    assert explanation not in publisher[0].get(path).main
    answer_review(reviewer[0], app, item)
    reviewer[0].send(reviewer[0].get(f"/reviews/{item}").form("/content/approve"))
    screen = publisher[0].get(path)
    assert (explanation in screen.main, screen.has_form("/content/publish")) == (True, False)


def test_a_reviewer_judges_each_gate_and_approves(app: App, reviewer: Desk, item: str) -> None:
    """A reviewer answers each gate in its own form and sees which are unanswered; an approved item leaves the list."""
    visitor, actor = reviewer
    assert item in visitor.get("/reviews").main
    assert visitor.get(f"/reviews/{item}").main.count("Chưa đánh giá") == len(app.district.gates)
    answer_review(visitor, app, item)
    assert "Chưa đánh giá" not in visitor.get(f"/reviews/{item}").main
    visitor.send(visitor.get(f"/reviews/{item}").form("/content/approve"))
    assert app.content.get(actor, item).state is ItemState.APPROVED
    assert item not in visitor.get("/reviews").main


def test_review_drafts_are_saved_per_form(app: App, reviewer: Desk, item: str) -> None:
    """Notes at gates, answers to findings and the reason of a return are saved as separate drafts, which end when they
    are sent.
    """
    visitor, actor = reviewer
    gates = [f"act-content-answer-gate-{gate.id}".replace("_", "-") for gate in app.district.gates]
    form = visitor.get(f"/reviews/{item}").form_at(gates[1])
    assert visitor.send(form.with_action(form.keep), note="Đã gọi hỏi").status == 200
    screen = visitor.get(f"/reviews/{item}")
    assert [screen.form_at(gate).fields["note"][-1].strip() for gate in gates] == ["", "Đã gọi hỏi", "", ""]
    screen = visitor.send(screen.form("/content/reject"), do="draft", reason=REASON)
    assert REASON in screen.form("/content/reject").fields["reason"][-1]
    assert app.content.get(actor, item).state is ItemState.SUBMITTED
    visitor.send(screen.form_at(gates[1]), passed="yes")
    assert {draft.part for draft in app.drafts.list(actor)} == {"reason"}
    visitor.send(visitor.get(f"/reviews/{item}").form("/content/reject"))
    assert app.drafts.list(actor) == ()


def test_draft_belongs_to_version_of_finding(app: App, editor: Desk, reviewer: Desk) -> None:
    """A draft answer to a finding doesn't appear at the first finding of a later version."""
    visitor, _ = reviewer
    piece = ItemContent(
        title="Liên hệ", body="Gọi 0912 345 678.", category="crime_warning", units=("hoa-lu",), source_name="Công an"
    )
    id = app.content.write(editor[1], "hoa-lu", piece).id
    app.content.submit(editor[1], id)
    form = visitor.get(f"/reviews/{id}").form_at("act-content-answer-finding-0")
    visitor.send(form.with_action(form.keep), words="Số của cơ quan")
    assert "Số của cơ quan" in visitor.get(f"/reviews/{id}").main
    app.content.edit(editor[1], id, evolve(piece, body="Gọi 0987 654 321."))
    app.content.submit(editor[1], id)
    assert visitor.get(f"/reviews/{id}").form_at("act-content-answer-finding-0").fields["words"] == [""]


def test_returned_item_shows_reason_to_editor(app: App, editor: Desk, reviewer: Desk, item: str) -> None:
    """A returned item is in its editor's list of returned items, and its page shows the reason and the gate's note."""
    visitor, _ = reviewer
    answer_review(visitor, app, item, passed="no")
    screen = visitor.get(f"/reviews/{item}")
    assert not screen.has_form("/content/approve") or "Chưa đạt" in screen.main
    visitor.send(screen.form("/content/reject"), reason=REASON)
    assert item in editor[0].get("/content?state=rejected").main
    page = editor[0].get(f"/content/{item}")
    assert "Trả lại lúc 08:00 01/09/2021, Cán bộ Duyet" in page.main
    assert REASON in page.main
    assert "Đã đối chiếu" in page.main
    assert page.has_form("/content/edit")


def test_an_earlier_return_is_folded(app: App, editor: Desk, reviewer: Desk, item: str) -> None:
    """The last reason of a return is shown to the editor and the next reviewer; earlier reasons are folded."""
    for reason in ("Dài quá", "Thiếu ngày"):
        app.content.reject(reviewer[1], item, reason)
        app.content.edit(editor[1], item, app.content.get(editor[1], item).piece)
        app.content.submit(editor[1], item)
    for text in (editor[0].get(f"/content/{item}").main, reviewer[0].get(f"/reviews/{item}").main):
        before, _, folded = text.partition("Những lần trả lại trước")
        assert "Thiếu ngày" in before
        assert "Dài quá" not in before
        assert "Dài quá" in folded


def test_item_is_published_corrected_and_withdrawn(
    app: App,
    publisher: Desk,
    editor: Desk,
    reviewer: Desk,
    item: str,
) -> None:
    """An item is previewed, published, corrected for the same audience, and withdrawn after a confirmation."""
    answer_review(reviewer[0], app, item)
    reviewer[0].send(reviewer[0].get(f"/reviews/{item}").form("/content/approve"))
    visitor, actor = publisher
    group = app.groups.establish(actor, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa", messenger="oa")
    app.groups.seat(actor, group.id, "owner", officer=actor.id, name="Cán bộ Dang")
    app.groups.launch(actor, group.id)
    app.worker.drain()
    preview = visitor.get(f"/content/{item}/preview")
    assert BODY in preview.main
    assert "1 nhóm" in preview.main
    visitor.send(visitor.get(f"/content/{item}").form("/content/publish"))
    app.worker.drain()
    page = visitor.get(f"/content/{item}")
    assert "Nhóm Ninh Hòa" in page.main
    assert "Đã tới" in page.main
    form = editor[0].get(f"/content/{item}").form("/content/correct")
    values = {"piece.title": "Đính chính", "piece.body": "Chỉ gọi 113.", "piece.source_name": "Công an tỉnh"}
    screen = editor[0].send(fill_form(form, values))
    assert "Bài này đính chính một bài trước" in screen.text
    form = visitor.get(f"/content/{item}").form("/content/withdraw")
    assert visitor.send(form, reason="Đã cũ").status == 422
    visitor.send(visitor.get(f"/content/{item}").form("/content/withdraw"), reason="Đã cũ", confirmed="yes")
    assert app.content.get(actor, item).state is ItemState.WITHDRAWN


def test_sections_follow_roles(editor: Desk, reviewer: Desk) -> None:
    """An editor has no review section, and a reviewer has no section to write."""
    assert 'href="/content"' in editor[0].get("/content").text
    assert 'href="/reviews"' not in editor[0].get("/content").text
    assert 'href="/content"' not in reviewer[0].get("/reviews").text


def test_reading_leaves_one_entry(app: App, editor: Desk, reviewer: Desk, publisher: Desk, item: str) -> None:
    """Reading a list or a page leaves one journal entry; opening the form for a new item leaves none."""

    def count_new_entries(desk: Desk, path: str) -> int:
        before = app.internals.context.storage.journal.head()[0]
        assert desk[0].get(path).status == 200
        return app.internals.context.storage.journal.head()[0] - before

    entries_by_page = {
        (editor, "/content"): 1,
        (editor, f"/content/{item}"): 1,
        (editor, f"/content/{item}/preview"): 1,
        (editor, "/content/new"): 0,
        (reviewer, "/reviews"): 1,
        (reviewer, f"/reviews/{item}"): 1,
        (publisher, f"/content/{item}"): 1,
    }
    assert {(desk[1].id, path): count_new_entries(desk, path) for desk, path in entries_by_page} == {
        (desk[1].id, path): count for (desk, path), count in entries_by_page.items()
    }


def test_editor_triages_collected_pieces(app: App, editor: Desk) -> None:
    """An editor reads collected pieces, turns one into a draft, and passes another over."""
    pieces = [CollectedPiece(id=name, title=f"Tin {name} <b>", words="Không chuyển tiền.") for name in "ab"]
    run_step(
        app.internals.services.content.found.take_in, system("collector"), "hoa-lu", "province", "Công an tỉnh", pieces
    )
    visitor, actor = editor
    assert "/content/found" in visitor.get("/content").main
    assert "Tin a &lt;b&gt;" in visitor.get("/content/found").text
    first, second = (piece.id for piece in app.content.collected.list(actor).items)
    form = visitor.get(f"/content/found/{first}").form("/content/collected.take_up")
    screen = visitor.send(fill_form(form, {"category": "crime_warning"}))
    (item,) = app.content.list(actor).items
    assert (screen.status, app.content.collected.get(actor, first).item) == (200, item.id)
    screen = visitor.get(f"/content/found/{first}")
    assert (f"/content/{item.id}" in screen.main, screen.has_form("/content/collected.pass_over")) == (True, False)
    form = visitor.get(f"/content/found/{second}").form("/content/collected.pass_over")
    assert "Không liên quan" in visitor.send(fill_form(form, {"reason": "Không liên quan"})).main
    assert app.content.collected.get(actor, second).state == "passed_over"


def test_areas_are_shown_with_commune(editor: Desk) -> None:
    """When choosing groups, areas of the same name are shown with their commune."""
    text = editor[0].get("/content/new").main
    assert "Khu dân cư số 1, xã Ninh An" in text
    assert "Khu dân cư số 1<" not in text
