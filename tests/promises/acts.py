"""Actions of officers that the tests of many clauses need, each carried out through forms of the board."""

from collections.abc import Mapping, Sequence
from typing import Self

from attrs import frozen
from tests.board.visitor import SentFile
from tests.promises.people import District, Officer, Screen

COMMUNE = "Nhóm Zalo An ninh xã Ninh Hòa"
NEIGHBOUR = "Nhóm Zalo An ninh xã Ninh Vân"
AREA = "Nhóm Zalo An ninh Khu dân cư số 1, xã Ninh Hòa"
WOMEN = "Nhóm Zalo Hội Phụ nữ huyện Hoa Lư"
INNER = "Ban Quản trị Nhóm Zalo An ninh huyện Hoa Lư"
GROUPS: Mapping[str, tuple[str, str]] = {
    COMMUNE: ("xã Ninh Hòa", "Nhóm xã, phường, thị trấn"),
    NEIGHBOUR: ("xã Ninh Vân", "Nhóm xã, phường, thị trấn"),
    AREA: ("Khu dân cư số 1, xã Ninh Hòa", "Nhóm khu dân cư"),
    WOMEN: ("Hội Liên hiệp Phụ nữ huyện Hoa Lư", "Nhóm của đoàn thể"),
    INNER: ("huyện Hoa Lư", "Nhóm Ban quản trị"),
}
"""Title of a group -> its unit and kind, as the board's form names them."""

LAW = "Chủ trương, chính sách, pháp luật về an ninh, trật tự"
WARNING = "Cảnh báo phương thức, thủ đoạn của tội phạm"
CORRECTION = "Đính chính, phản bác thông tin không đúng sự thật"

POLICE = "https://congan.ninhbinh.gov.vn/tin-tuc/thong-bao"
"""A web address at an official source."""


def write_item(
    editor: Officer,
    piece: Mapping[str, str | Sequence[str]],
    file: SentFile | None = None,
    unit: str = "huyện Hoa Lư",
) -> Screen:
    """Write an item and return its screen.

    Args:
        editor: officer who writes the item.
        piece: values by field name without `piece.`.
        file: attachment of the item, or None.
        unit: name of the unit that owns the item and receives it in its groups.
    """
    filled: dict[str, str | list[str] | SentFile] = {
        f"piece.{name}": value if isinstance(value, str) else [*value] for name, value in piece.items()
    }
    filled |= {"unit": unit, "piece.units": [unit]}
    if file is not None:
        filled["piece.attachments"] = file
    return editor.sends(editor.open_page("/content/new"), "/do/content/write", **filled)


def submit_item(editor: Officer, written: Screen) -> Screen:
    """Submit an item for review and return its screen."""
    return editor.sends(written, "/do/content/submit")


def approve_item(reviewer: Officer, title: str) -> Screen:
    """Answer the findings and gates of an item in review, approve the item, and return its screen."""
    screen = reviewer.follow_link("/reviews", title)
    for id in screen.form_ids("act-content-answer-finding"):
        screen = reviewer.sends(screen, f"#{id}", words="Đã xem, phù hợp")
    for id in screen.form_ids("act-content-answer-gate"):
        screen = reviewer.sends(screen, f"#{id}", passed="yes", note="Đã đối chiếu với nguồn")
    return reviewer.sends(screen, "/do/content/approve")


def publish_item(district: District, board: Officer, title: str) -> Screen:
    """Publish an approved item, run the worker, and return the item's screen."""
    address = board.open_page("/content?state=approved").link(title)
    board.sends(board.open_page(address), "/do/content/publish")
    district.run_worker()
    return board.open_page(address)


def answer_tip(district: District, officer: Officer, tip: Screen, category: str, answer: str) -> None:
    """Triage a tip of Ninh Hòa, settle it and send the answer to its reporter."""
    sorted_tip = officer.sends(tip, "/tips/triage", category=category, unit="xã Ninh Hòa", place="xã Ninh Hòa")
    sorted_tip.shows(category)
    assigned = officer.sends(sorted_tip, "/tips/assign", unit="xã Ninh Hòa", officers=[officer.actor.id])
    settled = officer.sends(assigned, "/tips/settle", outcome="Đã giải quyết", answer=answer, reason="Đã xử lý xong")
    officer.sends(settled, "/tips/answer")
    district.run_worker()


@frozen
class ManagementBoard:
    """The people of the district's management board: publisher, editor and reviewer."""

    district: District
    publisher: Officer
    editor: Officer
    reviewer: Officer

    @classmethod
    def appoint(cls, district: District) -> Self:
        """Appoint the people of the management board, with an editor from the propaganda board and a reviewer from the
        police.
        """
        return cls(
            district,
            publisher=district.appoint_from_unit("Phạm Thị Quản Trị", "cong-an", "hoa-lu", "board_admin"),
            editor=district.appoint_from_unit("Đỗ Thị Biên Tập", "ban-tuyen-giao", "hoa-lu", "editor"),
            reviewer=district.appoint_from_unit("Bùi Văn Kiểm Duyệt", "cong-an", "hoa-lu", "reviewer"),
        )

    def open_groups(self, *titles: str) -> None:
        """Found, staff and launch the groups in `GROUPS` with these titles."""
        for title in titles:
            self.launch_group(self.found_and_seat(title))

    def found_and_seat(self, title: str) -> Screen:
        """Found one of the groups in `GROUPS`, appoint its owner, and return its screen."""
        unit, kind = GROUPS[title]
        form = self.publisher.open_page("/groups/new")
        founded = self.publisher.sends(form, "/do/groups/establish", unit=unit, kind=kind, title=title, messenger="oa")
        owner = self.publisher
        return owner.sends(founded, "/groups/seat", post="Trưởng nhóm", officer=owner.actor.id, name=owner.name)

    def launch_group(self, seated: Screen, **documents: SentFile) -> Screen:
        """Launch a group with or without its founding paper, run the worker, and return the group's screen."""
        launched = self.publisher.sends(seated, "/groups/launch", **documents)
        self.district.run_worker()
        return launched

    def publish_content(self, title: str, body: str, category: str, **more: str) -> Screen:
        """Write, review and publish an item with an official source, and return its screen."""
        piece = {"title": title, "body": body, "category": category, "source_name": "Công an tỉnh Ninh Bình"}
        written = write_item(self.editor, {**piece, "source_url": POLICE, **more})
        submit_item(self.editor, written)
        approve_item(self.reviewer, title)
        return publish_item(self.district, self.publisher, title)
