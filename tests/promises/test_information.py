"""Section II.3 of the plan: collecting, building and editing information."""

from collections.abc import Mapping

import pytest
from tests.board.visitor import SentFile
from tests.cleaning.real_film import REAL_FILM
from tests.promises.acts import (
    COMMUNE,
    LAW,
    POLICE,
    WARNING,
    ManagementBoard,
    answer_tip,
    approve_item,
    publish_item,
    submit_item,
    write_item,
)
from tests.promises.people import District, Officer, Screen, expect_not_built
from tests.support.pictures import build_picture

SOURCED = {"source_name": "Công an tỉnh Ninh Bình", "source_url": POLICE}
PICTURE: SentFile = ("camera.png", build_picture(), "image/png")
FILM: SentFile = ("huong-dan.mp4", REAL_FILM, "video/mp4")


@pytest.mark.clause("P-II.3.1.a")
def test_sources_are_official(district: District) -> None:
    """An item from an official portal or page, or with a direction of Committee 35, has no finding about its source;
    any other source has one.
    """
    board = ManagementBoard.appoint(district)
    submit_and_open_review(board, "Cổng chính phủ", source_url="https://chinhphu.vn/tin-an-ninh").shows(
        "Máy không phát hiện gì."
    )
    submit_and_open_review(board, "Công an tỉnh", source_url=POLICE).shows("Máy không phát hiện gì.")
    submit_and_open_review(board, "Trang lạ", source_url="https://tinnong247.example/abc").shows(
        "Nguồn không thuộc danh mục chính thức: tinnong247.example"
    )
    submit_and_open_review(board, "Giả mạo", source_url="https://congan-ninhbinh.gov.vn.example/abc").shows(
        "Nguồn không thuộc danh mục chính thức"
    )
    with expect_not_built():
        submit_and_open_review(board, "Không đường dẫn").assert_hides("Máy không phát hiện gì.")
        check_registered_page(board)
        board.editor.open_page("/content/new").shows("Ban Chỉ đạo 35")


def submit_and_open_review(board: ManagementBoard, title: str, **source: str) -> Screen:
    """Submit an item and return the screen with the findings of the checks for the reviewer."""
    piece = {"title": title, "body": "Bà con cảnh giác.", "category": WARNING, "source_name": "Công an tỉnh Ninh Bình"}
    submit_item(board.editor, write_item(board.editor, {**piece, **source}))
    return board.reviewer.follow_link("/reviews", title)


def check_registered_page(board: ManagementBoard) -> None:
    """Assert that a registered Fanpage of the provincial police counts as official, and another page of the same
    network doesn't.
    """
    sources = board.reviewer.search_all_pages("Nguồn chính thống", "chinhphu.vn")
    board.reviewer.sends(
        sources,
        "/content/register_source",
        domain="https://www.facebook.com/congantinhninhbinh",
        name="Fanpage Công an tỉnh",
        owner="Công an tỉnh Ninh Bình",
    )
    submit_and_open_review(board, "Fanpage", source_url="https://www.facebook.com/congantinhninhbinh/posts/1").shows(
        "Máy không phát hiện gì."
    )
    submit_and_open_review(board, "Trang khác", source_url="https://www.facebook.com/ai-do/posts/1").shows(
        "Nguồn không thuộc danh mục chính thức"
    )


