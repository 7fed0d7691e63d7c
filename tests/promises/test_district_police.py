"""Section III.1 of the plan: the district police, who lead the plan for the committee."""

from datetime import date, timedelta

import pytest
from tests.promises.people import District, Officer, expect_not_built
from tests.promises.programme import (
    appoint_for_district,
    appoint_standing_officer,
    find_row_text,
    follow_link,
    found_group,
    get_path,
    list_group_texts,
)

PILOT_DUTY = "/reports/duties/milestone.pilot.2021.ninh-hoa"
GROUP = "Nhóm An ninh xã Ninh Hòa"


@pytest.mark.clause("P-III.1.a")
def test_police_monitor_remind_and_advise(district: District) -> None:
    """The police see each unit's duties, remind late units and propose documents, and no screen claims a notice that
    wasn't sent.
    """
    district.run_worker()
    first = appoint_standing_officer(district, until=date(2021, 8, 25))
    first.open_page("/reports").shows("Hoàn thành làm điểm tại xã Ninh Hòa", "hạn 29/08/2021")
    first.open_page("/reports/late").shows("Không đơn vị nào chậm.")
    first.sends(first.open_page(PILOT_DUTY), "/programme/urge").shows("20/08/2021 – Thường trực")
    district.pass_time(timedelta(days=10))
    second = appoint_standing_officer(district)
    find_row_text(second.open_page("/reports/late"), "xã Ninh Hòa Hoàn thành làm điểm tại xã Ninh Hòa 1")
    find_row_text(second.open_page("/work"), "Đơn vị chậm việc theo kế hoạch Hoàn thành làm điểm tại xã Ninh Hòa")
    reminders = second.open_page(PILOT_DUTY)
    reminders.shows("30/08/2021 – hệ thống nhắc")
    with expect_not_built():
        assert "đã báo cơ quan thường trực" not in reminders.text, "the office was vacant on 30 August"
        follow_link(second, second.open_page("/reports"), "Tờ trình")


@pytest.mark.clause("P-III.1.b")
def test_units_are_guided_to_found_their_groups(district: District) -> None:
    """The police see which agencies and communes have no group yet, and each of these units reads its next step and the
    guidance paper.
    """
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    police = appoint_standing_officer(district)
    police.open_page("/groups").shows(GROUP)
    without = police.open_page("/groups/care")
    with expect_not_built():
        without.shows("xã Ninh Mỹ", "Hội Liên hiệp Phụ nữ huyện Hoa Lư")
        assert "xã Ninh Hòa" not in without.text
        district.appoint_officer("Quản trị Ninh Mỹ", "ninh-my", "board_admin").open_page("/groups/care").shows(
            "Hướng dẫn"
        )


@pytest.mark.clause("P-III.1.c")
def test_groups_are_moderated_and_communes_inspected(district: District) -> None:
    """The police run the district's board, an unsuitable post is flagged and deleted, and a commune is inspected."""
    police = appoint_standing_officer(district)
    found_group(police, "hoa-lu", "Ban Quản trị huyện Hoa Lư", kind="district_board").shows("Đang hoạt động")
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    district.run_worker()
    moderate_post(
        district,
        appoint_for_district(district, "Người quản lý", "cong-an", "moderator"),
        "Tối nay lịch tuần tra là 21h",
    )
    inspector = appoint_for_district(district, "Cán bộ kiểm tra", "cong-an", "inspector")
    with expect_not_built():
        check_inspections(inspector, "xã Ninh Hòa")


def moderate_post(district: District, moderator: Officer, words: str) -> None:
    """Find a post that the charter forbids among the flagged posts, and delete it."""
    district.talk.says("Anh Lộ", "Chào các anh công an")
    district.talk.says("Anh Lộ", words, to=GROUP)
    district.talk.says("Chị Thử", "Chúc bà con ngày lễ vui vẻ", to=GROUP)
    flagged = moderator.open_page("/posts")
    flagged.shows("Không đăng bí mật nhà nước", words)
    assert "Chúc bà con" not in flagged.text
    post = follow_link(moderator, flagged, words)
    decided = moderator.sends(post, "/moderation/decide", action="delete", text="Lộ lịch công tác")
    district.run_worker()
    moderator.open_page(get_path(decided)).shows("Lộ lịch công tác")
    district.talk.hears("Anh Lộ", r"Không đăng bí mật nhà nước.*trong 7 ngày; một người khác sẽ xem xét")
    remaining = list_group_texts(district, GROUP)
    assert words not in remaining
    assert "Chúc bà con ngày lễ vui vẻ" in remaining


