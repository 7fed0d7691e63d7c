"""A district that publishes, with an editor, a reviewer, a board, two groups, and an officer on duty at night."""

from typing import Any

from attrs import evolve, frozen
from tests.scenarios.cases.duty_bench import DutyBench

from anninh_core.domain.content import ItemContent, Urgency
from anninh_core.domain.content.model import Item
from anninh_core.testing.local_users import UnsafeLocalUsers
from anninh_core.usecase import Actor

ON_DUTY = "Trực Một"
PIECE = ItemContent(
    title="Cảnh báo cháy",
    body="Đang có cháy tại xóm 3. Bà con tránh đi qua khu vực chợ.",
    category="crime_warning",
    units=("hoa-lu",),
    source_name="Công an huyện",
)


@frozen
class Newsroom:
    """Officers who write, review and publish, and the groups they publish in."""

    duty: DutyBench
    editor: Actor
    reviewer: Actor
    board: Actor
    groups: tuple[str, ...]

    @classmethod
    def of(cls, duty: DutyBench) -> "Newsroom":
        users = UnsafeLocalUsers(duty.app)
        founder = users.appoint("Thường trực", "hoa-lu", "standing_officer")
        groups = []
        for unit in ("ninh-hoa", "ninh-van"):
            title = f"An ninh {unit}"
            chat = duty.chat.found_group(title)
            planned = duty.app.groups.plan(founder, unit, kind="commune", title=title)
            duty.app.groups.link_group(founder, planned.id, "oa", platform_id=chat)
            duty.app.groups.seat(founder, planned.id, "owner", officer=founder.id, name="Thường trực")
            duty.app.groups.launch(founder, planned.id)
            groups.append(chat)
        duty.app.worker.drain()
        return cls(
            duty,
            users.appoint("Biên tập", "hoa-lu", "editor"),
            users.appoint("Kiểm duyệt", "hoa-lu", "reviewer"),
            users.appoint("Ban quản trị", "hoa-lu", "board_admin"),
            tuple(groups),
        )

    def submit_item(self, **changes: Any) -> Item:
        content = self.duty.app.content
        return content.submit(self.editor, content.write(self.editor, "hoa-lu", evolve(PIECE, **changes)).id)

    def approve_item(self, item: Item) -> Item:
        content = self.duty.app.content
        for gate in self.duty.app.district.gates:
            content.answer_gate(self.reviewer, item.id, gate.id, True, "Đã đối chiếu")
        return content.approve(self.reviewer, item.id)

    def answer(self, item: Item) -> None:
        """Answer every open finding of an item."""
        for number, remark in enumerate(item.remarks):
            if remark.is_open:
                self.duty.app.content.answer_finding(self.reviewer, item.id, number, "Người dân đã đồng ý nêu tên")

    def publish_at_once(self, item: Item, about_people: str = "") -> Item:
        """Let one person alone approve and publish an urgent item."""
        notes = {gate.id: "Đã xem" for gate in self.duty.app.district.gates}
        self.duty.app.content.approve_urgently(self.board, item.id, "Đang cháy", notes, about_people=about_people)
        return self.duty.app.content.publish(self.board, item.id)

    def posts(self) -> list[list[str]]:
        """Return the posts about hamlet 3 in each group, without the charter and other messages."""
        self.duty.app.worker.drain()
        return [[text for text in self.duty.chat.group_posts(group) if "xóm 3" in text] for group in self.groups]


def make_urgent(**changes: Any) -> dict[str, Any]:
    """Return changes of an item's content together with the urgency "immediate"."""
    return {"urgency": Urgency.IMMEDIATE, **changes}
