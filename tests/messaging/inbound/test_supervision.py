"""The unit that handles a report about our own staff, and the office to which its reporter is referred."""

from datetime import UTC, datetime

import pytest
from attrs import evolve

from anninh_core.messaging.inbound.supervision import build_supervisor_lock, name_referral_office
from anninh_core.messaging.inbound.talk.accusations import Accusation
from anninh_core.testing.apps import shipped_district
from anninh_core.vocabulary.supervision import AccusedKind, SupervisionRule

NOW = datetime(2021, 9, 18, tzinfo=UTC)
POLICE = Accusation(accused=(AccusedKind.POLICE,))
GOVERNMENT = Accusation(accused=(AccusedKind.GOVERNMENT,))
BOTH = Accusation(accused=(AccusedKind.POLICE, AccusedKind.GOVERNMENT))
POLICE_ABOVE = Accusation(accused=(AccusedKind.POLICE,), is_above=True)
GOVERNMENT_ABOVE = Accusation(accused=(AccusedKind.GOVERNMENT,), is_above=True)


@pytest.mark.parametrize(
    ("accusation", "place", "units", "supervisor", "office"),
    [
        (POLICE, "ninh-hoa", ("ninh-hoa",), "cong-an", "Công an huyện Hoa Lư"),
        (POLICE, "ninh-hoa/kdc-1", ("ninh-hoa",), "cong-an", "Công an huyện Hoa Lư"),
        (GOVERNMENT, "ninh-hoa", ("ninh-hoa",), "hoa-lu", "huyện Hoa Lư"),
        (BOTH, "ninh-hoa", ("ninh-hoa",), "hoa-lu", "huyện Hoa Lư"),
        (POLICE, "hoa-lu", (), "cong-an", "Công an huyện Hoa Lư"),
        (POLICE_ABOVE, "ninh-hoa", ("hoa-lu", "cong-an"), "", "Thanh tra Công an tỉnh Ninh Bình"),
        (GOVERNMENT_ABOVE, "ninh-hoa", ("hoa-lu",), "", "Ban Tiếp công dân tỉnh Ninh Bình"),
    ],
)
def test_profile_decides_the_supervising_unit(
    accusation: Accusation, place: str, units: tuple[str, ...], supervisor: str, office: str
) -> None:
    """The profile's rules name the supervising unit by the kind of the accused and by unit: the root if they name
    several, and an office outside if the root is accused.
    """
    district = shipped_district()
    lock = build_supervisor_lock(district, accusation, (place,), NOW)
    assert (lock.units, lock.supervisor, name_referral_office(district, lock)) == (units, supervisor, office)


def test_a_profile_without_rules_lets_the_root_supervise() -> None:
    """Without rules the root supervises, and an accusation of the root is referred to the office above, without its
    name.
    """
    district = evolve(shipped_district(), supervision=())
    assert build_supervisor_lock(district, POLICE, ("ninh-hoa",), NOW).supervisor == "hoa-lu"
    above = build_supervisor_lock(district, GOVERNMENT_ABOVE, ("ninh-hoa",), NOW)
    assert above.is_outside
    assert "cấp trên" in name_referral_office(district, above)


def test_accused_unit_never_supervises_itself() -> None:
    """A rule that names a unit in the accused unit's own subtree as supervisor is ignored, so that the report is
    referred outside.
    """
    rule = SupervisionRule(accused=(AccusedKind.POLICE,), levels=("commune",), supervised_by="ninh-hoa/kdc-1")
    district = evolve(shipped_district(), supervision=(rule,))
    assert build_supervisor_lock(district, POLICE, ("ninh-hoa",), NOW).is_outside
