"""Section IV of the plan: its deadlines, its reports, its difficulties and its official papers."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO

import pytest
from attrs import frozen
from pypdf import PdfReader
from tests.promises.people import District, NotOffered, Officer, expect_not_built
from tests.promises.programme import (
    appoint_standing_officer,
    begin_report,
    bind_chat,
    consolidate_reports,
    download_file,
    find_row_text,
    follow_link,
    found_group,
    get_path,
    open_row,
    read_docx_lines,
    sign_report,
    submit_unit_report,
    write_sections,
)

from anninh_core.kernel.dates import VIETNAM


def advance_to(district: District, year: int, month: int, day: int) -> None:
    """Advance the clock to 8:00 of a day, in Vietnam."""
    district.pass_time(datetime(year, month, day, 8, tzinfo=VIETNAM) - district.clock.now())


def read_report_rows(officer: Officer, obligation: str, year: int) -> Mapping[str, str]:
    """Return name of the commune -> its row in the list of reports, for three communes."""
    screen = officer.open_page(f"/reports/papers?obligation={obligation}&year={year}")
    return {name: find_row_text(screen, name) for name in ("xã Ninh Hòa", "xã Ninh Vân", "xã Ninh An")}


@pytest.mark.clause("P-IV.1.a")
def test_each_commune_has_group_and_plan_as_duties(district: District) -> None:
    """Every commune has the duties to found a group by a day, and to issue its own plan with a number and a file."""
    district.run_worker()
    police = appoint_standing_officer(district)
    overview = police.open_page("/reports")
    for unit in ("xã Ninh An", "xã Ninh Giang", "thị trấn Thiên Tôn", "xã Trường Yên"):
        overview.shows(f"Hoàn thành triển khai tại các xã, thị trấn còn lại {unit} hạn 14/09/2021")
    clerk = district.appoint_officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    duties = clerk.open_page("/reports")
    duties.shows("Hoàn thành làm điểm tại xã Ninh Hòa")
    assert "xã Ninh An" not in duties.text
    with expect_not_built():
        plan = follow_link(clerk, duties, "Xây dựng kế hoạch của đơn vị")
        plan.shows("Số văn bản", "Tệp")


@pytest.mark.slow
@pytest.mark.clause("P-IV.1.b")
def test_half_year_and_annual_reports_are_due(district: District) -> None:
    """Communes report through the police, in time on 14/6 and 14/11, and late on 15/6 and 15/11."""
    advance_to(district, 2021, 11, 14)
    assert all(
        "Chậm" not in row for row in read_report_rows(appoint_standing_officer(district), "annual", 2021).values()
    )
    advance_to(district, 2021, 11, 15)
    assert all(
        "Chậm 1 ngày" in row for row in read_report_rows(appoint_standing_officer(district), "annual", 2021).values()
    )
    advance_to(district, 2022, 6, 14)
    hoa = district.appoint_officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    van = district.appoint_officer("Tổng hợp Ninh Vân", "ninh-van", "report_officer")
    hoa_report = begin_report(hoa, "half-year", 2022, "ninh-hoa")
    van_report = begin_report(van, "half-year", 2022, "ninh-van")
    chair = district.appoint_officer("Trưởng ban Ninh Hòa", "ninh-hoa", "steering_chair", second_factor=True)
    sign_report(chair, hoa_report, "31")
    assert "Kính gửi: Ban Chỉ đạo 138 huyện Hoa Lư (qua Công an huyện)." in read_docx_lines(chair, hoa_report)
    advance_to(district, 2022, 6, 15)
    late_chair = district.appoint_officer("Trưởng ban Ninh Vân", "ninh-van", "steering_chair", second_factor=True)
    sign_report(late_chair, van_report, "12")
    police = appoint_standing_officer(district)
    rows = read_report_rows(police, "half-year", 2022)
    assert rows["xã Ninh Hòa"] == "Đúng hạn xã Ninh Hòa Đã nộp 14/06/2022"
    assert rows["xã Ninh Vân"] == "Chậm 1 ngày xã Ninh Vân Đã nộp 15/06/2022"
    assert rows["xã Ninh An"] == "Chậm 1 ngày xã Ninh An Chưa lập"
    waiting = police.open_page("/work?module=reports")
    waiting.shows("Báo cáo chờ duyệt nhận", "xã Ninh Hòa", "31/BC-BCĐ138")
    check_foreign_report_is_hidden(late_chair, hoa_report)


def check_foreign_report_is_hidden(officer: Officer, foreign: str) -> None:
    """Assert that a commune can't open the report of another commune."""
    with pytest.raises(NotOffered, match="404"):
        officer.open_page(foreign)


