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
    """What networks are good for is read at every level and branch, and figures show whom it reaches over time."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA, WOMEN, INNER)
    board.publishes("Lợi ích của mạng xã hội", "Báo tin nhanh, kín đáo, không phải đi xa.", LAW)
    for title in (COMMUNE, AREA, WOMEN, INNER):
        district.talk.reads(title, "Lợi ích của mạng xã hội.*Công an tỉnh Ninh Bình")
    members_come(district, "Chị Mai", "Anh Nam")
    members_come(district, "Bà Lan")
    board.publisher.opens("/groups").shows("3 thành viên", "0 thành viên")
    board.publisher.follows("/groups", COMMUNE).shows("22/08/2021 3", "21/08/2021 2", "20/08/2021 0")
    report = commune_begins_its_report(district)
    report.shows("Số thành viên các nhóm cuối kỳ người 3")
    with not_built():
        report.shows("Số lượt đăng trên các nhóm 2")


def members_come(district: District, *names: str) -> None:
    """Let residents join the group of Ninh Hòa, and a day pass."""
    for name in names:
        district.talk.says(name, "Chào bà con", to=COMMUNE)
    district.passes(timedelta(days=1))


def commune_begins_its_report(district: District) -> Screen:
    """The commune begins its report of the year, in which figures are counted for it; return the screen."""
    reporter = district.officer("Trần Thị Báo Cáo", "ninh-hoa", "report_officer")
    duty = reporter.opens("/reports/duties/report.annual.2021.ninh-hoa")
    return reporter.sends(duty, "/do/reports/begin")


@pytest.mark.clause("P-I.2")
def test_information_flows_in_time(district: District) -> None:
    """Police, agencies and residents hear of each other at once: in private, to all groups, and out of a group."""
    officer = district.officer("Hoàng Văn Tiếp Nhận", "hoa-lu", "tip_officer")
    receipt = resident_reports(district, officer)
    officer_answers(district, officer)
    assert receipt in officer.opens("/tips/all").text
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, WOMEN)
    board.publishes("Phòng trộm xe máy", "Bà con khóa cổng, khóa càng xe.", WARNING)
    for title in (COMMUNE, WOMEN):
        district.talk.reads(title, "Bà con khóa cổng")
    neighbour = neighbour_is_asked(district, officer)
    member_reports_in_the_group(district, officer)
    with not_built():
        neighbour_takes_part(neighbour, officer)
        group_report_becomes_a_case(district, officer)


def resident_reports(district: District, officer: Officer) -> str:
    """A resident's message is acknowledged, and on the officer's list in the same minute; return its receipt."""
    district.talk.says("Chị Thử", THEFT)
    receipt = district.talk.hears("Chị Thử", r"Mã tiếp nhận: (\S+?)\.").group(1)
    officer.opens("/tips/received").shows("xã Ninh Hòa", receipt, "0 phút trước")
    return receipt


def neighbour_is_asked(district: District, officer: Officer) -> Officer:
    """The officer asks another commune for a part, which finds it on its list of work; return that one's officer."""
    neighbour = district.officer("Cán bộ xã Ninh Vân", "ninh-van", "tip_officer")
    district.talk.says("Bác Tư", THEFT)
    tip = officer.follows("/tips/received", "Tội phạm")
    officer.sends(tip, "/tips/subcases.open", unit="xã Ninh Vân", asked="Xem lại camera cổng làng")
    neighbour.opens("/").shows(
        "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp", "Xem lại camera cổng làng", "Chờ nhận"
    )
    return neighbour


def neighbour_takes_part(neighbour: Officer, officer: Officer) -> None:
    """The commune takes its part, does it, and the officer reads what came of it."""
    part = neighbour.follows("/", "Phần việc đơn vị khác đề nghị đơn vị mình phối hợp")
    part.shows("Xem lại camera cổng làng")
    taken = neighbour.sends(part, "/tips/take_subcase")
    neighbour.sends(taken, "/tips/finish_subcase", result="Camera ghi được xe chạy về hướng Ninh An")
    officer.follows("/tips/all", "Tội phạm").shows("Camera ghi được xe chạy về hướng Ninh An")


def officer_answers(district: District, officer: Officer) -> None:
    """The answer on the board is what the resident reads."""
    tip = officer.follows("/tips/received", "Tội phạm")
    answer_tip(district, officer, tip, "Tội phạm, vi phạm pháp luật", "Đã tìm thấy xe của chị.")
    district.talk.hears("Chị Thử", "Đã tìm thấy xe của chị")


def member_reports_in_the_group(district: District, officer: Officer) -> None:
    """A theft that a member reports in the group is on the officer's list of work."""
    district.talk.says("Anh Bình", "Các anh công an ơi, nhà tôi ở Ninh Hòa vừa bị trộm vào lấy mất tivi", to=COMMUNE)
    officer.opens("/").shows("Tin trong nhóm giống tin báo", "nhà tôi ở Ninh Hòa vừa bị trộm", "xã Ninh Hòa")


def group_report_becomes_a_case(district: District, officer: Officer) -> None:
    """The officer opens what was reported in the group and makes a case of it; its author is asked in private."""
    inbox = officer.follows("/", "Tin trong nhóm giống tin báo")
    inbox.shows("nhà tôi ở Ninh Hòa vừa bị trộm")
    district.talk.hears("Anh Bình", "nhắn riêng")


@pytest.mark.clause("P-I.3")
def test_direction_security_and_respected_people(district: District) -> None:
    """The committee sees every commune, secrets are kept, and respected people carry the group."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA)
    committee_directs(district)
    reporter_stays_secret(district)
    patrol_plan_is_noticed(board)
    chair = district.officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair", "board_admin")
    group = chair.follows("/groups", COMMUNE)
    with not_built():
        group.shows("Người có uy tín")


def committee_directs(district: District) -> None:
    """The district's chair sees each commune's groups and duties; a commune sees its own alone."""
    district.works()
    chair = district.officer("Trưởng Ban Chỉ đạo", "hoa-lu", "steering_chair")
    chair.opens("/groups").shows(COMMUNE, AREA)
    chair.opens("/reports").shows("xã Ninh Hòa", "xã Ninh Vân", "thị trấn Thiên Tôn")
    neighbour = district.officer("Quản trị xã Ninh Vân", "ninh-van", "board_admin", "report_officer")
    neighbour.opens("/groups").hides(COMMUNE, AREA)
    neighbour.opens("/reports").hides("xã Ninh Hòa")


def reporter_stays_secret(district: District) -> None:
    """Whoever handles a tip reads its words and not who sent it; who runs groups or the program reads neither."""
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


def patrol_plan_is_noticed(board: ManagementBoard) -> None:
    """A plan of patrols in a draft is pointed out to the reviewer, and can't be approved over it."""
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
