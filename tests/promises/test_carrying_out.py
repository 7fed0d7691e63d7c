"""Section IV of the plan: its deadlines, reports, difficulties and papers."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from io import BytesIO

import pytest
from attrs import frozen
from pypdf import PdfReader
from tests.promises.people import District, NotOffered, Officer, not_built
from tests.promises.programme import (
    begins_report,
    binds_chat,
    consolidate_reports,
    follows,
    founds_group,
    opens_row,
    path_of,
    reads_docx,
    reads_file,
    row_of,
    signs_report,
    standing_body,
    submit_report_of,
    writes_sections,
)

from anninh_core.kernel.dates import VIETNAM


def until(district: District, year: int, month: int, day: int) -> None:
    """Advance the clock to 8:00 of a day."""
    district.passes(datetime(year, month, day, 8, tzinfo=VIETNAM) - district.clock.now())


def papers(officer: Officer, obligation: str, year: int) -> Mapping[str, str]:
    """Return the row of three communes in the list of reports, by name of the commune."""
    screen = officer.opens(f"/reports/papers?obligation={obligation}&year={year}")
    return {name: row_of(screen, name) for name in ("xã Ninh Hòa", "xã Ninh Vân", "xã Ninh An")}


@pytest.mark.clause("P-IV.1.a")
def test_each_commune_has_group_and_plan_as_duties(district: District) -> None:
    """Every commune has to found a group by a day, and to issue a plan of its own with a number and a file."""
    district.works()
    police = standing_body(district)
    overview = police.opens("/reports")
    for unit in ("xã Ninh An", "xã Ninh Giang", "thị trấn Thiên Tôn", "xã Trường Yên"):
        overview.shows(f"Hoàn thành triển khai tại các xã, thị trấn còn lại {unit} hạn 14/09/2021")
    clerk = district.officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    duties = clerk.opens("/reports")
    duties.shows("Hoàn thành làm điểm tại xã Ninh Hòa")
    assert "xã Ninh An" not in duties.text
    with not_built():
        plan = follows(clerk, duties, "Xây dựng kế hoạch của đơn vị")
        plan.shows("Số văn bản", "Tệp")


@pytest.mark.slow
@pytest.mark.clause("P-IV.1.b")
def test_half_year_and_annual_reports_are_due(district: District) -> None:
    """Communes report through the police, in time on 14/6 and 14/11, and late on 15/6 and 15/11."""
    until(district, 2021, 11, 14)
    assert all("Chậm" not in row for row in papers(standing_body(district), "annual", 2021).values())
    until(district, 2021, 11, 15)
    assert all("Chậm 1 ngày" in row for row in papers(standing_body(district), "annual", 2021).values())
    until(district, 2022, 6, 14)
    hoa = district.officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    van = district.officer("Tổng hợp Ninh Vân", "ninh-van", "report_officer")
    hoa_report = begins_report(hoa, "half-year", 2022, "ninh-hoa")
    van_report = begins_report(van, "half-year", 2022, "ninh-van")
    chair = district.officer("Trưởng ban Ninh Hòa", "ninh-hoa", "steering_chair", second_factor=True)
    signs_report(chair, hoa_report, "31")
    assert "Kính gửi: Ban Chỉ đạo 138 huyện Hoa Lư (qua Công an huyện)." in reads_docx(chair, hoa_report)
    until(district, 2022, 6, 15)
    late_chair = district.officer("Trưởng ban Ninh Vân", "ninh-van", "steering_chair", second_factor=True)
    signs_report(late_chair, van_report, "12")
    police = standing_body(district)
    rows = papers(police, "half-year", 2022)
    assert rows["xã Ninh Hòa"] == "Đúng hạn xã Ninh Hòa Đã nộp 14/06/2022"
    assert rows["xã Ninh Vân"] == "Chậm 1 ngày xã Ninh Vân Đã nộp 15/06/2022"
    assert rows["xã Ninh An"] == "Chậm 1 ngày xã Ninh An Chưa lập"
    waiting = police.opens("/work?module=reports")
    waiting.shows("Báo cáo chờ duyệt nhận", "xã Ninh Hòa", "31/BC-BCĐ138")
    check_foreign_report_is_hidden(late_chair, hoa_report)


def check_foreign_report_is_hidden(officer: Officer, foreign: str) -> None:
    """Assert that a commune can't open another one's report."""
    with pytest.raises(NotOffered, match="404"):
        officer.opens(foreign)


@pytest.mark.slow
@pytest.mark.clause("P-IV.2.a")
def test_pilot_and_roll_out_milestones(district: District) -> None:
    """The milestone of a commune is in time up to the day before the plan's, and can't be reached without a launched
    group.
    """
    district.works()
    until(district, 2021, 8, 29)
    hands_in_milestone(district, "ninh-hoa", "pilot", group="Nhóm An ninh xã Ninh Hòa")
    until(district, 2021, 9, 14)
    hands_in_milestone(district, "ninh-van", "rollout", group="Nhóm An ninh xã Ninh Vân")
    until(district, 2021, 9, 15)
    hands_in_milestone(district, "ninh-an", "rollout", group="Nhóm An ninh xã Ninh An")
    police = standing_body(district)
    overview = police.opens("/reports")
    assert row_of(overview, "xã Ninh Hòa hạn 29/08/2021").endswith("Đã làm, chờ xác nhận 29/08/2021")
    assert row_of(overview, "xã Ninh Vân hạn 14/09/2021").endswith("Đã làm, chờ xác nhận 14/09/2021")
    assert row_of(overview, "xã Ninh An hạn 14/09/2021").endswith("Đã làm, chờ xác nhận 15/09/2021, chậm")
    assert row_of(police.opens("/reports/late"), "xã Ninh Mỹ").endswith("còn lại 1 không có")
    with suppress(NotOffered):  # a refusal is as right as a missing form
        hands_in_milestone(district, "ninh-my", "rollout", group="")
    with not_built():
        assert row_of(police.opens("/reports"), "xã Ninh Mỹ hạn 14/09/2021").endswith("Chưa làm")


def hands_in_milestone(district: District, unit: str, milestone: str, *, group: str) -> None:
    """Launch a commune's group, if `group` has a title, and record that the milestone is reached."""
    officer = district.officer(f"Ban quản trị {unit}", unit, "board_admin", "report_officer")
    if group:
        founds_group(officer, unit, group)
        district.works()
    duty = officer.opens(f"/reports/duties/milestone.{milestone}.2021.{unit}")
    officer.sends(duty, "/programme/reach_milestone", evidence="Biên bản ra mắt").shows("Biên bản ra mắt")


