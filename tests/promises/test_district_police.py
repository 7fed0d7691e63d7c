"""Section III.1 of the plan: the district police, who lead the plan for the committee."""

from datetime import date, timedelta

import pytest
from tests.promises.people import District, Officer, not_built
from tests.promises.programme import (
    appoint_for_district,
    follows,
    founds_group,
    path_of,
    row_of,
    standing_body,
    texts_in_group,
)

PILOT_DUTY = "/reports/duties/milestone.pilot.2021.ninh-hoa"
GROUP = "Nhóm An ninh xã Ninh Hòa"


@pytest.mark.clause("P-III.1.a")
def test_police_monitor_remind_and_advise(district: District) -> None:
    """The police see each unit's duties and remind late ones, no screen claims a notice that wasn't sent, and the
    police propose documents.
    """
    district.works()
    first = standing_body(district, until=date(2021, 8, 25))
    first.opens("/reports").shows("Hoàn thành làm điểm tại xã Ninh Hòa", "hạn 29/08/2021")
    first.opens("/reports/late").shows("Không đơn vị nào chậm.")
    first.sends(first.opens(PILOT_DUTY), "/programme/urge").shows("20/08/2021 – Thường trực")
    district.passes(timedelta(days=10))
    second = standing_body(district)
    row_of(second.opens("/reports/late"), "xã Ninh Hòa Hoàn thành làm điểm tại xã Ninh Hòa 1")
    row_of(second.opens("/work"), "Đơn vị chậm việc theo kế hoạch Hoàn thành làm điểm tại xã Ninh Hòa")
    reminders = second.opens(PILOT_DUTY)
    reminders.shows("30/08/2021 – hệ thống nhắc")
    with not_built():
        assert "đã báo cơ quan thường trực" not in reminders.text, "the office was vacant on 30 August"
        follows(second, second.opens("/reports"), "Tờ trình")


