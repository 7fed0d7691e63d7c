"""Section II.4 of the plan: agencies, the Front, mass organisations, and their heads."""

from datetime import timedelta

import pytest
from tests.promises.acts import AREA, COMMUNE, CORRECTION, WOMEN, ManagementBoard
from tests.promises.people import District, expect_not_built

RUMOUR = "Nghe đồn xã mình sắp phong tỏa, bà con đi rút tiền ngay, chia sẻ gấp"


@pytest.mark.clause("P-II.4")
def test_rumours_are_corrected_and_units_have_heads(district: District) -> None:
    """A rumour in a group is corrected there with a source, the time until the correction is shown, and each unit has a
    head.
    """
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA, WOMEN)
    check_rumour_is_flagged(district)
    district.clock.advance(timedelta(hours=2))
    board.publish_content("Không có lệnh phong tỏa", "UBND xã không có quyết định nào.", CORRECTION, rumour=RUMOUR)
    for title in (COMMUNE, AREA, WOMEN):
        district.talk.reads(title, "ĐÍNH CHÍNH: Không có lệnh phong tỏa.*Thông tin được đính chính: Nghe đồn.*Nguồn: ")
    with expect_not_built():
        check_heads_are_listed(district)
        check_correction_is_shown(district)


def check_rumour_is_flagged(district: District) -> None:
    """Assert that a moderator reads the rumour and the rule it may break, and that an officer without that role
    doesn't.
    """
    moderator = district.appoint_officer("Đặng Thị Nội Dung", "hoa-lu", "moderator")
    district.talk.says("Anh Tin Đồn", RUMOUR, to=COMMUNE)
    moderator.open_page("/posts").shows(RUMOUR, "xã Ninh Hòa", "tin đồn, tin sai sự thật")
    moderator.follow_link("/posts", "Nghe đồn").shows(COMMUNE, "Máy chỉ đánh dấu. Người quyết định.")
    district.appoint_officer("Cán bộ báo cáo", "hoa-lu", "report_officer").assert_cannot_open("/posts")


def check_heads_are_listed(district: District) -> None:
    """Assert that the chair finds a screen with the heads of all units and the units without one."""
    chair = district.appoint_officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair")
    heads = chair.search_all_pages("người đứng đầu", "xã Ninh Hòa", "Công an huyện Hoa Lư")
    heads.shows("Trưởng Ban Chỉ đạo 138 xã", "Trưởng Công an huyện")


def check_correction_is_shown(district: District) -> None:
    """Assert that the moderator reads which item corrected the rumour and how long that took."""
    moderator = district.appoint_officer("Cán bộ nội dung", "hoa-lu", "moderator")
    moderator.follow_link("/posts/all", "Nghe đồn").shows("Không có lệnh phong tỏa", "2 giờ")