@pytest.mark.clause("P-IV.2.b")
def test_roll_out_report_is_due(district: District) -> None:
    """Communes report the roll-out through the police, in time on 19/9 and late on 20/9, and the consolidated report
    names those missing.
    """
    until(district, 2021, 9, 19)
    clerk = district.officer("Lãnh đạo Ninh Hòa", "ninh-hoa", "report_officer")
    clerk.opens("/work").shows("Báo cáo kết quả triển khai xã Ninh Hòa")
    report = submit_report_of(district, "roll-out", 2021, "ninh-hoa", "Ninh Hòa")
    assert "Kính gửi: Ban Chỉ đạo 138 huyện Hoa Lư (qua Công an huyện)." in reads_docx(clerk, report)
    assert all("Chậm" not in row for row in papers(standing_body(district), "roll-out", 2021).values())
    until(district, 2021, 9, 20)
    police = standing_body(district)
    rows = papers(police, "roll-out", 2021)
    assert rows["xã Ninh Hòa"] == "Đúng hạn xã Ninh Hòa Đã nộp 19/09/2021"
    assert rows["xã Ninh An"] == "Chậm 1 ngày xã Ninh An Chưa lập"
    row_of(police.opens("/reports/late"), "xã Ninh An Báo cáo kết quả triển khai 1")
    police.sends(police.opens(report), "/reports/accept")
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
    commune = district.officer("Tổng hợp Ninh Hòa", "ninh-hoa", "report_officer")
    raised = commune.sends(
        commune.opens("/reports/difficulties"), "/programme/raise_difficulty", text="Ban quản trị chỉ có hai người"
    )
    difficulty = path_of(raised)
    women = district.officer("Cán bộ Hội Phụ nữ", "hoi-phu-nu", "report_officer")
    women.sends(women.opens("/reports/difficulties"), "/programme/raise_difficulty", text="Hội viên chưa dùng Zalo")
    assert "Ban quản trị chỉ có hai người" not in women.opens("/reports/difficulties").text
    with pytest.raises(NotOffered, match="404"):
        women.opens(difficulty)
    chair = district.officer("Trưởng ban", "hoa-lu", "steering_chair")
    waiting = chair.opens("/work")
    row_of(waiting, "Khó khăn chờ trả lời Hội viên chưa dùng Zalo Hội Liên hiệp Phụ nữ huyện Hoa Lư")
    opened = opens_row(chair, waiting, "Ban quản trị chỉ có hai người xã Ninh Hòa")
    chair.sends(opened, "/programme/answer_difficulty", text="Huyện cử thêm một người")
    row_of(commune.opens("/work"), "Khó khăn đã được trả lời Ban quản trị chỉ có hai người")
    commune.sends(commune.opens(difficulty), "/programme/insist", text="Người được cử chưa đến")
    chair.sends(chair.opens(difficulty), "/programme/answer_difficulty", text="Thứ hai người ấy nhận việc")
    commune.sends(commune.opens(difficulty), "/programme/close_difficulty", text="Đã có người trực đêm")
    chair.opens(difficulty).shows("Người được cử chưa đến", "Đã có người trực đêm", "Đã khép lại")
    assert "Ban quản trị chỉ có hai người" not in chair.opens("/work").text


