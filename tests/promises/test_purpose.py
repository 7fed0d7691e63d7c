"""Section I of the plan: its purpose and its demands."""

from datetime import timedelta

import pytest
from tests.promises.acts import (
    AREA,
    COMMUNE,
    INNER,
    LAW,
    WARNING,
    WOMEN,
    ManagementBoard,
    answer_tip,
    submit_item,
    write_item,
)
from tests.promises.people import District, Officer, Screen, expect_not_built

THEFT = "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy"


@pytest.mark.clause("P-I.1")
def test_awareness_of_every_level_and_branch(district: District) -> None:
    """An item about the benefits of social networks reaches every level and branch, and figures show its reach over
    time.
    """
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA, WOMEN, INNER)
    board.publish_content("Lợi ích của mạng xã hội", "Báo tin nhanh, kín đáo, không phải đi xa.", LAW)
    for title in (COMMUNE, AREA, WOMEN, INNER):
        district.talk.reads(title, "Lợi ích của mạng xã hội.*Công an tỉnh Ninh Bình")
    join_members(district, "Chị Mai", "Anh Nam")
    join_members(district, "Bà Lan")
    board.publisher.open_page("/groups").shows("3 thành viên", "0 thành viên")
    board.publisher.follow_link("/groups", COMMUNE).shows("22/08/2021 3", "21/08/2021 2", "20/08/2021 0")
    report = begin_commune_report(district)
    report.shows("Số thành viên các nhóm cuối kỳ người 3")
    with expect_not_built():
        report.shows("Số lượt đăng trên các nhóm 2")


def join_members(district: District, *names: str) -> None:
    """Let residents join the group of Ninh Hòa, and advance the clock by a day."""
    for name in names:
        district.talk.says(name, "Chào bà con", to=COMMUNE)
    district.pass_time(timedelta(days=1))


def begin_commune_report(district: District) -> Screen:
    """Let the commune begin its annual report, with counted figures, and return the screen."""
    reporter = district.appoint_officer("Trần Thị Báo Cáo", "ninh-hoa", "report_officer")
    duty = reporter.open_page("/reports/duties/report.annual.2021.ninh-hoa")
    return reporter.sends(duty, "/do/reports/begin")


@pytest.mark.clause("P-I.2")
def test_information_flows_in_time(district: District) -> None:
    """Police, agencies and residents inform each other at once, in private, in all groups and from a group."""
    officer = district.appoint_officer("Hoàng Văn Tiếp Nhận", "hoa-lu", "tip_officer")
    receipt = report_tip(district, officer)
    answer_resident(district, officer)
    assert receipt in officer.open_page("/tips/all").text
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, WOMEN)
    board.publish_content("Phòng trộm xe máy", "Bà con khóa cổng, khóa càng xe.", WARNING)
    for title in (COMMUNE, WOMEN):
        district.talk.reads(title, "Bà con khóa cổng")
    neighbour = request_help_of_neighbour(district, officer)
    report_in_group(district, officer)
    with expect_not_built():
        finish_part_of_neighbour(neighbour, officer)
        check_group_report_becomes_case(district, officer)


def report_tip(district: District, officer: Officer) -> str:
    """Let a resident report, assert that the officer's list has the tip within the minute, and return its receipt."""
    district.talk.says("Chị Thử", THEFT)
    receipt = district.talk.hears("Chị Thử", r"Mã tiếp nhận: (\S+?)\.").group(1)
    officer.open_page("/tips/received").shows("xã Ninh Hòa", receipt, "0 phút trước")
    return receipt


def request_help_of_neighbour(district: District, officer: Officer) -> Officer:
    """Let the officer request another commune's help with the tip, assert that the request is on that commune's work
    list, and return an officer of that commune.
    """
    neighbour = district.appoint_officer("Cán bộ xã Ninh Vân", "ninh-van", "tip_officer")
    district.talk.says("Bác Tư", THEFT)
    tip = officer.follow_link("/tips/received", "Tội phạm")
    officer.sends(tip, "/tips/subcases.open", unit="xã Ninh Vân", asked="Xem lại camera cổng làng")
    neighbour.open_page("/").shows(
        "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp", "Xem lại camera cổng làng", "Chờ nhận"
    )
    return neighbour


