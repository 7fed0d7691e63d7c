"""Section I of the plan: purpose and demands."""

import pytest
from tests.promises.people import District


@pytest.mark.clause("P-I.2")
def test_information_flows_in_time(district: District) -> None:
    """A resident's message reaches an officer's list at once, and the officer's answer reaches the resident."""
    officer = district.officer("Cán bộ Mẫu", "hoa-lu", "tip_officer")
    district.talk.says("Chị Thử", "Tối qua nhà tôi ở Ninh Hòa mất trộm xe máy")
    district.talk.hears("Chị Thử", r"[A-Z0-9-]{4,}")
    officer.opens("/tips").shows("xã Ninh Hòa", "Mới nhận")