@pytest.mark.clause("P-III.1.b")
def test_units_are_guided_to_found_their_groups(district: District) -> None:
    """The police see which agencies and communes have no group yet, and each of those reads its next step and the
    guidance paper.
    """
    founds_group(district.officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    police = standing_body(district)
    police.opens("/groups").shows(GROUP)
    without = police.opens("/groups/care")
    with not_built():
        without.shows("xã Ninh Mỹ", "Hội Liên hiệp Phụ nữ huyện Hoa Lư")
        assert "xã Ninh Hòa" not in without.text
        district.officer("Quản trị Ninh Mỹ", "ninh-my", "board_admin").opens("/groups/care").shows("Hướng dẫn")


@pytest.mark.clause("P-III.1.c")
def test_groups_are_moderated_and_communes_inspected(district: District) -> None:
    """The police run the district's board, an unsuitable post is flagged and deleted, and a commune is inspected."""
    police = standing_body(district)
    founds_group(police, "hoa-lu", "Ban Quản trị huyện Hoa Lư", kind="district_board").shows("Đang hoạt động")
    founds_group(district.officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    district.works()
    moderates_post(
        district,
        appoint_for_district(district, "Người quản lý", "cong-an", "moderator"),
        "Tối nay lịch tuần tra là 21h",
    )
    inspector = appoint_for_district(district, "Cán bộ kiểm tra", "cong-an", "inspector")
    with not_built():
        check_inspections(inspector, "xã Ninh Hòa")


def moderates_post(district: District, moderator: Officer, words: str) -> None:
    """Find a post that the charter forbids among the flagged posts, and delete it."""
    district.talk.says("Anh Lộ", "Chào các anh công an")
    district.talk.says("Anh Lộ", words, to=GROUP)
    district.talk.says("Chị Thử", "Chúc bà con ngày lễ vui vẻ", to=GROUP)
    flagged = moderator.opens("/posts")
    flagged.shows("Không đăng bí mật nhà nước", words)
    assert "Chúc bà con" not in flagged.text
    post = follows(moderator, flagged, words)
    decided = moderator.sends(post, "/moderation/decide", action="delete", text="Lộ lịch công tác")
    district.works()
    moderator.opens(path_of(decided)).shows("Lộ lịch công tác")
    district.talk.hears("Anh Lộ", r"Không đăng bí mật nhà nước.*trong 7 ngày; một người khác sẽ xem xét")
    remaining = texts_in_group(district, GROUP)
    assert words not in remaining
    assert "Chúc bà con ngày lễ vui vẻ" in remaining


def check_inspections(inspector: Officer, unit: str) -> None:
    """Assert that the list of inspections has the unit, findings, and a deadline for correcting them."""
    inspections = follows(inspector, inspector.opens("/reports"), "Kiểm tra")
    inspections.shows(unit, "Phát hiện", "Hạn khắc phục")


@pytest.mark.clause("P-III.1.d")
def test_reports_of_crime_are_received_and_resolved(district: District) -> None:
    """A theft that a resident reports in private or in a group is settled in time and answered."""
    police = appoint_for_district(district, "Cán bộ xử lý", "cong-an", "tip_officer")
    founds_group(district.officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    settles_tip(district, police, "Chị Thử", "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy")
    district.talk.says("Anh Mẫu", "Đêm qua nhà tôi ở khu dân cư số 1 bị mất trộm xe máy Wave", to=GROUP)
    reported = row_of(police.opens("/work"), "Tin trong nhóm giống tin báo")
    assert "bị mất trộm xe máy Wave xã Ninh Hòa" in reported
    with not_built():
        follows(police, police.opens("/work"), "Tin trong nhóm giống tin báo").shows("bị mất trộm xe máy Wave")


def settles_tip(district: District, officer: Officer, resident: str, words: str) -> None:
    """Let an officer receive, verify and settle a resident's message in time, and answer the resident."""
    district.talk.says(resident, words)
    receipt = district.talk.hears(resident, r"Mã tiếp nhận: (\S+)\.")[1]
    opened = follows(officer, officer.opens("/tips/received"), "Tội phạm")
    opened.shows(receipt, words)
    case = path_of(opened)
    steps: list[tuple[str, dict[str, str]]] = [
        ("/tips/triage", {"category": "crime", "legal_kind": "crime_report"}),
        ("/tips/assign", {"unit": "cong-an", "officers": officer.actor.id}),
        ("/tips/verify", {}),
        ("/tips/settle", {"outcome": "resolved", "reason": "handled", "answer": "Đã tìm thấy xe."}),
        ("/tips/answer", {}),
    ]
    for act, filled in steps:
        officer.sends(officer.opens(case), act, **filled)
    district.works()
    district.talk.hears(resident, rf"{receipt}.*Đã tìm thấy xe\.")
    officer.opens(case).shows("đúng hạn")


@pytest.mark.clause("P-III.1.e")
def test_the_pilot_is_run_and_evaluated(district: District) -> None:
    """Ninh Hòa launches first and submits evidence, and the police evaluate the pilot for the later communes."""
    founds_group(district.officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    district.works()
    clerk = district.officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    clerk.opens("/work").shows("Hoàn thành làm điểm tại xã Ninh Hòa")
    clerk.sends(clerk.opens(PILOT_DUTY), "/programme/reach_milestone", evidence="Biên bản ra mắt số 12")
    police = standing_body(district)
    duty = police.opens(PILOT_DUTY)
    duty.shows("Biên bản ra mắt số 12", "20/08/2021")
    with not_built():
        duty.shows("Đánh giá làm điểm")
        others = district.officer("Tổng hợp Ninh Mỹ", "ninh-my", "report_officer")
        others.opens("/work").shows("Đánh giá làm điểm tại xã Ninh Hòa")


@pytest.mark.clause("P-III.1.f")
def test_officers_are_trained(district: District) -> None:
    """A training is planned ahead, officers are invited by their post, and officers without training are listed."""
    district.officer("Quản trị Ninh Mỹ", "ninh-my", "board_admin")
    trainer = appoint_for_district(district, "Cán bộ tập huấn", "cong-an", "trainer")
    with not_built():
        trainings = follows(trainer, trainer.opens("/reports"), "Tập huấn")
        trainings.shows("Lên lịch tập huấn", "Mời", "Chưa được tập huấn", "Quản trị Ninh Mỹ")


@pytest.mark.clause("P-III.1.g")
def test_conferences_and_figures_of_all_units(district: District) -> None:
    """The police read the figures of all units together, and the conclusions of a conference become tasks."""
    district.talk.says("Chị Thử", "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy")
    police = standing_body(district)
    figures = police.opens("/statistics")
    row_of(figures, "xã Ninh Hòa 1")
    with not_built():
        conferences = follows(police, police.opens("/reports"), "Hội nghị")
        conferences.shows("Sơ kết", "Tổng kết", "Kết luận")
