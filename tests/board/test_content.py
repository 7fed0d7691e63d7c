"""Items on the board, without a script: written, handed in, judged at four gates, sent, corrected, withdrawn."""

from collections.abc import Mapping

import pytest
from attrs import evolve
from tests.board.visitor import Form, Shown, Visitor
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
"""A browser, and who sits at it."""

BODY = "Không đưa mã OTP cho bất kỳ ai, kể cả người tự xưng là công an."
REASON = "Đoạn 2 khó hiểu, đề nghị viết ngắn hơn."


def enter(app: App, name: str, *roles: str) -> Desk:
    """Return somebody at a browser who has some roles."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint(f"Cán bộ {name}", "hoa-lu", *roles)
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    return Visitor(create_board(app)).enter(enrol(app, actor.id, name.lower(), by=granter)), actor


def filled(form: Form, given: Mapping[str, str]) -> Form:
    """Return a form with some fields filled in whose names have dots."""
    return evolve(form, fields={**form.fields, **{name: [value] for name, value in given.items()}})


@pytest.fixture
def editor(app: App) -> Desk:
    return enter(app, "Soan", "editor")


@pytest.fixture
def reviewer(app: App) -> Desk:
    return enter(app, "Duyet", "reviewer")


@pytest.fixture
def publisher(app: App) -> Desk:
    return enter(app, "Dang", "board_admin")


@pytest.fixture
def item(app: App, editor: Desk) -> str:
    """Id of an item that was handed in."""
    piece = ItemContent(
        title="Cảnh giác lừa đảo", body=BODY, category="crime_warning", units=("hoa-lu",), source_name="Công an tỉnh"
    )
    id = app.content.write(editor[1], "hoa-lu", piece).id
    app.content.submit(editor[1], id)
    return id


def judged(visitor: Visitor, app: App, item: str, *, passed: str = "yes") -> None:
    """Answer all gates, and the findings."""
    for gate in app.district.gates:
        form = visitor.get(f"/reviews/{item}").form_at(f"act-content-answer-gate-{gate.id}".replace("_", "-"))
        assert visitor.send(form, passed=passed, note="Đã đối chiếu").status == 200
    while "Chưa trả lời" in (shown := visitor.get(f"/reviews/{item}")).text:
        number = shown.text.partition('id="act-content-answer-finding-')[2].partition('"')[0]
        visitor.send(shown.form_at(f"act-content-answer-finding-{number}"), words="Đã xem, không sao")


def test_an_editor_writes_changes_and_hands_in(app: App, editor: Desk) -> None:
    """A new item comes to its page; the form to change it has all its words; handed in, it isn't the editor's turn."""
    visitor, actor = editor
    form = visitor.get("/content/new").form("/content/write")
    given = {"piece.title": "Cảnh giác", "piece.body": BODY, "piece.category": "crime_warning"}
    assert "piece.units" not in form.fields
    shown = visitor.send(filled(form, given))
    assert shown.status == 200
    assert "Chưa chọn nơi nhận" in shown.main
    (known,) = app.content.list(actor).items
    form = visitor.get(f"/content/{known.id}").form("/content/edit")
    assert form.fields["piece.body"][-1].strip() == BODY
    visitor.send(filled(form, {"piece.title": "Cảnh giác mã OTP", "piece.source_name": "Công an tỉnh"}))
    shown = visitor.get(f"/content/{known.id}")
    assert "hãy sửa bài và chọn gửi các nhóm của đơn vị nào" in shown.main
    assert not shown.has_form("/content/submit")
    visitor.send(filled(shown.form("/content/edit"), {"piece.units": "ninh-hoa"}))
    assert "Cảnh giác mã OTP" in visitor.get("/content").main
    visitor.send(visitor.get(f"/content/{known.id}").form("/content/submit"))
    shown = visitor.get(f"/content/{known.id}")
    assert app.content.get(actor, known.id).state is ItemState.SUBMITTED
    assert not shown.has_form("/content/approve")
    assert "/reviews/" not in shown.main


def test_a_file_is_what_it_is_called(app: App, editor: Desk) -> None:
    """A text that a browser sends as a video is refused at its field, with what it is; a video goes along as one."""
    visitor, actor = editor
    given = {"piece.title": "Cảnh giác", "piece.body": BODY, "piece.category": "crime_warning", "piece.units": "hoa-lu"}

    def send(content: bytes) -> Shown:
        form = filled(visitor.get("/content/new").form("/content/write"), given)
        return visitor.send_with_files(form, {"piece.attachments": ("clip.mp4", content, "video/mp4")})

    refused = send(b"no video at all")
    assert refused.status == 422
    assert "được khai là video, nhưng nội dung là văn bản thuần" in refused.main
    assert app.content.list(actor).items == ()
    assert send(REAL_FILM).status == 200
    (item,) = app.content.list(actor).items
    (clip,) = app.content.get(actor, item.id).piece.attachments
    assert (clip.kind, clip.file is not None and clip.file.video is not None) == ("video", True)


def test_an_item_of_another_unit(app: App) -> None:
    """Whoever has the grant on a commune writes for it, and is offered that unit alone; for others it is refused."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint("Cán bộ", "hoa-lu")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    users.grant(actor, "editor", "ninh-hoa")
    visitor = Visitor(create_board(app)).enter(enrol(app, actor.id, "canbo", by=granter))
    form = visitor.get("/content/new").form("/do/content/write")
    assert form.fields["unit"] == ["ninh-hoa"]
    given = {"piece.title": "Cảnh giác", "piece.body": BODY, "piece.category": "crime_warning"}
    told = given | {"piece.source_name": "Công an tỉnh", "unit": "ninh-hoa", "piece.units": "ninh-hoa"}
    assert visitor.send(filled(form, told | {"unit": "ninh-van"})).status == 403
    assert visitor.send(filled(visitor.get("/content/new").form("/do/content/write"), told)).status == 200
    assert [one.unit for one in app.content.list(actor).items] == ["ninh-hoa"]