def finish_part_of_neighbour(neighbour: Officer, officer: Officer) -> None:
    """Let the other commune take and finish its part of the tip, and assert that the officer reads the result."""
    part = neighbour.follow_link("/", "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp")
    part.shows("Xem lại camera cổng làng")
    taken = neighbour.sends(part, "/tips/take_subcase")
    neighbour.sends(taken, "/tips/finish_subcase", result="Camera ghi được xe chạy về hướng Ninh An")
    officer.follow_link("/tips/all", "Tội phạm").shows("Camera ghi được xe chạy về hướng Ninh An")


def answer_resident(district: District, officer: Officer) -> None:
    """Let the officer answer on the board, and assert that the resident reads the answer."""
    tip = officer.follow_link("/tips/received", "Tội phạm")
    answer_tip(district, officer, tip, "Tội phạm, vi phạm pháp luật", "Đã tìm thấy xe của chị.")
    district.talk.hears("Chị Thử", "Đã tìm thấy xe của chị")


def report_in_group(district: District, officer: Officer) -> None:
    """Let a member report a theft in the group, and assert that the report is on the officer's work list."""
    district.talk.says("Anh Bình", "Các anh công an ơi, nhà tôi ở Ninh Hòa vừa bị trộm vào lấy mất tivi", to=COMMUNE)
    officer.open_page("/").shows("Tin trong nhóm giống tin báo", "nhà tôi ở Ninh Hòa vừa bị trộm", "xã Ninh Hòa")


def check_group_report_becomes_case(district: District, officer: Officer) -> None:
    """Assert that the officer can open a report from the group, and that its author is asked to write in private."""
    inbox = officer.follow_link("/", "Tin trong nhóm giống tin báo")
    inbox.shows("nhà tôi ở Ninh Hòa vừa bị trộm")
    district.talk.hears("Anh Bình", "nhắn riêng")


@pytest.mark.clause("P-I.3")
def test_direction_security_and_respected_people(district: District) -> None:
    """The committee sees every commune, secrets stay secret, and the screen of a group names the respected people of
    its place.
    """
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA)
    check_committee_sees_all_communes(district)
    check_reporter_is_hidden(district)
    check_patrol_plan_is_found(board)
    chair = district.appoint_officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair", "board_admin")
    group = chair.follow_link("/groups", COMMUNE)
    with expect_not_built():
        group.shows("Người có uy tín")


def check_committee_sees_all_communes(district: District) -> None:
    """Assert that the district's chair sees each commune's groups and duties, and a commune only its own."""
    district.run_worker()
    chair = district.appoint_officer("Trưởng Ban Chỉ đạo", "hoa-lu", "steering_chair")
    chair.open_page("/groups").shows(COMMUNE, AREA)
    chair.open_page("/reports").shows("xã Ninh Hòa", "xã Ninh Vân", "thị trấn Thiên Tôn")
    neighbour = district.appoint_officer("Quản trị xã Ninh Vân", "ninh-van", "board_admin", "report_officer")
    neighbour.open_page("/groups").assert_hides(COMMUNE, AREA)
    neighbour.open_page("/reports").assert_hides("xã Ninh Hòa")


def check_reporter_is_hidden(district: District) -> None:
    """Assert that the officer of a tip reads the tip's text but not who reported it, and that other roles can't open
    the tip.
    """
    district.talk.says("Phạm Thị Kín Đáo", THEFT)
    officer = district.appoint_officer("Cán bộ tiếp nhận", "hoa-lu", "tip_officer")
    address = officer.open_page("/tips/received").link("Tội phạm")
    tip = officer.open_page(address)
    tip.shows(THEFT, "danh tính được giữ kín")
    tip.assert_hides("Kín Đáo", district.find_resident("Phạm Thị Kín Đáo"))
    for role in ("board_admin", "operator", "steering_chair"):
        other = district.appoint_officer(f"Người khác: {role}", "hoa-lu", role)
        other.assert_cannot_open(address)
        other.assert_cannot_open("/tips/received")


def check_patrol_plan_is_found(board: ManagementBoard) -> None:
    """Assert that a draft with a plan of patrols has a finding, and can't be approved with it."""
    secret = {
        "title": "Tuần tra dịp lễ",
        "body": "Theo kế hoạch tuần tra, tổ 1 xuất phát lúc 22 giờ từ trụ sở xã.",
        "category": LAW,
        "source_name": "Công an huyện Hoa Lư",
    }
    submit_item(board.editor, write_item(board.editor, secret))
    waiting = board.reviewer.follow_link("/reviews", "Tuần tra dịp lễ")
    waiting.shows("Có nội dung về kế hoạch, biện pháp nghiệp vụ", "không lộ kế hoạch, biện pháp nghiệp vụ")
    waiting.assert_no_form("/content/approve")
