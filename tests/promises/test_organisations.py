"""Section II.4 of the plan: agencies, the Front, the organisations, and their heads."""

from datetime import timedelta

import pytest
from tests.promises.acts import AREA, COMMUNE, CORRECTION, WOMEN, ManagementBoard
from tests.promises.people import District, not_built

RUMOUR = "Nghe đồn xã mình sắp phong tỏa, bà con đi rút tiền ngay, chia sẻ gấp"


@pytest.mark.clause("P-II.4")
def test_rumours_are_rebutted_and_heads_answer(district: District) -> None:
    """A rumour in a group is corrected there with its source, in a time that is shown, and each unit has a head."""
    board = ManagementBoard.appoint(district)
    board.open_groups(COMMUNE, AREA, WOMEN)
    rumour_is_noticed(district)
    district.clock.advance(timedelta(hours=2))
    board.publishes("Không có lệnh phong tỏa", "UBND xã không có quyết định nào.", CORRECTION, rumour=RUMOUR)
    for title in (COMMUNE, AREA, WOMEN):
        district.talk.reads(title, "ĐÍNH CHÍNH: Không có lệnh phong tỏa.*Thông tin được đính chính: Nghe đồn.*Nguồn: ")
    with not_built():
        heads_are_named(district)
        rebuttal_is_counted(district)


def rumour_is_noticed(district: District) -> None:
    """The moderator reads what a member wrote and which rule it touches; who moderates nothing doesn't."""
    moderator = district.officer("Đặng Thị Nội Dung", "hoa-lu", "moderator")
    district.talk.says("Anh Tin Đồn", RUMOUR, to=COMMUNE)
    moderator.opens("/posts").shows(RUMOUR, "xã Ninh Hòa", "tin đồn, tin sai sự thật")
    moderator.follows("/posts", "Nghe đồn").shows(COMMUNE, "Máy chỉ đánh dấu. Người quyết định.")
    district.officer("Cán bộ báo cáo", "hoa-lu", "report_officer").may_not_open("/posts")


def heads_are_named(district: District) -> None:
    """The chair finds where the head of each unit is named, with the units that have none."""
    chair = district.officer("Nguyễn Văn Mẫu", "hoa-lu", "steering_chair")
    heads = chair.looks_everywhere("người đứng đầu", "xã Ninh Hòa", "Công an huyện Hoa Lư")
    heads.shows("Trưởng Ban Chỉ đạo 138 xã", "Trưởng Công an huyện")


def rebuttal_is_counted(district: District) -> None:
    """The moderator reads at the rumour by what it was corrected and how long that took."""
    moderator = district.officer("Cán bộ nội dung", "hoa-lu", "moderator")
    moderator.follows("/posts/all", "Nghe đồn").shows("Không có lệnh phong tỏa", "2 giờ")