def check_inspections(inspector: Officer, unit: str) -> None:
    """Assert that the list of inspections has the unit, findings, and a deadline for correcting them."""
    inspections = follow_link(inspector, inspector.open_page("/reports"), "Kiểm tra")
    inspections.shows(unit, "Phát hiện", "Hạn khắc phục")


@pytest.mark.clause("P-III.1.d")
def test_reports_of_crime_are_received_and_resolved(district: District) -> None:
    """A theft that a resident reports in private or in a group is settled in time and answered."""
    police = appoint_for_district(district, "Cán bộ xử lý", "cong-an", "tip_officer")
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    settle_tip(district, police, "Chị Thử", "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy")
    district.talk.says("Anh Mẫu", "Đêm qua nhà tôi ở khu dân cư số 1 bị mất trộm xe máy Wave", to=GROUP)
    reported = find_row_text(police.open_page("/work"), "Tin trong nhóm giống tin báo")
    assert "bị mất trộm xe máy Wave xã Ninh Hòa" in reported
    with expect_not_built():
        follow_link(police, police.open_page("/work"), "Tin trong nhóm giống tin báo").shows("bị mất trộm xe máy Wave")


def settle_tip(district: District, officer: Officer, resident: str, words: str) -> None:
    """Let an officer receive, verify and settle a resident's message in time, and answer the resident."""
    district.talk.says(resident, words)
    receipt = district.talk.hears(resident, r"Mã tiếp nhận: (\S+)\.")[1]
    opened = follow_link(officer, officer.open_page("/tips/received"), "Tội phạm")
    opened.shows(receipt, words)
    case = get_path(opened)
    steps: list[tuple[str, dict[str, str]]] = [
        ("/tips/triage", {"category": "crime", "legal_kind": "crime_report"}),
        ("/tips/assign", {"unit": "cong-an", "officers": officer.actor.id}),
        ("/tips/verify", {}),
        ("/tips/settle", {"outcome": "resolved", "reason": "handled", "answer": "Đã tìm thấy xe."}),
        ("/tips/answer", {}),
    ]
    for act, filled in steps:
        officer.sends(officer.open_page(case), act, **filled)
    district.run_worker()
    district.talk.hears(resident, rf"{receipt}.*Đã tìm thấy xe\.")
    officer.open_page(case).shows("đúng hạn")


@pytest.mark.clause("P-III.1.e")
def test_the_pilot_is_run_and_evaluated(district: District) -> None:
    """Ninh Hòa launches first and submits evidence, and the police evaluate the pilot for the later communes."""
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    district.run_worker()
    clerk = district.appoint_officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    clerk.open_page("/work").shows("Hoàn thành làm điểm tại xã Ninh Hòa")
    clerk.sends(clerk.open_page(PILOT_DUTY), "/programme/reach_milestone", evidence="Biên bản ra mắt số 12")
    police = appoint_standing_officer(district)
    duty = police.open_page(PILOT_DUTY)
    duty.shows("Biên bản ra mắt số 12", "20/08/2021")
    with expect_not_built():
        duty.shows("Đánh giá làm điểm")
        others = district.appoint_officer("Tổng hợp Ninh Mỹ", "ninh-my", "report_officer")
        others.open_page("/work").shows("Đánh giá làm điểm tại xã Ninh Hòa")


@pytest.mark.clause("P-III.1.f")
def test_officers_are_trained(district: District) -> None:
    """A training is planned ahead, officers are invited by their post, and officers without training are listed."""
    district.appoint_officer("Quản trị Ninh Mỹ", "ninh-my", "board_admin")
    trainer = appoint_for_district(district, "Cán bộ tập huấn", "cong-an", "trainer")
    with expect_not_built():
        trainings = follow_link(trainer, trainer.open_page("/reports"), "Tập huấn")
        trainings.shows("Lên lịch tập huấn", "Mời", "Chưa được tập huấn", "Quản trị Ninh Mỹ")


@pytest.mark.clause("P-III.1.g")
def test_conferences_and_figures_of_all_units(district: District) -> None:
    """The police read the figures of all units together, and the conclusions of a conference become tasks."""
    district.talk.says("Chị Thử", "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy")
    police = appoint_standing_officer(district)
    figures = police.open_page("/statistics")
    find_row_text(figures, "xã Ninh Hòa 1")
    with expect_not_built():
        conferences = follow_link(police, police.open_page("/reports"), "Hội nghị")
        conferences.shows("Sơ kết", "Tổng kết", "Kết luận")
