"""Section I of the plan: purpose and demands."""

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
    submit,
    write,
)
from tests.promises.people import District, Officer, Screen, not_built

THEFT = "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy"


@pytest.mark.clause("P-I.1")
def test_awareness_of_every_level_and_branch(district: District) -> None:
    """An item about the benefits of networks reaches every level and branch, and figures show its reach over time."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA, WOMEN, INNER)
    board.publishes("Lợi ích của mạng xã hội", "Báo tin nhanh, kín đáo, không phải đi xa.", LAW)
    for title in (COMMUNE, AREA, WOMEN, INNER):
        district.talk.reads(title, "Lợi ích của mạng xã hội.*Công an tỉnh Ninh Bình")
    join_members(district, "Chị Mai", "Anh Nam")
    join_members(district, "Bà Lan")
    board.publisher.opens("/groups").shows("3 thành viên", "0 thành viên")
    board.publisher.follows("/groups", COMMUNE).shows("22/08/2021 3", "21/08/2021 2", "20/08/2021 0")
    report = begin_commune_report(district)
    report.shows("Số thành viên các nhóm cuối kỳ người 3")
    with not_built():
        report.shows("Số lượt đăng trên các nhóm 2")


def join_members(district: District, *names: str) -> None:
    """Let residents join the group of Ninh Hòa, and advance the clock by a day."""
    for name in names:
        district.talk.says(name, "Chào bà con", to=COMMUNE)
    district.passes(timedelta(days=1))


def begin_commune_report(district: District) -> Screen:
    """Let the commune begin its annual report, with counted figures, and return the screen."""
    reporter = district.officer("Trần Thị Báo Cáo", "ninh-hoa", "report_officer")
    duty = reporter.opens("/reports/duties/report.annual.2021.ninh-hoa")
    return reporter.sends(duty, "/do/reports/begin")


@pytest.mark.clause("P-I.2")
def test_information_flows_in_time(district: District) -> None:
    """Police, agencies and residents inform each other at once: in private, to all groups, and from a group."""
    officer = district.officer("Hoàng Văn Tiếp Nhận", "hoa-lu", "tip_officer")
    receipt = resident_reports(district, officer)
    answer_resident(district, officer)
    assert receipt in officer.opens("/tips/all").text
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, WOMEN)
    board.publishes("Phòng trộm xe máy", "Bà con khóa cổng, khóa càng xe.", WARNING)
    for title in (COMMUNE, WOMEN):
        district.talk.reads(title, "Bà con khóa cổng")
    neighbour = request_help_of_neighbour(district, officer)
    report_in_group(district, officer)
    with not_built():
        finish_part_of_neighbour(neighbour, officer)
        check_group_report_becomes_case(district, officer)


def resident_reports(district: District, officer: Officer) -> str:
    """Let a resident report, assert that the officer's list has the tip within the minute, and return its receipt."""
    district.talk.says("Chị Thử", THEFT)
    receipt = district.talk.hears("Chị Thử", r"Mã tiếp nhận: (\S+?)\.").group(1)
    officer.opens("/tips/received").shows("xã Ninh Hòa", receipt, "0 phút trước")
    return receipt


def request_help_of_neighbour(district: District, officer: Officer) -> Officer:
    """Let the officer request another commune's help, assert that it is on that commune's work list, and return that
    commune's officer.
    """
    neighbour = district.officer("Cán bộ xã Ninh Vân", "ninh-van", "tip_officer")
    district.talk.says("Bác Tư", THEFT)
    tip = officer.follows("/tips/received", "Tội phạm")
    officer.sends(tip, "/tips/subcases.open", unit="xã Ninh Vân", asked="Xem lại camera cổng làng")
    neighbour.opens("/").shows(
        "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp", "Xem lại camera cổng làng", "Chờ nhận"
    )
    return neighbour


def finish_part_of_neighbour(neighbour: Officer, officer: Officer) -> None:
    """Let the commune take and finish its part, and assert that the officer reads the result."""
    part = neighbour.follows("/", "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp")
    part.shows("Xem lại camera cổng làng")
    taken = neighbour.sends(part, "/tips/take_subcase")
    neighbour.sends(taken, "/tips/finish_subcase", result="Camera ghi được xe chạy về hướng Ninh An")
    officer.follows("/tips/all", "Tội phạm").shows("Camera ghi được xe chạy về hướng Ninh An")


