"""A tip, a question and a post in the group, from the residents' messages to the replies that they get."""

from typing import Any

from attrs import frozen
from tests.scenarios.day.office import ServedOffice
from tests.scenarios.day.staff import COMMUNE, Staff

TITLE = "Nhóm Zalo An ninh xã Ninh Hòa"
TIP = "Có nhóm thanh niên tụ tập đánh bạc ở đầu làng xã Ninh Hòa, gần nhà văn hoá"
QUESTION = "Làm căn cước công dân ở đâu?"
ADVERTISEMENT = "Thanh lý giá sốc lô 3, inbox em"


@frozen
class Residents:
    """The accounts of the residents who write to the office, and the platform's id of their group."""

    reporter: str
    asker: str
    seller: str
    group: str


def open_group(office: ServedOffice, staff: Staff) -> str:
    """Found the commune's group, which only its board may do, and return the group's id on the platform."""
    arguments = {"unit": COMMUNE, "kind": "commune", "title": TITLE, "messenger": "oa"}
    assert staff.writer.refused("groups.establish", **arguments) == (403, "refused")
    group = staff.handler.call("groups.establish", **arguments)["id"]
    staff.handler.call("groups.seat", group_id=group, post="owner", officer=staff.handler.id, name="Đại úy Mẫu")
    assert staff.handler.call("groups.launch", group_id=group)["state"] == "active"
    office.work()
    (founded,) = [id for id, title in office.chat.groups().items() if title == TITLE]
    assert len(office.chat.group_posts(founded)) == 1  # The only post is the rules of the group.
    return founded


def let_residents_write(office: ServedOffice, group: str) -> Residents:
    """Let three people write, and deliver their messages by the webhook."""
    chat = office.chat
    residents = Residents(chat.person("Chị Mẫu"), chat.person("Anh Mẫu"), chat.person("Ông Mẫu"), group)
    chat.says(residents.reporter, TIP)
    chat.says(residents.asker, QUESTION)
    chat.says(residents.seller, ADVERTISEMENT, group)
    office.deliver_messages()
    assert chat.hears(residents.reporter)  # The reporter has got a receipt.
    return residents


def handle_tip(office: ServedOffice, staff: Staff, residents: Residents) -> None:
    """Take a tip through triage, assignment, a question to the reporter and the answer; other officers can't even read
    it.
    """
    handler = staff.handler
    chat = office.chat
    (tip,) = handler.call("tips.list")["items"]
    named = {"tip_id": tip["id"]}
    for other in (staff.chair, staff.deputy, staff.writer, staff.checker):
        assert other.refused("tips.get", **named) == (403, "refused")
        assert other.refused("tips.triage", **named, category="crime") == (403, "refused")
    _triage_once(staff, tip)
    handler.call("tips.assign", **named, unit=COMMUNE, officers=[handler.id])
    assert (
        handler.call("tips.ask_back", **named, question="Bà con thấy lúc mấy giờ?")["state"] == "waiting_for_reporter"
    )
    office.work()
    assert "Bà con thấy lúc mấy giờ?" in chat.hears(residents.reporter)[-1]
    chat.says(residents.reporter, "Khoảng 9 giờ tối")
    office.deliver_messages()
    assert "Khoảng 9 giờ tối" in handler.call("tips.get", **named)["text"]
    handler.call("tips.settle", **named, outcome="resolved", answer="Đã nhắc nhở, giải tán.", reason="handled")
    # The tip can't be closed, because the reporter hasn't been answered yet.
    assert handler.refused("tips.close", **named) == (409, "wrong_step")
    handler.call("tips.answer", **named)
    office.work()
    assert "Đã nhắc nhở, giải tán." in chat.hears(residents.reporter)[-1]
    assert handler.call("tips.close", **named)["state"] == "closed"


def _triage_once(staff: Staff, tip: Any) -> None:
    """Triage a tip twice with one idempotency key, which counts once, then with a stale version, which is refused."""
    arguments = {"tip_id": tip["id"], "category": "public_order", "unit": COMMUNE}
    headers = {"Idempotency-Key": "triage-1", "If-Match": f'"{tip["version"]}"'}
    first, second = (staff.handler.call_with(headers, "tips.triage", **arguments) for _ in range(2))
    assert first[0] == second[0] == 200, (first, second)
    assert first[1]["version"] == second[1]["version"]
    status, problem = staff.handler.call_with({"If-Match": headers["If-Match"]}, "tips.triage", **arguments)
    assert (status, problem["code"]) == (412, "stale")


def answer_question(office: ServedOffice, staff: Staff, residents: Residents) -> None:
    """Answer the question of a resident, and name the answer's source."""
    (inquiry,) = staff.handler.call("inquiries.list")["items"]
    answer = {"inquiry_id": inquiry["id"], "text": "Tại trụ sở công an xã.", "source": "Công an xã"}
    assert staff.writer.refused("inquiries.answer", **answer) == (403, "refused")
    staff.handler.call("inquiries.answer", **answer)
    office.work()
    assert "Tại trụ sở công an xã." in office.chat.hears(residents.asker)[-1]
    assert staff.handler.call("inquiries.get", inquiry_id=inquiry["id"])["state"] == "answered"


def moderate_post(office: ServedOffice, staff: Staff, residents: Residents) -> None:
    """Let a person decide about a flagged post, and let the account delete the post in the group."""
    (post,) = staff.checker.call("moderation.list", state="raised")["items"]
    decision = {"post_id": post["id"], "action": "delete", "rule": "advertising", "text": "Trái nội quy nhóm."}
    for other in (staff.chair, staff.handler, staff.writer):
        assert other.refused("moderation.decide", **decision) == (403, "refused")
    staff.checker.call("moderation.decide", **decision)
    office.work()
    (message,) = [entry for entry in office.chat.conversation(residents.group) if entry.author == residents.seller]
    assert message.deleted
