"""Sections III.2 to III.6 of the plan: the Front, mass organisations, agencies and the communes' committees."""

from datetime import timedelta

import pytest
from tests.promises.people import District, NotOffered, Officer, Screen, expect_not_built
from tests.promises.programme import (
    appoint_for_district,
    appoint_standing_officer,
    consolidate_reports,
    find_row_text,
    follow_link,
    found_group,
    get_path,
    list_group_texts,
    publish_item,
    read_docx_lines,
    set_member_count,
    submit_unit_report,
    write_item,
)

GROUP = "Nhóm An ninh xã Ninh Hòa"
WOMEN = "Nhóm hội viên phụ nữ Hoa Lư"


@pytest.mark.slow
@pytest.mark.clause("P-III.2")
def test_organisations_run_groups_of_their_members(district: District) -> None:
    """The Front and the women's union found and run only their own groups and record figures of these groups, which the
    report contains.
    """
    front = district.appoint_officer("Cán bộ Mặt trận", "mat-tran", "board_admin")
    found_group(front, "mat-tran", "Nhóm thành viên Mặt trận Hoa Lư", kind="mass_organisation")
    women = district.appoint_officer("Cán bộ Hội Phụ nữ", "hoi-phu-nu", "board_admin")
    group = found_group(women, "hoi-phu-nu", WOMEN, kind="mass_organisation")
    district.run_worker()
    district.talk.says("Chị Hội viên", "Chi hội 3 đã tham gia nhóm", to=WOMEN)
    set_member_count(district, WOMEN, 120)
    counted = record_figures(women, group, members="120", interactions="40")
    find_row_text(counted, "20/08/2021 120 0 40")
    check_foreign_group_is_hidden(front, group)
    write_in_commune_group(district)
    district.pass_time(timedelta(days=26))
    police = appoint_standing_officer(district, second_factor=True)
    police.open_page("/groups").shows(WOMEN, "120 thành viên")
    report = submit_unit_report(district, "roll-out", 2021, "ninh-hoa", "Ninh Hòa")
    police.sends(police.open_page(report), "/reports/accept")
    lines = read_docx_lines(police, get_path(consolidate_reports(police, "roll-out", 2021)))
    assert any("Hội Liên hiệp Phụ nữ huyện Hoa Lư | 1 | 120" in line for line in lines), "\n".join(lines)


def record_figures(officer: Officer, group: Screen, *, members: str, interactions: str) -> Screen:
    """Record today's numbers of members and interactions of a group."""
    figures = {"measure.day": "2021-08-20", "measure.members": members, "measure.interactions": interactions}
    return officer.sends(officer.open_page(get_path(group)), "/groups/measure", **figures)


def check_foreign_group_is_hidden(officer: Officer, foreign: Screen) -> None:
    """Assert that an organisation's officer can neither list nor open another organisation's group."""
    assert WOMEN not in officer.open_page("/groups").text
    with pytest.raises(NotOffered, match="404"):
        officer.open_page(get_path(foreign))


def write_in_commune_group(district: District) -> None:
    """Let a member of the women's union write in the group of a commune."""
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    words = "Chi hội 3 mời bà con dự buổi nói chuyện về phòng, chống lừa đảo"
    district.talk.says("Chị Hội viên", words, to=GROUP)
    assert words in list_group_texts(district, GROUP)


@pytest.mark.clause("P-III.3")
def test_culture_office_publicises_the_model(district: District) -> None:
    """The culture office writes for the groups, and runs a campaign of the police with the broadcasting centre."""
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    office = appoint_for_district(district, "Cán bộ văn hóa", "phong-van-hoa-thong-tin", "editor")
    words = "Bà con vào nhóm để nhận tin chính thống và báo tin về an ninh, trật tự."
    item = write_item(
        office,
        "hoa-lu",
        "hoa-lu",
        title="Mời bà con tham gia Nhóm Zalo An ninh",
        body=words,
        category="order_results",
        source_name="Công an huyện Hoa Lư",
    )
    publish_item(district, item, "hoa-lu")
    assert any(words in text for text in district.group_texts(GROUP))
    police = appoint_standing_officer(district)
    with expect_not_built():
        campaigns = follow_link(police, police.open_page("/reports"), "Chiến dịch")
        campaigns.shows("Phòng Văn hóa - Thông tin huyện Hoa Lư", "Trung tâm Văn hóa - Thể thao và Truyền thanh")
        centre = district.appoint_officer("Cán bộ truyền thanh", "trung-tam-van-hoa", "editor", "report_officer")
        centre.open_page("/work").shows("Bài phát thanh")


