"""A case that danger opened beside another one: an officer sees both, and nothing is merged."""

import pytest
from tests.scenarios.cases.danger.conftest import Play

from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import NotVisible
from anninh_core.testing.local_users import UnsafeLocalUsers


@pytest.fixture
def tips(play: Play) -> list[Tip]:
    """A theft, and a fire told an hour later without a place."""
    play.says("mất trộm xe máy đêm qua ở xã Ninh Hòa", pause=60)
    play.says("cháy nhà rồi, đến ngay")
    return play.tips()


def test_each_leads_to_the_other(play: Play, tips: list[Tip]) -> None:
    """To an officer who may handle both."""
    first, second = tips
    for one, other in ((first, second), (second, first)):
        assert [tip.id for tip in play.app.tips.linked(play.huyen, one.id).items] == [other.id]


def test_a_case_of_another_unit_is_not_told_of(play: Play, tips: list[Tip]) -> None:
    """Who may handle one of them alone learns nothing of the other."""
    first, second = tips
    elsewhere = UnsafeLocalUsers(play.app).appoint("Cán bộ Yên", "truong-yen", "tip_officer")
    with pytest.raises(NotVisible):
        play.app.tips.linked(elsewhere, first.id)
    assert second.unit != first.unit or play.app.tips.linked(play.hoa, first.id).items
    hoa_sees = [tip.id for tip in play.app.tips.linked(play.hoa, first.id).items]
    assert hoa_sees == ([second.id] if second.unit == "ninh-hoa" else [])


def test_who_is_excluded_from_it_is_not_told(play: Play, tips: list[Tip]) -> None:
    """A conflict of interest in one keeps it out of the other's links."""
    first, second = tips
    play.app.tips.exclusions.add(play.boss, second.id, play.huyen.id, reason="Người nhà")
    assert play.app.tips.linked(play.huyen, first.id).items == ()