def answer_resident(district: District, officer: Officer) -> None:
    """Let the officer answer on the board, and assert that the resident reads the answer."""
    tip = officer.follows("/tips/received", "Tội phạm")
    answer_tip(district, officer, tip, "Tội phạm, vi phạm pháp luật", "Đã tìm thấy xe của chị.")
    district.talk.hears("Chị Thử", "Đã tìm thấy xe của chị")


def report_in_group(district: District, officer: Officer) -> None:
    """Let a member report a theft in the group, and assert that it is on the officer's work list."""
    district.talk.says("Anh Bình", "Các anh công an ơi, nhà tôi ở Ninh Hòa vừa bị trộm vào lấy mất tivi", to=COMMUNE)
    officer.opens("/").shows("Tin trong nhóm giống tin báo", "nhà tôi ở Ninh Hòa vừa bị trộm", "xã Ninh Hòa")


def check_group_report_becomes_case(district: District, officer: Officer) -> None:
    """Assert that the officer can open a report from the group, and that its author is asked to write in private."""
    inbox = officer.follows("/", "Tin trong nhóm giống tin báo")
    inbox.shows("nhà tôi ở Ninh Hòa vừa bị trộm")
    district.talk.hears("Anh Bình", "nhắn riêng")


@pytest.mark.clause("P-I.3")
def test_direction_security_and_respected_people(district: District) -> None:
    """The committee sees every commune, secrets are kept, and a group's screen names respected people."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA)
    check_committee_sees_all_communes(district)
    check_reporter_is_hidden(district)
    check_patrol_plan_is_found(board)
    chair = district.officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair", "board_admin")
    group = chair.follows("/groups", COMMUNE)
    with not_built():
        group.shows("Người có uy tín")


def check_committee_sees_all_communes(district: District) -> None:
    """Assert that the district's chair sees each commune's groups and duties, and a commune only its own."""
    district.works()
    chair = district.officer("Trưởng Ban Chỉ đạo", "hoa-lu", "steering_chair")
    chair.opens("/groups").shows(COMMUNE, AREA)
    chair.opens("/reports").shows("xã Ninh Hòa", "xã Ninh Vân", "thị trấn Thiên Tôn")
    neighbour = district.officer("Quản trị xã Ninh Vân", "ninh-van", "board_admin", "report_officer")
    neighbour.opens("/groups").hides(COMMUNE, AREA)
    neighbour.opens("/reports").hides("xã Ninh Hòa")


def check_reporter_is_hidden(district: District) -> None:
    """Assert that the officer of a tip reads its text but not its reporter, and that other roles can't open the tip."""
    district.talk.says("Phạm Thị Kín Đáo", THEFT)
    officer = district.officer("Cán bộ tiếp nhận", "hoa-lu", "tip_officer")
    address = officer.opens("/tips/received").link("Tội phạm")
    tip = officer.opens(address)
    tip.shows(THEFT, "danh tính được giữ kín")
    tip.hides("Kín Đáo", district.resident("Phạm Thị Kín Đáo"))
    for role in ("board_admin", "operator", "steering_chair"):
        other = district.officer(f"Người khác: {role}", "hoa-lu", role)
        other.may_not_open(address)
        other.may_not_open("/tips/received")


def check_patrol_plan_is_found(board: ManagementBoard) -> None:
    """Assert that a draft with a plan of patrols has a finding, and can't be approved with it."""
    secret = {
        "title": "Tuần tra dịp lễ",
        "body": "Theo kế hoạch tuần tra, tổ 1 xuất phát lúc 22 giờ từ trụ sở xã.",
        "category": LAW,
        "source_name": "Công an huyện Hoa Lư",
    }
    submit(board.editor, write(board.editor, secret))
    waiting = board.reviewer.follows("/reviews", "Tuần tra dịp lễ")
    waiting.shows("Có nội dung về kế hoạch, biện pháp nghiệp vụ", "không lộ kế hoạch, biện pháp nghiệp vụ")
    waiting.has_no_form("/content/approve")
