"""Section II.2 of the plan: Zalo for public order and the movement."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.promises.acts import AREA, COMMUNE, WARNING, ManagementBoard
from tests.promises.people import District, Officer, expect_not_built

CAMPAIGN = "Toàn dân tham gia Nhóm Zalo An ninh"
MODELS = ("Camera an ninh", "Tổ dân phố, thôn, xóm an toàn")


@pytest.mark.clause("P-II.2.a")
def test_key_people_carry_the_groups(district: District) -> None:
    """Members and their activity are counted, and key people are named, invited and reached."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    board.publish_content("Phòng lừa đảo", "Không đưa mã OTP cho bất kỳ ai.", WARNING)
    for name in ("Chị Mai", "Anh Nam"):
        district.talk.says(name, "Cảm ơn Ban quản trị", to=COMMUNE)
    district.pass_time(timedelta(days=1))
    group = board.publisher.follow_link("/groups", COMMUNE)
    group.shows("Ngày Số thành viên", "21/08/2021 2")
    with expect_not_built():
        group.shows("Bài gần nhất 20/08/2021")
        check_fields_for_key_people(board)
        board.publisher.open_page("/groups/care").shows("người nòng cốt")


def check_fields_for_key_people(board: ManagementBoard) -> None:
    """Assert that the group's screen has a field for each kind of key people in the plan."""
    group = board.publisher.follow_link("/groups", COMMUNE)
    group.shows("Bí thư chi bộ", "Tổ trưởng tổ dân phố", "Trưởng thôn, xóm", "Người có uy tín")


@pytest.mark.clause("P-II.2.b")
def test_a_campaign_of_all_agencies(district: District, tmp_path: Path) -> None:
    """The police open a campaign with the Front and a commune, and each partner sees the campaign and finishes only its
    own task.
    """
    standing = district.appoint_from_unit("Lê Văn Thường Trực", "cong-an", "hoa-lu", "standing_officer")
    open_campaign(standing, tmp_path)
    front = district.appoint_officer("Cán bộ Mặt trận", "mat-tran", "report_officer")
    with expect_not_built():
        finish_task_of_partner(front)
        standing.search_all_pages(CAMPAIGN, "20/08/2021")


def finish_task_of_partner(front: Officer) -> None:
    """Assert that the Front finds the campaign and finishes only its own task."""
    screen = front.search_all_pages(CAMPAIGN)
    screen.shows("Vận động đoàn viên, hội viên vào nhóm", "Công an huyện Hoa Lư")
    finished = front.sends(screen, "/programme/finish_task")
    finished.shows("20/08/2021")
    finished.assert_no_form("/programme/finish_task")


def open_campaign(standing: Officer, folder: Path) -> None:
    """Open the campaign on the command line, since the board has no form for it so far."""
    tasks = (
        '[{"partner": "mat-tran", "text": "Vận động đoàn viên, hội viên vào nhóm"},'
        ' {"partner": "ninh-hoa", "text": "Phát tờ rơi có mã QR"}]'
    )
    campaign = (
        f'{{"unit": "hoa-lu", "name": "{CAMPAIGN}", "start": "2021-08-20", "end": "2021-09-14",'
        f' "partners": ["mat-tran", "ninh-hoa"], "tasks": {tasks}}}'
    )
    printed = standing.run_command("call", "programme.open_campaign", "--json", campaign, at=folder)
    assert CAMPAIGN in printed


@pytest.mark.clause("P-II.2.c")
def test_local_models_are_linked(district: District, tmp_path: Path) -> None:
    """A group is linked with the local models of its place, and the group's screen and the public directory show
    them.
    """
    board = ManagementBoard.appoint(district)
    board.publisher.open_page("/groups/new").shows("Nhóm khu dân cư")
    board.open_groups(COMMUNE, AREA)
    with expect_not_built():
        board.publisher.follow_link("/groups", AREA).shows(*MODELS)
        check_directory_names_models(board, tmp_path)


def check_directory_names_models(board: ManagementBoard, folder: Path) -> None:
    """Assert that the public directory names the model of a group."""
    page = folder / "danh-ba.html"
    board.publisher.run_command("groups", "directory", "--out", str(page), at=folder)
    assert MODELS[0] in page.read_text(encoding="utf-8")