@pytest.mark.slow
@pytest.mark.clause("P-IV.3")
def test_police_remind_and_consolidate_reports(district: District) -> None:
    """The police consolidate the communes' reports for the chair to sign, and the head of a late unit gets a
    reminder.
    """
    for place in ("Ninh Hòa", "Ninh Vân"):
        district.talk.says(f"Người dân {place}", f"Tối qua nhà tôi ở {place} mất trộm xe máy")
    until(district, 2021, 9, 19)
    consolidated = consolidate_all(district, ("ninh-hoa", "Ninh Hòa"), ("ninh-van", "Ninh Vân"))
    lines = reads_docx(consolidated.reader, consolidated.path)
    assert "Số tin tiếp nhận trong kỳ | tin | 2" in lines
    assert {"xã Ninh Hòa | 0 | 0 | 0 | 0", "xã Ninh An | – | – | – | –"} <= {*lines}
    until(district, 2021, 9, 20)
    police = standing_body(district)
    late = opens_row(police, police.opens("/reports/late"), "xã Ninh An Báo cáo kết quả triển khai 1")
    police.sends(late, "/programme/urge").shows("20/09/2021 – Thường trực")
    with not_built():
        names_head(district, "Trưởng ban Ninh An", "ninh-an")
        police.sends(police.opens(path_of(late)), "/programme/urge")
        district.talk.hears("Trưởng ban Ninh An", "Báo cáo kết quả triển khai")


def names_head(district: District, name: str, unit: str) -> None:
    """Let the chair of the district name the head of a unit, with a chat for reminders."""
    head = district.officer(name, unit, "steering_chair")
    chair = district.officer("Trưởng ban", "hoa-lu", "steering_chair", second_factor=True)
    binds_chat(district, chair, head)
    officers = chair.opens("/system/officers")
    chair.sends(officers, "/programme/name_head", unit=unit, officer=head.actor.id)


@frozen
class Whole:
    """The consolidated report of the district.

    Attributes:
        path: address of its page.
        reader: chair who signed it.
    """

    path: str
    reader: Officer


def consolidate_all(district: District, *communes: tuple[str, str]) -> Whole:
    """Let communes submit their roll-out reports, the police accept and consolidate them, and the chair sign the
    result.
    """
    reports = [submit_report_of(district, "roll-out", 2021, unit, name) for unit, name in communes]
    police = standing_body(district, second_factor=True)
    for report in reports:
        police.sends(police.opens(report), "/reports/accept")
    path = writes_sections(police, consolidate_reports(police, "roll-out", 2021))
    chair = district.officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair", second_factor=True)
    signs_report(chair, path, "40")
    return Whole(path, chair)


@pytest.mark.slow
@pytest.mark.clause("P-IV.4")
def test_papers_name_recipients_and_signer(district: District) -> None:
    """Papers name their recipients, and the signer's title in the committee before the title in the People's
    Committee.
    """
    until(district, 2021, 9, 19)
    consolidated = consolidate_all(district, ("ninh-hoa", "Ninh Hòa"))
    recipients = (
        "Nơi nhận: / - Thường trực BCĐ 138 tỉnh; / - Thường trực Huyện ủy; / - Lãnh đạo HĐND, UBND huyện; "
        "/ - Ban Tuyên giáo Huyện ủy; / - Thành viên BCĐ 138 huyện; / - Ban Chỉ đạo 138 các xã, thị trấn; "
        "/ - Lưu: BCĐ (CAHL)."
    )
    block = "TM. BAN CHỈ ĐẠO / TRƯỞNG BAN / CHỦ TỊCH UBND HUYỆN / Nguyễn Văn Mẫu"
    assert f"{recipients} | {block}" in reads_docx(consolidated.reader, consolidated.path)
    pages = PdfReader(BytesIO(reads_file(consolidated.reader, f"{consolidated.path}/file.pdf"))).pages
    pdf = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert "TM. BAN CHỈ ĐẠO TRƯỞNG BAN CHỦ TỊCH UBND HUYỆN Nguyễn Văn Mẫu" in pdf
    commune = reads_docx(consolidated.reader, "/reports/roll-out.2021.ninh-hoa.v1")
    with not_built():
        assert any("TM. BAN CHỈ ĐẠO / TRƯỞNG BAN / CHỦ TỊCH UBND XÃ" in line for line in commune), commune[-2]
        follows(consolidated.reader, consolidated.reader.opens("/reports"), "Ban hành kế hoạch")