@pytest.mark.clause("P-II.3.1.b")
def test_the_board_builds_items_with_pictures_and_films(district: District) -> None:
    """The management board writes, edits and publishes texts, pictures and films, and members respond in the group."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    written = write_item(
        board.editor, {"title": "Camera an ninh", "body": "Xã lắp camera.", "category": LAW, **SOURCED}
    )
    changed = board.editor.sends(written, "/content/edit", **{"piece.body": "Xã lắp 12 camera ở 6 ngõ."})
    submit_item(board.editor, changed)
    approve_item(board.reviewer, "Camera an ninh")
    publish_item(district, board.publisher, "Camera an ninh")
    district.talk.reads(COMMUNE, "Xã lắp 12 camera ở 6 ngõ")
    publish_with_file(board, "Ảnh hiện trường", PICTURE)
    publish_with_file(board, "Phim hướng dẫn", FILM)
    assert district.group_files(COMMUNE) == ["image/png", "video/mp4"]
    check_interactions(district, board)


def publish_with_file(board: ManagementBoard, title: str, file: SentFile) -> None:
    """Publish an item with a file."""
    piece = {"title": title, "body": "Xem tệp kèm theo.", "category": WARNING, **SOURCED}
    submit_item(board.editor, write_item(board.editor, piece, file))
    approve_item(board.reviewer, title)
    publish_item(board.district, board.publisher, title)


def check_interactions(district: District, board: ManagementBoard) -> None:
    """Assert that the group's screen shows the interactions of its members."""
    district.talk.says("Chị Mai", "Cảm ơn Ban quản trị, thông tin rất bổ ích", to=COMMUNE)
    group = board.publisher.follow_link("/groups", COMMUNE)
    counted = board.publisher.sends(
        group, "/groups/measure", **{"measure.day": "2021-08-20", "measure.members": "1", "measure.interactions": "1"}
    )
    counted.shows("Lượt tương tác 20/08/2021 1 0 1")


@pytest.mark.clause("P-II.3.1.c")
def test_each_item_passes_four_gates(district: District) -> None:
    """No item is published before a second person has answered the gates of source, truth, secrets and permission."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    title = "Cảnh giác"
    before = len(district.group_texts(COMMUNE))
    submit_item(
        board.editor, write_item(board.editor, {"title": title, "body": "Chưa sửa.", "category": WARNING, **SOURCED})
    )
    waiting = board.reviewer.follow_link("/reviews", title)
    waiting.shows("nguồn chính thống", "đúng sự thật", "bảo vệ bí mật nhà nước", "được phép phổ biến")
    check_only_reviewer_approves(board, title)
    check_own_item_cannot_be_reviewed(board)
    failed = fail_last_gate(board, waiting)
    board.reviewer.sends(failed, "/content/reject", reason="Thiếu nguồn ở đoạn 2")
    returned = board.editor.follow_link("/content?state=rejected", title)
    returned.shows("Thiếu nguồn ở đoạn 2")
    submit_item(board.editor, board.editor.sends(returned, "/content/edit", **{"piece.body": "Đã bổ sung nguồn."}))
    approve_item(board.reviewer, title)
    check_edit_voids_approval(board, title)
    assert len(district.group_texts(COMMUNE)) == before
    publish_item(district, board.publisher, title)
    district.talk.reads(COMMUNE, "Đã bổ sung nguồn, sửa sau khi duyệt")
    assert not any("Chưa sửa" in text for text in district.group_texts(COMMUNE))


def check_only_reviewer_approves(board: ManagementBoard, title: str) -> None:
    """Assert that editor and publisher can't review, and that the reviewer can't approve before all gates are
    answered.
    """
    for other in (board.editor, board.publisher):
        screen = other.follow_link("/reviews", title)
        for form in ("/content/answer_gate", "/content/approve", "/content/reject"):
            screen.assert_no_form(form)
    item = board.publisher.follow_link("/content?state=submitted", title)
    for form in ("/content/publish", "/content/approve", "/content/answer_gate"):
        item.assert_no_form(form)
    board.reviewer.follow_link("/reviews", title).assert_no_form("/content/approve")


def check_own_item_cannot_be_reviewed(board: ManagementBoard) -> None:
    """Assert that an officer with both roles can't review their own item."""
    both = board.district.appoint_officer("Người kiêm nhiệm", "hoa-lu", "editor", "reviewer")
    submit_item(both, write_item(both, {"title": "Tự viết", "body": "Bài của tôi.", "category": WARNING, **SOURCED}))
    own = both.follow_link("/reviews", "Tự viết")
    for form in ("/content/answer_gate", "/content/approve"):
        own.assert_no_form(form)


def fail_last_gate(board: ManagementBoard, waiting: Screen) -> Screen:
    """Answer all gates of an item with yes and the last one with no, assert that the item can't be approved, and return
    its screen.
    """
    *passed, last = waiting.form_ids("act-content-answer-gate")
    for id in passed:
        waiting = board.reviewer.sends(waiting, f"#{id}", passed="Có", note="Đã đối chiếu")
    failed = board.reviewer.sends(waiting, f"#{last}", passed="Không", note="Có tên trẻ em")
    failed.shows("Chưa đạt", "Có tên trẻ em")
    failed.assert_no_form("/content/approve")
    return failed


