"""A case that danger opened during another case is linked to it: an officer sees both, and they aren't merged."""

import pytest
from tests.scenarios.cases.danger.conftest import DangerScenario

from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import NotVisible
from anninh_core.testing.local_users import UnsafeLocalUsers


@pytest.fixture
def tips(play: DangerScenario) -> list[Tip]:
    """Two tips of one resident: a theft, and an hour later a fire without a place."""
    play.says("mất trộm xe máy đêm qua ở xã Ninh Hòa", pause=60)
    play.says("cháy nhà rồi, đến ngay")
    return play.tips()


def test_linked_cases_name_each_other(play: DangerScenario, tips: list[Tip]) -> None:
    """An officer with permission for both cases sees each as linked to the other."""
    first, second = tips
    for tip_shown, linked in ((first, second), (second, first)):
        assert [tip.id for tip in play.app.tips.linked(play.huyen, tip_shown.id).items] == [linked.id]


def test_linked_case_of_another_unit_is_hidden(play: DangerScenario, tips: list[Tip]) -> None:
    """An officer without permission for a linked case doesn't see it."""
    first, second = tips
    elsewhere = UnsafeLocalUsers(play.app).appoint("Cán bộ Yên", "truong-yen", "tip_officer")
    with pytest.raises(NotVisible):
        play.app.tips.linked(elsewhere, first.id)
    assert second.unit != first.unit or play.app.tips.linked(play.hoa, first.id).items
    hoa_sees = [tip.id for tip in play.app.tips.linked(play.hoa, first.id).items]
    assert hoa_sees == ([second.id] if second.unit == "ninh-hoa" else [])


def test_linked_case_is_hidden_from_excluded_officer(play: DangerScenario, tips: list[Tip]) -> None:
    """An officer who is excluded from a case doesn't see it as a linked case."""
    first, second = tips
    play.app.tips.exclusions.add(play.boss, second.id, play.huyen.id, reason="Người nhà")
    assert play.app.tips.linked(play.huyen, first.id).items == ()
