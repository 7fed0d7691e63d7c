"""Section II.1 of the plan: awareness of using social networks."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.board.visitor import SentFile
from tests.cleaning.documents import pdf
from tests.promises.acts import AREA, COMMUNE, INNER, LAW, NEIGHBOUR, ManagementBoard
from tests.promises.pages import read_page
from tests.promises.people import District, NotOffered, expect_not_built

CYBER_LAW = "Luật An ninh mạng"
DIRECTIVE = "Chỉ thị số 22-CT/TU"
DECISION: SentFile = ("quyet-dinh-thanh-lap.pdf", pdf(), "application/pdf")


@pytest.mark.clause("P-II.1.a")
def test_directives_reach_the_groups(district: District) -> None:
    """The cyber-security law and Directive 22 reach the groups, and a list shows which directive reached which
    group.
    """
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA)
    board.publish_content(CYBER_LAW, "Luật số 24/2018/QH14 nghiêm cấm đăng tin sai sự thật gây hoang mang.", LAW)
    district.talk.reads(COMMUNE, "Luật số 24/2018/QH14.*Nguồn: Công an tỉnh Ninh Bình")
    district.talk.reads(AREA, "Luật số 24/2018/QH14")
    board.editor.follow_link("/content?state=published", CYBER_LAW).shows(f"{COMMUNE} Đã tới", f"{AREA} Đã tới")
    with expect_not_built():
        board.editor.open_page("/content/new").shows(DIRECTIVE)
        board.editor.search_all_pages(CYBER_LAW, DIRECTIVE, COMMUNE, AREA)


@pytest.mark.clause("P-II.1.b")
def test_charter_reaches_every_member(district: District) -> None:
    """A group gets its charter and a monthly reminder; a later member is welcomed with the charter and can acknowledge
    it.
    """
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    district.talk.reads(COMMUNE, "NỘI QUY NHÓM\n1. .*Không đăng, chia sẻ tin chưa kiểm chứng")
    board.publish_content("Lợi ích của nhóm", "Tin báo tới ngay công an xã, danh tính được giữ kín.", LAW)
    district.talk.reads(COMMUNE, "danh tính được giữ kín")
    check_monthly_reminder(district)
    with expect_not_built():
        check_welcome_of_new_member(district)
        board.publisher.follow_link("/groups", COMMUNE).shows("Người đã xác nhận nội quy 1")


def check_monthly_reminder(district: District) -> None:
    """Assert that the group gets a reminder automatically after 30 days, and not before."""
    reminder = "Ban quản trị xin nhắc"
    district.pass_time(timedelta(days=29))
    assert not any(reminder in text for text in district.group_texts(COMMUNE))
    district.pass_time(timedelta(days=1))
    district.talk.reads(COMMUNE, f"{reminder}.*không đăng tin chưa kiểm chứng")


def check_welcome_of_new_member(district: District) -> None:
    """Assert that a new member gets a welcome with the charter, in the group or in private, and can acknowledge it."""
    before = len(district.group_texts(COMMUNE))
    district.talk.says("Chị Mới", "Chào cả nhà", to=COMMUNE)
    district.pass_time(timedelta(days=1))
    texts = [*district.group_texts(COMMUNE)[before:], *district.chat.hears(district.find_resident("Chị Mới"))]
    if not any("Chào mừng" in text and "Không đăng" in text for text in texts):
        raise NotOffered(f"a new member reads no welcome with the charter, but {texts}")
    district.talk.says("Chị Mới", "Tôi đã đọc và đồng ý với nội quy")
    district.talk.hears("Chị Mới", "nội quy")
    district.pass_time(timedelta(days=1))


@pytest.mark.clause("P-II.1.c")
def test_founding_papers_and_public_directory(district: District, tmp_path: Path) -> None:
    """Members get the founding papers, and the public directory has the links of the groups, but not of inner
    groups.
    """
    board = ManagementBoard.appoint(district)
    board.launch_group(board.found_and_seat(COMMUNE), documents=DECISION)
    assert district.group_files(COMMUNE) == ["application/pdf"]
    board.open_groups(AREA, INNER)
    directory = read_public_directory(board, tmp_path)
    for title in (COMMUNE, AREA):
        assert title in directory
        link = board.publisher.follow_link("/groups", title).link("https://")
        assert link in directory
    with expect_not_built():
        assert INNER not in directory
        check_launch_needs_papers(board)


def check_launch_needs_papers(board: ManagementBoard) -> None:
    """Assert that a group without founding papers can't be launched."""
    seated = board.found_and_seat(NEIGHBOUR)
    with pytest.raises(NotOffered, match="/groups/launch"):
        board.launch_group(seated)


def read_public_directory(board: ManagementBoard, folder: Path) -> str:
    """Return the text of the public directory that the management board writes."""
    page = folder / "danh-ba.html"
    board.publisher.run_command("groups", "directory", "--out", str(page), at=folder)
    return read_page(page.read_text(encoding="utf-8")).text