@pytest.mark.slow
@pytest.mark.clause("P-IV.2.a")
def test_pilot_and_roll_out_milestones(district: District) -> None:
    """The milestone of a commune is in time up to the day before the date in the plan, and can't be reached without a
    launched group.
    """
    district.run_worker()
    advance_to(district, 2021, 8, 29)
    submit_milestone(district, "ninh-hoa", "pilot", group="Nhóm An ninh xã Ninh Hòa")
    advance_to(district, 2021, 9, 14)
    submit_milestone(district, "ninh-van", "rollout", group="Nhóm An ninh xã Ninh Vân")
    advance_to(district, 2021, 9, 15)
    submit_milestone(district, "ninh-an", "rollout", group="Nhóm An ninh xã Ninh An")
    police = appoint_standing_officer(district)
    overview = police.open_page("/reports")
    assert find_row_text(overview, "xã Ninh Hòa hạn 29/08/2021").endswith("Đã làm, chờ xác nhận 29/08/2021")
    assert find_row_text(overview, "xã Ninh Vân hạn 14/09/2021").endswith("Đã làm, chờ xác nhận 14/09/2021")
    assert find_row_text(overview, "xã Ninh An hạn 14/09/2021").endswith("Đã làm, chờ xác nhận 15/09/2021, chậm")
    assert find_row_text(police.open_page("/reports/late"), "xã Ninh Mỹ").endswith("còn lại 1 không có")
    with suppress(NotOffered):  # The board may refuse the form or not offer it; both are right.
        submit_milestone(district, "ninh-my", "rollout", group="")
    with expect_not_built():
        assert find_row_text(police.open_page("/reports"), "xã Ninh Mỹ hạn 14/09/2021").endswith("Chưa làm")


def submit_milestone(district: District, unit: str, milestone: str, *, group: str) -> None:
    """Launch a commune's group if `group` gives its title, and record that the milestone is reached."""
    officer = district.appoint_officer(f"Ban quản trị {unit}", unit, "board_admin", "report_officer")
    if group:
        found_group(officer, unit, group)
        district.run_worker()
    duty = officer.open_page(f"/reports/duties/milestone.{milestone}.2021.{unit}")
    officer.sends(duty, "/programme/reach_milestone", evidence="Biên bản ra mắt").shows("Biên bản ra mắt")