@pytest.mark.slow
def test_an_agency_writes_for_the_groups_of_its_district(app: App) -> None:
    """It has none of its own: what it writes would pass four gates and reach nobody."""
    users = UnsafeLocalUsers(app)
    actor = users.appoint("Cán bộ", "ban-tuyen-giao")
    granter = users.appoint("Trưởng", "hoa-lu", "steering_chair")
    users.grant(actor, "editor", "hoa-lu")
    form = Visitor(create_board(app)).enter(enrol(app, actor.id, "canbo", by=granter)).get("/content/new")
    fields = form.form("/do/content/write").fields
    assert fields["unit"] == ["hoa-lu"]
    assert "piece.units" not in fields


@pytest.mark.slow
def test_an_item_that_no_group_fits(app: App, reviewer: Desk, publisher: Desk, item: str) -> None:
    """Whoever would send it reads why nothing is offered; before it is approved nothing is said of it."""
    said = "nơi nhận chưa có nhóm nào đang hoạt động"
    where = f"/content/{item}"
    assert said not in publisher[0].get(where).main
    judged(reviewer[0], app, item)
    reviewer[0].send(reviewer[0].get(f"/reviews/{item}").form("/content/approve"))
    shown = publisher[0].get(where)
    assert (said in shown.main, shown.has_form("/content/publish")) == (True, False)


def test_a_reviewer_judges_each_gate_and_approves(app: App, reviewer: Desk, item: str) -> None:
    """Each gate has a form of its own; what isn't judged is said; then it is approved, and out of the list."""
    visitor, actor = reviewer
    assert item in visitor.get("/reviews").main
    assert visitor.get(f"/reviews/{item}").main.count("Chưa đánh giá") == len(app.district.gates)
    judged(visitor, app, item)
    assert "Chưa đánh giá" not in visitor.get(f"/reviews/{item}").main
    visitor.send(visitor.get(f"/reviews/{item}").form("/content/approve"))
    assert app.content.get(actor, item).state is ItemState.APPROVED
    assert item not in visitor.get("/reviews").main


