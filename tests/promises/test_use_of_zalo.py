"""Section II.2 of the plan: Zalo for public order and the movement."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.promises.acts import AREA, COMMUNE, WARNING, ManagementBoard
from tests.promises.people import District, Officer, not_built

CAMPAIGN = "Toàn dân tham gia Nhóm Zalo An ninh"
MODELS = ("Camera an ninh", "Tổ dân phố, thôn, xóm an toàn")


@pytest.mark.clause("P-II.2.a")
def test_key_people_carry_the_groups(district: District) -> None:
    """Members and what they do are counted, and key people are named, invited and reached."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE)
    board.publishes("Phòng lừa đảo", "Không đưa mã OTP cho bất kỳ ai.", WARNING)
    for name in ("Chị Mai", "Anh Nam"):
        district.talk.says(name, "Cảm ơn Ban quản trị", to=COMMUNE)
    district.passes(timedelta(days=1))
    group = board.publisher.follows("/groups", COMMUNE)
    group.shows("Ngày Số thành viên", "21/08/2021 2")
    with not_built():
        group.shows("Bài gần nhất 20/08/2021")
        key_people_are_named(board)
        board.publisher.opens("/groups/care").shows("người nòng cốt")


def key_people_are_named(board: ManagementBoard) -> None:
    """The group's screen asks for key people of each kind that the plan names."""
    group = board.publisher.follows("/groups", COMMUNE)
    group.shows("Bí thư chi bộ", "Tổ trưởng tổ dân phố", "Trưởng thôn, xóm", "Người có uy tín")


@pytest.mark.clause("P-II.2.b")
def test_a_campaign_of_all_agencies(district: District, tmp_path: Path) -> None:
    """The police open a campaign with the Front and a commune; each sees it and ticks its own task, and no other's."""
    standing = district.delegate("Lê Văn Thường Trực", "cong-an", "hoa-lu", "standing_officer")
    open_campaign(standing, tmp_path)
    front = district.officer("Cán bộ Mặt trận", "mat-tran", "report_officer")
    with not_built():
        partner_ticks_its_task(front)
        standing.looks_everywhere(CAMPAIGN, "20/08/2021")


def partner_ticks_its_task(front: Officer) -> None:
    """The Front finds the campaign, ticks its own task, and can tick no other's."""
    screen = front.looks_everywhere(CAMPAIGN)
    screen.shows("Vận động đoàn viên, hội viên vào nhóm", "Công an huyện Hoa Lư")
    done = front.sends(screen, "/programme/finish_task")
    done.shows("20/08/2021")
    done.has_no_form("/programme/finish_task")


def open_campaign(standing: Officer, folder: Path) -> None:
    """Open the campaign at the command line, by the one way there is today."""
    tasks = (
        '[{"partner": "mat-tran", "text": "Vận động đoàn viên, hội viên vào nhóm"},'
        ' {"partner": "ninh-hoa", "text": "Phát tờ rơi có mã QR"}]'
    )
    whole = (
        f'{{"unit": "hoa-lu", "name": "{CAMPAIGN}", "start": "2021-08-20", "end": "2021-09-14",'
        f' "partners": ["mat-tran", "ninh-hoa"], "tasks": {tasks}}}'
    )
    printed = standing.runs("call", "programme.open_campaign", "--json", whole, at=folder)
    assert CAMPAIGN in printed


@pytest.mark.clause("P-II.2.c")
def test_local_models_are_linked(district: District, tmp_path: Path) -> None:
    """A group is linked with the models of its place, and its screen and the directory show which."""
    board = ManagementBoard.appoint(district)
    board.publisher.opens("/groups/new").shows("Nhóm khu dân cư")
    board.open_groups(COMMUNE, AREA)
    with not_built():
        board.publisher.follows("/groups", AREA).shows(*MODELS)
        directory_names_models(board, tmp_path)


def directory_names_models(board: ManagementBoard, folder: Path) -> None:
    """Residents read in the directory with which model a group is linked."""
    page = folder / "danh-ba.html"
    board.publisher.runs("groups", "directory", "--out", str(page), at=folder)
    assert MODELS[0] in page.read_text(encoding="utf-8")