@pytest.mark.clause("P-IV.2.b")
def test_roll_out_report_is_due(district: District) -> None:
    """Communes report the roll-out through the police, in time on 19/9 and late on 20/9, and the consolidated report
    names the communes without a report.
    """
    advance_to(district, 2021, 9, 19)
    clerk = district.appoint_officer("Lãnh đạo Ninh Hòa", "ninh-hoa", "report_officer")
    clerk.open_page("/work").shows("Báo cáo kết quả triển khai xã Ninh Hòa")
    report = submit_unit_report(district, "roll-out", 2021, "ninh-hoa", "Ninh Hòa")
    assert "Kính gửi: Ban Chỉ đạo 138 huyện Hoa Lư (qua Công an huyện)." in read_docx_lines(clerk, report)
    assert all(
        "Chậm" not in row for row in read_report_rows(appoint_standing_officer(district), "roll-out", 2021).values()
    )
    advance_to(district, 2021, 9, 20)
    police = appoint_standing_officer(district)
    rows = read_report_rows(police, "roll-out", 2021)
    assert rows["xã Ninh Hòa"] == "Đúng hạn xã Ninh Hòa Đã nộp 19/09/2021"
    assert rows["xã Ninh An"] == "Chậm 1 ngày xã Ninh An Chưa lập"
    find_row_text(police.open_page("/reports/late"), "xã Ninh An Báo cáo kết quả triển khai 1")
    police.sends(police.open_page(report), "/reports/accept")
    consolidated = consolidate_reports(police, "roll-out", 2021)
    consolidated.shows(
        "Báo cáo kết quả triển khai 2021 – huyện Hoa Lư", "Chưa có báo cáo được duyệt của:", "xã Ninh An"
    )
    missing = consolidated.text.partition("Chưa có báo cáo được duyệt của:")[2].partition("UBND HUYỆN")[0]
    assert "xã Ninh Hòa" not in missing


@pytest.mark.clause("P-IV.2.c")
def test_difficulties_are_reported_up_and_resolved(district: District) -> None:
    """A unit's difficulty reaches the committee, is answered, raised again and closed, and no other unit can read
    it.
    """
    commune = district.appoint_officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    raised = commune.sends(
        commune.open_page("/reports/difficulties"), "/programme/raise_difficulty", text="Ban quản trị chỉ có hai người"
    )
    difficulty = get_path(raised)
    women = district.appoint_officer("Cán bộ Hội Phụ nữ", "hoi-phu-nu", "report_officer")
    women.sends(women.open_page("/reports/difficulties"), "/programme/raise_difficulty", text="Hội viên chưa dùng Zalo")
    assert "Ban quản trị chỉ có hai người" not in women.open_page("/reports/difficulties").text
    with pytest.raises(NotOffered, match="404"):
        women.open_page(difficulty)
    chair = district.appoint_officer("Trưởng ban", "hoa-lu", "steering_chair")
    waiting = chair.open_page("/work")
    find_row_text(waiting, "Khó khăn chờ trả lời Hội viên chưa dùng Zalo Hội Liên hiệp Phụ nữ huyện Hoa Lư")
    opened = open_row(chair, waiting, "Ban quản trị chỉ có hai người xã Ninh Hòa")
    chair.sends(opened, "/programme/answer_difficulty", text="Huyện cử thêm một người")
    find_row_text(commune.open_page("/work"), "Khó khăn đã được trả lời Ban quản trị chỉ có hai người")
    commune.sends(commune.open_page(difficulty), "/programme/insist", text="Người được cử chưa đến")
    chair.sends(chair.open_page(difficulty), "/programme/answer_difficulty", text="Thứ hai người ấy nhận việc")
    commune.sends(commune.open_page(difficulty), "/programme/close_difficulty", text="Đã có người trực đêm")
    chair.open_page(difficulty).shows("Người được cử chưa đến", "Đã có người trực đêm", "Đã khép lại")
    assert "Ban quản trị chỉ có hai người" not in chair.open_page("/work").text


@pytest.mark.slow
@pytest.mark.clause("P-IV.3")
def test_police_remind_and_consolidate_reports(district: District) -> None:
    """The police consolidate the communes' reports for the chair to sign, and the head of a late unit gets a
    reminder.
    """
    for place in ("Ninh Hòa", "Ninh Vân"):
        district.talk.says(f"Người dân {place}", f"Tối qua nhà tôi ở {place} mất trộm xe máy")
    advance_to(district, 2021, 9, 19)
    consolidated = consolidate_all(district, ("ninh-hoa", "Ninh Hòa"), ("ninh-van", "Ninh Vân"))
    lines = read_docx_lines(consolidated.reader, consolidated.path)
    assert "Số tin tiếp nhận trong kỳ | tin | 2" in lines
    assert {"xã Ninh Hòa | 0 | 0 | 0 | 0", "xã Ninh An | – | – | – | –"} <= {*lines}
    advance_to(district, 2021, 9, 20)
    police = appoint_standing_officer(district)
    late = open_row(police, police.open_page("/reports/late"), "xã Ninh An Báo cáo kết quả triển khai 1")
    police.sends(late, "/programme/urge").shows("20/09/2021 – Thường trực")
    with expect_not_built():
        names_head(district, "Trưởng ban Ninh An", "ninh-an")
        police.sends(police.open_page(get_path(late)), "/programme/urge")
        district.talk.hears("Trưởng ban Ninh An", "Báo cáo kết quả triển khai")