def test_a_review_is_kept_while_it_is_written(app: App, reviewer: Desk, item: str) -> None:
    """A note at a gate, an answer to a finding and the reason of a return, each in its form; what was sent is gone."""
    visitor, actor = reviewer
    gates = [f"act-content-answer-gate-{gate.id}".replace("_", "-") for gate in app.district.gates]
    form = visitor.get(f"/reviews/{item}").form_at(gates[1])
    assert visitor.send(form.at(form.keep), note="Đã gọi hỏi").status == 200
    shown = visitor.get(f"/reviews/{item}")
    assert [shown.form_at(gate).fields["note"][-1].strip() for gate in gates] == ["", "Đã gọi hỏi", "", ""]
    shown = visitor.send(shown.form("/content/reject"), do="draft", reason=REASON)
    assert REASON in shown.form("/content/reject").fields["reason"][-1]
    assert app.content.get(actor, item).state is ItemState.SUBMITTED
    visitor.send(shown.form_at(gates[1]), passed="yes")
    assert {one.part for one in app.drafts.list(actor)} == {"reason"}
    visitor.send(visitor.get(f"/reviews/{item}").form("/content/reject"))
    assert app.drafts.list(actor) == ()


def test_a_draft_is_about_the_finding_of_its_version(app: App, editor: Desk, reviewer: Desk) -> None:
    """After an edit the first finding is another one, and what was begun about the old one doesn't answer it."""
    visitor, _ = reviewer
    piece = ItemContent(
        title="Liên hệ", body="Gọi 0912 345 678.", category="crime_warning", units=("hoa-lu",), source_name="Công an"
    )
    id = app.content.write(editor[1], "hoa-lu", piece).id
    app.content.submit(editor[1], id)
    form = visitor.get(f"/reviews/{id}").form_at("act-content-answer-finding-0")
    visitor.send(form.at(form.keep), words="Số của cơ quan")
    assert "Số của cơ quan" in visitor.get(f"/reviews/{id}").main
    app.content.edit(editor[1], id, evolve(piece, body="Gọi 0987 654 321."))
    app.content.submit(editor[1], id)
    assert visitor.get(f"/reviews/{id}").form_at("act-content-answer-finding-0").fields["words"] == [""]


def test_what_is_returned_stands_with_its_author(app: App, editor: Desk, reviewer: Desk, item: str) -> None:
    """A gate that isn't passed keeps its note, which the editor reads; the item stands among the returned ones."""
    visitor, _ = reviewer
    judged(visitor, app, item, passed="no")
    shown = visitor.get(f"/reviews/{item}")
    assert not shown.has_form("/content/approve") or "Chưa đạt" in shown.main
    visitor.send(shown.form("/content/reject"), reason=REASON)
    assert item in editor[0].get("/content?state=rejected").main
    page = editor[0].get(f"/content/{item}")
    assert "Trả lại lúc 08:00 01/09/2021, Cán bộ Duyet" in page.main
    assert REASON in page.main
    assert "Đã đối chiếu" in page.main
    assert page.has_form("/content/edit")


def test_an_earlier_return_is_folded(app: App, editor: Desk, reviewer: Desk, item: str) -> None:
    """The last reason stands open for the editor and the next reviewer; those before it are one click away."""
    for reason in ("Dài quá", "Thiếu ngày"):
        app.content.reject(reviewer[1], item, reason)
        app.content.edit(editor[1], item, app.content.get(editor[1], item).piece)
        app.content.submit(editor[1], item)
    for shown in (editor[0].get(f"/content/{item}").main, reviewer[0].get(f"/reviews/{item}").main):
        before, _, folded = shown.partition("Những lần trả lại trước")
        assert "Thiếu ngày" in before
        assert "Dài quá" not in before
        assert "Dài quá" in folded