def check_edit_voids_approval(board: ManagementBoard, title: str) -> None:
    """Assert that an item edited after its approval can't be published until it is reviewed again."""
    approved = board.editor.follow_link("/content?state=approved", title)
    changed = board.editor.sends(approved, "/content/edit", **{"piece.body": "Đã bổ sung nguồn, sửa sau khi duyệt."})
    board.publisher.open_page(changed.shown.path).assert_no_form("/content/publish")
    submit_item(board.editor, changed)
    board.publisher.open_page(changed.shown.path).assert_no_form("/content/publish")
    approve_item(board.reviewer, title)


SIGNED = {"decision_date": "2021-08-02", "decision_issuer": "Công an huyện Hoa Lư"}
OUTGOING: Mapping[str, Mapping[str, str]] = {
    LAW: {},
    "Thời sự chính trị, kinh tế - xã hội": {},
    "Tình hình, kết quả công tác bảo đảm an ninh, trật tự": {},
    "Vận động người vi phạm pháp luật, người bị truy nã ra đầu thú": {},
    WARNING: {},
    "Hướng dẫn, giải đáp thủ tục hành chính": {},
    "Quy định về phòng, chống dịch bệnh Covid-19": {},
    "Đính chính, phản bác thông tin không đúng sự thật": {"rumour": "Tin đồn phong tỏa"},
    "Thông báo truy nã": {"decision_number": "12/QĐTN-CAHL", **SIGNED},
    "Thông báo truy tìm": {"decision_number": "13/QĐTT-CAHL", **SIGNED},
    "Gia đình tìm người thân": {"requester": "Bà Thử, mẹ", "requester_check": "Gọi lại, công an xã xác nhận"},
}
"""Outgoing category -> the fields of its items besides title and body."""


@pytest.mark.slow
@pytest.mark.clause("P-II.3.2.a")
def test_all_outgoing_categories_and_answers(district: District) -> None:
    """Items of every outgoing category reach the group, and questions about procedures are answered with a source."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    assert [*OUTGOING] == [*list_outgoing_categories(board.editor)]
    for number, (category, more) in enumerate(OUTGOING.items(), start=1):
        board.publish_content(f"Bài số {number}", f"Nội dung thuộc mục: {category}.", category, **more)
        district.talk.reads(COMMUNE, f"Bài số {number}.*Nội dung thuộc mục: {category}.*Nguồn: Công an tỉnh Ninh Bình")
    sentence = "Quyết định số 12/QĐTN-CAHL ngày 02/8/2021 của Công an huyện Hoa Lư"
    district.talk.reads(COMMUNE, f"Nội dung thuộc mục: Thông báo truy nã.*{sentence}")
    check_notice_needs_decision(board)
    answer_procedure_questions(district)


def list_outgoing_categories(editor: Officer) -> list[str]:
    """Return the categories that the form of an item offers."""
    screen = editor.open_page("/content/new")
    choices = screen.questions(screen.form("/content/write"))["piece.category"].choices
    return [label for value, label in choices.items() if value]


def check_notice_needs_decision(board: ManagementBoard) -> None:
    """Assert that a wanted notice without the number of its decision can't be submitted."""
    bare = {"title": "Truy nã thiếu số", "body": "Ai thấy xin báo.", "category": "Thông báo truy nã", **SOURCED}
    written = write_item(board.editor, bare)
    written.assert_no_form("/content/submit")