def names_head(district: District, name: str, unit: str) -> None:
    """Let the chair of the district name the head of a unit, with a chat for reminders."""
    head = district.appoint_officer(name, unit, "steering_chair")
    chair = district.appoint_officer("Trưởng ban", "hoa-lu", "steering_chair", second_factor=True)
    bind_chat(district, chair, head)
    officers = chair.open_page("/system/officers")
    chair.sends(officers, "/programme/name_head", unit=unit, officer=head.actor.id)


@frozen
class ConsolidatedReport:
    """The consolidated report of the district, after it was signed.

    Attributes:
        path: address of the report's page.
        reader: chair who signed the report.
    """

    path: str
    reader: Officer


def consolidate_all(district: District, *communes: tuple[str, str]) -> ConsolidatedReport:
    """Let communes submit their roll-out reports, the police accept and consolidate them, and the chair sign the
    result.
    """
    reports = [submit_unit_report(district, "roll-out", 2021, unit, name) for unit, name in communes]
    police = appoint_standing_officer(district, second_factor=True)
    for report in reports:
        police.sends(police.open_page(report), "/reports/accept")
    path = write_sections(police, consolidate_reports(police, "roll-out", 2021))
    chair = district.appoint_officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair", second_factor=True)
    sign_report(chair, path, "40")
    return ConsolidatedReport(path, chair)


@pytest.mark.slow
@pytest.mark.clause("P-IV.4")
def test_papers_name_recipients_and_signer(district: District) -> None:
    """Papers name their recipients, and the signer's title in the committee before the title in the People's
    Committee.
    """
    advance_to(district, 2021, 9, 19)
    consolidated = consolidate_all(district, ("ninh-hoa", "Ninh Hòa"))
    recipients = (
        "Nơi nhận: / - Thường trực BCĐ 138 tỉnh; / - Thường trực Huyện ủy; / - Lãnh đạo HĐND, UBND huyện; "
        "/ - Ban Tuyên giáo Huyện ủy; / - Thành viên BCĐ 138 huyện; / - Ban Chỉ đạo 138 các xã, thị trấn; "
        "/ - Lưu: BCĐ (CAHL)."
    )
    block = "TM. BAN CHỈ ĐẠO / TRƯỞNG BAN / CHỦ TỊCH UBND HUYỆN / Nguyễn Văn Mẫu"
    assert f"{recipients} | {block}" in read_docx_lines(consolidated.reader, consolidated.path)
    pages = PdfReader(BytesIO(download_file(consolidated.reader, f"{consolidated.path}/file.pdf"))).pages
    pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "TM. BAN CHỈ ĐẠO TRƯỞNG BAN CHỦ TỊCH UBND HUYỆN Nguyễn Văn Mẫu" in pdf
    commune = read_docx_lines(consolidated.reader, "/reports/roll-out.2021.ninh-hoa.v1")
    with expect_not_built():
        assert any("TM. BAN CHỈ ĐẠO / TRƯỞNG BAN / CHỦ TỊCH UBND XÃ" in line for line in commune), commune[-2]
        follow_link(consolidated.reader, consolidated.reader.open_page("/reports"), "Ban hành kế hoạch")