def test_who_got_it_and_what_corrects_it(
    app: App,
    publisher: Desk,
    editor: Desk,
    reviewer: Desk,
    item: str,
) -> None:
    """It is looked at, sent, corrected with the same audience, and withdrawn with a tick."""
    judged(reviewer[0], app, item)
    reviewer[0].send(reviewer[0].get(f"/reviews/{item}").form("/content/approve"))
    visitor, actor = publisher
    group = app.groups.found(actor, "ninh-hoa", kind="commune", title="Nhóm Ninh Hòa", messenger="oa")
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
    given = {"piece.title": "Đính chính", "piece.body": "Chỉ gọi 113.", "piece.source_name": "Công an tỉnh"}
    corrected = editor[0].send(filled(form, given))
    assert "Bài này đính chính một bài trước" in corrected.text
    form = visitor.get(f"/content/{item}").form("/content/withdraw")
    assert visitor.send(form, reason="Đã cũ").status == 422
    visitor.send(visitor.get(f"/content/{item}").form("/content/withdraw"), reason="Đã cũ", confirmed="yes")
    assert app.content.get(actor, item).state is ItemState.WITHDRAWN


def test_who_sees_which_section(editor: Desk, reviewer: Desk) -> None:
    """An editor writes and reviews nothing; a reviewer the other way round."""
    assert 'href="/content"' in editor[0].get("/content").text
    assert 'href="/reviews"' not in editor[0].get("/content").text
    assert 'href="/content"' not in reviewer[0].get("/reviews").text


def test_a_look_is_one_entry(app: App, editor: Desk, reviewer: Desk, publisher: Desk, item: str) -> None:
    """Each list and each page leaves one, the form for a new item none."""

    def added(desk: Desk, path: str) -> int:
        before = app.internals.context.storage.journal.head()[0]
        assert desk[0].get(path).status == 200
        return app.internals.context.storage.journal.head()[0] - before

    looks = {
        (editor, "/content"): 1,
        (editor, f"/content/{item}"): 1,
        (editor, f"/content/{item}/preview"): 1,
        (editor, "/content/new"): 0,
        (reviewer, "/reviews"): 1,
        (reviewer, f"/reviews/{item}"): 1,
        (publisher, f"/content/{item}"): 1,
    }
    assert {(desk[1].id, path): added(desk, path) for desk, path in looks} == {
        (desk[1].id, path): count for (desk, path), count in looks.items()
    }


def test_what_was_found(app: App, editor: Desk) -> None:
    """An editor reads what a collector found, makes a draft of one piece, and passes another over."""
    told = [CollectedPiece(id=name, title=f"Tin {name} <b>", words="Không chuyển tiền.") for name in "ab"]
    run_step(
        app.internals.services.content.found.take_in, system("collector"), "hoa-lu", "province", "Công an tỉnh", told
    )
    visitor, actor = editor
    assert "/content/found" in visitor.get("/content").main
    assert "Tin a &lt;b&gt;" in visitor.get("/content/found").text
    first, second = (one.id for one in app.content.collected.list(actor).items)
    form = visitor.get(f"/content/found/{first}").form("/content/collected.take_up")
    shown = visitor.send(filled(form, {"category": "crime_warning"}))
    (item,) = app.content.list(actor).items
    assert (shown.status, app.content.collected.get(actor, first).item) == (200, item.id)
    shown = visitor.get(f"/content/found/{first}")
    assert (f"/content/{item.id}" in shown.main, shown.has_form("/content/collected.pass_over")) == (True, False)
    form = visitor.get(f"/content/found/{second}").form("/content/collected.pass_over")
    assert "Không liên quan" in visitor.send(filled(form, {"reason": "Không liên quan"})).main
    assert app.content.collected.get(actor, second).state == "passed_over"


def test_areas_of_one_name_are_told_apart(editor: Desk) -> None:
    """Whoever chooses the groups that read something reads which commune's area each is."""
    shown = editor[0].get("/content/new").main
    assert "Khu dân cư số 1, xã Ninh An" in shown
    assert "Khu dân cư số 1<" not in shown