def answer_procedure_questions(district: District) -> None:
    """Let an officer answer a question in free words with a source, and a repeated question by an article of the
    collection.
    """
    officer = district.appoint_officer("Hoàng Thị Hướng Dẫn", "hoa-lu", "tip_officer")
    question = ask_question(district, officer, "Anh Hỏi", "Làm căn cước công dân cần giấy tờ gì?")
    officer.sends(question, "/inquiries/answer", text="Mang sổ hộ khẩu.", source="Luật Căn cước công dân, Điều 22")
    district.run_worker()
    district.talk.hears("Anh Hỏi", "Mang sổ hộ khẩu.*Luật Căn cước công dân, Điều 22")
    officer.sends(
        officer.open_page("/inquiries/articles/new"),
        "/inquiries/articles.write",
        title="Làm căn cước công dân",
        text="Mang sổ hộ khẩu đến Công an huyện.",
        source="Luật Căn cước công dân, Điều 22",
        phrases="Đi làm căn cước cần mang gì?",
        category="Hướng dẫn, giải đáp thủ tục hành chính",
    )
    again = ask_question(district, officer, "Chị Hỏi", "Đi làm căn cước cần mang gì?")
    again.shows("Bài có thể trả lời Làm căn cước công dân", "Trả lời bằng bài này")
    officer.sends(again, "/inquiries/answer")
    district.run_worker()
    district.talk.hears("Chị Hỏi", "Mang sổ hộ khẩu đến Công an huyện.*Luật Căn cước công dân, Điều 22")


def ask_question(district: District, officer: Officer, resident: str, words: str) -> Screen:
    """Let a resident ask a question and get a receipt, and return the officer's screen of the question."""
    district.talk.says(resident, words)
    district.talk.hears(resident, "Đã nhận câu hỏi")
    question = officer.follow_link("/inquiries", "Câu hỏi lúc")
    question.shows(words)
    return question


INCOMING: Mapping[str, str] = {
    "Tình hình an ninh, trật tự": "Mấy hôm nay có nhóm thanh niên lạ mặt lảng vảng quanh làng ở Ninh Hòa",
    "Tội phạm, vi phạm pháp luật": "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy",
    "Đối tượng truy nã": "Tôi thấy người giống đối tượng bị truy nã trong thông báo, đang ở quán nước Ninh Hòa",
    "Người bị truy tìm, mất tích": "Mẹ tôi 78 tuổi ở Ninh Hòa đi lạc từ trưa chưa về nhà",
    "Trật tự, an toàn giao thông": "Xe tải chở đá quá tải chạy ầm ầm qua đường làng Ninh Hòa",
    "Trật tự công cộng": "Quán karaoke cạnh nhà ở Ninh Hòa hát ầm ĩ quá nửa đêm, cả xóm mất ngủ",
    "Cháy, nổ": "Có xưởng gỗ ở Ninh Hòa sang chiết gas trái phép, dễ cháy nổ",
    "Dịch bệnh Covid-19": "Có người từ vùng dịch về Ninh Hòa mà không khai báo y tế",
}
"""Incoming category -> the text of a resident's report."""


@pytest.mark.clause("P-II.3.2.b")
def test_all_incoming_categories(district: District) -> None:
    """Reports of all eight incoming categories get a receipt, are triaged by a person and answered."""
    officer = district.appoint_officer("Hoàng Văn Tiếp Nhận", "hoa-lu", "tip_officer")
    for number, (category, words) in enumerate(INCOMING.items(), start=1):
        settle_report(district, officer, f"Người báo {number}", category, words)
    every = officer.open_page("/tips/all")
    every.shows(*INCOMING)
    for category in INCOMING:
        officer.open_page("/tips/received").assert_hides(category)
    district.appoint_officer("Biên tập viên", "hoa-lu", "editor").assert_cannot_open("/tips/all")


def settle_report(district: District, officer: Officer, resident: str, category: str, words: str) -> None:
    """Let a resident report, an officer triage and settle the tip, and the resident read the answer."""
    district.talk.says(resident, words)
    receipt = district.talk.hears(resident, r"Mã tiếp nhận: (\S+?)\.").group(1)
    address = next(iter(list_new_tips(officer)))
    tip = officer.open_page(address)
    tip.shows(receipt, words)
    answer_tip(district, officer, tip, category, f"Đã xử lý: {category}.")
    district.talk.hears(resident, f"Đã xử lý: {category}")


def list_new_tips(officer: Officer) -> list[str]:
    """Return the addresses of the new tips."""
    names = ["mine", "received", "waiting", "alarms", "doubts", "all", "new", "incidents", "locked", "dismissed"]
    lists = [f"/tips/{name}" for name in names]
    links = officer.open_page("/tips/received").links
    return [link for link in links if link.startswith("/tips/") and link not in lists and "overdue" not in link]