@pytest.mark.clause("P-III.4")
def test_members_take_part_in_campaigns(district: District) -> None:
    """A member of the committee sees the campaign in their own work list, finishes their own task and enters the task's
    figures.
    """
    with expect_not_built():
        for name, unit in (("Hội Nông dân", "hoi-nong-dan"), ("Hội Cựu chiến binh", "hoi-cuu-chien-binh")):
            member = district.appoint_officer(f"Cán bộ {name}", unit, "report_officer")
            campaign = follow_link(member, member.open_page("/reports"), "Chiến dịch")
            campaign.shows("Việc của đơn vị", "Số người tiếp cận")


@pytest.mark.clause("P-III.5")
def test_commune_committee_directs_its_groups(district: District) -> None:
    """A commune's committee sees its groups, the activity in them, and which of its residential areas have no group."""
    found_group(district.appoint_officer("Quản trị Ninh Mỹ", "ninh-my", "board_admin"), "ninh-my", "Nhóm xã Ninh Mỹ")
    board = district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin")
    group = found_group(board, "ninh-hoa", GROUP)
    found_group(board, "ninh-hoa/kdc-1", "Nhóm khu dân cư số 1 Ninh Hòa", kind="residential_area")
    district.run_worker()
    district.talk.says("Chị Thử", "Tôi đã vào nhóm", to=GROUP)
    set_member_count(district, GROUP, 310)
    find_row_text(record_figures(board, group, members="310", interactions="55"), "20/08/2021 310 0 55")
    chair = district.appoint_officer("Trưởng ban Ninh Hòa", "ninh-hoa", "steering_chair")
    groups = chair.open_page("/groups")
    groups.shows(GROUP, "310 thành viên", "Nhóm khu dân cư số 1 Ninh Hòa", "Đang hoạt động")
    assert "Nhóm xã Ninh Mỹ" not in groups.text
    care = chair.open_page("/groups/care")
    with expect_not_built():
        care.shows("Khu dân cư số 2, xã Ninh Hòa")
        assert "Khu dân cư số 2, xã Ninh Mỹ" not in care.text


@pytest.mark.clause("P-III.6")
def test_propaganda_board_connects_committee_35(district: District) -> None:
    """A direction of Committee 35 reaches the groups as an item that names its paper, number and day."""
    found_group(district.appoint_officer("Quản trị Ninh Hòa", "ninh-hoa", "board_admin"), "ninh-hoa", GROUP)
    board = appoint_for_district(district, "Cán bộ Tuyên giáo", "ban-tuyen-giao", "editor")
    words = "Bà con cảnh giác với tin giả về tiêm vắc-xin; xem thông tin tại cổng của Bộ Y tế."
    item = write_item(
        board,
        "hoa-lu",
        "hoa-lu",
        title="Thông tin của Ban Chỉ đạo 35",
        body=words,
        category="correction",
        source_name="Ban Chỉ đạo 35 huyện Hoa Lư",
    )
    publish_item(district, item, "hoa-lu")
    assert any(words in text and "Ban Chỉ đạo 35" in text for text in district.group_texts(GROUP))
    form = board.open_page("/content/new").text
    with expect_not_built():
        for label in ("Văn bản nguồn", "Số văn bản", "Ngày văn bản"):
            if label not in form:
                raise NotOffered(f"the form of an item has no field {label!r} for a paper of Committee 35")
