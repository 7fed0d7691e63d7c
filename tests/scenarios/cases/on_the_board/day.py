"""A district's day at the board: the officer in charge carries out each task, only with forms on the pages."""

from tests.scenarios.cases.on_the_board.office import Office

TIP = "Tối nào quán đầu làng xã Ninh Hòa cũng tụ tập đánh bạc ăn tiền"
FIRE = "Cháy nhà ở xóm 3 xã Ninh Hòa, có người kẹt bên trong"
QUESTION = "Làm lại căn cước công dân cần giấy tờ gì ạ?"


def found_group(office: Office) -> str:
    """Found the commune's group, appoint its owner and launch it; return its platform id."""
    admin = office.seats["admin"]
    fields = {"unit": "ninh-hoa", "kind": "commune", "title": "Nhóm an ninh xã Ninh Hòa", "messenger": "oa"}
    admin.send("/groups/new", "/do/groups/establish", fields)
    path = admin.link("/groups", "/groups/0")
    admin.send(path, "/groups/seat", {"post": "owner", "officer": office.holders["admin"].id, "name": "Đại úy Mẫu"})
    admin.send(path, "/groups/launch", {})
    office.process_events()
    (group,) = office.chat.groups()
    return group


def handle_tip(office: Office) -> None:
    """Handle a tip from reception to a closed case, with a question to the reporter and an answer."""
    office.says("Chị Báo", TIP)
    handler = office.seats["handler"]
    path = handler.link("/tips/received", "/tips/0")
    assert TIP in handler.open(path)
    handler.send(path, "/tips/triage", {"category": "public_order", "unit": "ninh-hoa"})
    handler.send(path, "/tips/assign", {"unit": "hoa-lu", "officers": office.holders["handler"].id})
    handler.send(path, "/tips/add_note", {"words": "Quán này đã bị nhắc năm ngoái."})
    handler.send(path, "/tips/ask_back", {"question": "Bà con thấy lúc mấy giờ?"})
    office.process_events()
    assert "Bà con thấy lúc mấy giờ?" in office.read_last_text("Chị Báo")
    office.says("Chị Báo", "Khoảng 9 giờ tối")
    assert "Khoảng 9 giờ tối" in handler.open(path)
    settled = {"outcome": "resolved", "answer": "Đã nhắc nhở, giải tán.", "reason": "handled"}
    handler.send(path, "/tips/settle", settled)
    handler.send(path, "/tips/answer", {})
    office.process_events()
    assert "Đã nhắc nhở, giải tán." in office.read_last_text("Chị Báo")
    assert "Đã nhắc nhở, giải tán." in handler.open(path)
    handler.send(path, "/tips/close", {})


def claim_emergency(office: Office) -> None:
    """Check that a fire gets a reply at once and is listed first, and let an officer claim it."""
    office.says("Anh Cháy", FIRE)
    assert "114" in office.read_last_text("Anh Cháy")
    handler = office.seats["handler"]
    first = handler.open("/tips").partition('class="rows"')[2].partition("</li>")[0]
    assert "Khẩn cấp" in first
    handler.send("/tips/alarms", "/tips/claim", {})
    assert "Khẩn cấp, đã có người nhận: 1" in handler.open("/tips/alarms")


def answer_question(office: Office) -> None:
    """Answer a resident's question in free words with a source."""
    office.says("Ông Hỏi", QUESTION)
    handler = office.seats["handler"]
    path = handler.link("/inquiries", "/inquiries/0")
    handler.send(path, "/inquiries/answer", {"text": "Cần giấy khai sinh.", "source": "Công an xã", "article": ""})
    office.process_events()
    assert "Cần giấy khai sinh." in office.read_last_text("Ông Hỏi")


def publish_item(office: Office, group: str) -> None:
    """Write an item, answer its four gates, publish it, and correct it."""
    editor, reviewer, admin = (office.seats[name] for name in ("editor", "reviewer", "admin"))
    piece = {
        "piece.title": "Cảnh giác mã OTP",
        "piece.body": "Không đưa mã OTP cho bất kỳ ai.",
        "piece.category": "crime_warning",
        "piece.units": "ninh-hoa",
        "piece.source_name": "Công an tỉnh",
    }
    editor.send("/content/new", "/content/write", piece)
    path = editor.link("/content", "/content/0")
    editor.send(path, "/content/submit", {})
    assert not editor.offers(path, "/content/approve")  # An officer can't review their own item.
    review = reviewer.link("/reviews", "/reviews/0")
    for gate in office.app.district.gates:
        answered_gate = {"passed": "yes", "note": "Đã đối chiếu"}
        reviewer.send(
            review, "/content/answer_gate", answered_gate, f"act-content-answer-gate-{gate.id}".replace("_", "-")
        )
    while 'id="act-content-answer-finding-' in (screen := reviewer.open(review)):
        number = screen.partition('id="act-content-answer-finding-')[2].partition('"')[0]
        answered_finding = {"words": "Đã xem, không sao"}
        reviewer.send(review, "/content/answer_finding", answered_finding, f"act-content-answer-finding-{number}")
    reviewer.send(review, "/content/approve", {})
    admin.send(path, "/content/publish", {})
    office.process_events()
    assert "Không đưa mã OTP cho bất kỳ ai." in office.chat.list_group_posts(group)[-1]
    editor.send(path, "/content/correct", {**piece, "piece.body": "Không đưa mã OTP cho bất kỳ ai, kể cả công an."})
