"""Everything that is kept has a clock, and says how it goes."""

from anninh_core.domain.clocks import CLOCKS, DEFAULT_DAYS, OTHER_DAYS, retention_days
from anninh_core.domain.kept_scopes import clocked_scopes
from anninh_core.domain.record_rules import RECORD_RULES
from anninh_core.domain.registry import KINDS, retention_policies
from anninh_core.domain.retention.clocks.model import Removal
from anninh_core.profile import load_profile
from anninh_core.worker.jobs.housekeeping import DEFAULT_RETENTION_DAYS

DISTRICT = load_profile("hoa_lu_2021")


def test_every_kind_of_record_has_a_clock() -> None:
    """A new kind fails here until somebody says how long it is kept, and each has one."""
    named = [kind for clock in CLOCKS for kind in clock.kinds]
    assert sorted(named) == sorted(kind.name for kind in KINDS)


def test_what_is_ordered_is_found() -> None:
    """Each kind that goes by an order is read by a rule, so that none is only promised."""
    ordered = {kind for clock in CLOCKS if clock.removal is Removal.ORDER for kind in clock.kinds}
    policies = retention_policies(DISTRICT)
    with_others = {
        "message",
        "officer_chat",
        "account",
        "account_name",
        "session",
        "api_token",
    }  # sealed with a case, and with an officer
    assert ordered == {*policies, *(rule.kind.name for rule in RECORD_RULES), "conversation"} | with_others
    assert {*clocked_scopes(policies)} == ordered - with_others | {"talk", "identity"}


def test_every_key_of_a_profile_is_somebody_s() -> None:
    """No key of the shipped profile says nothing, and what it doesn't name has a default where that is safe."""
    keys = {clock.data for clock in CLOCKS} - {""}
    assert DISTRICT.retention_days.keys() <= keys | OTHER_DAYS.keys()
    assert keys - DEFAULT_DAYS.keys() == {"content", "post"}
    assert DEFAULT_RETENTION_DAYS.items() <= DEFAULT_DAYS.items()


def test_what_stays_or_goes_with_something_says_why() -> None:
    """Whoever stays has a reason, and whoever has days has a key."""
    for clock in CLOCKS:
        assert clock.since
        assert bool(clock.data) is (clock.removal in (Removal.ORDER, Removal.ROWS, Removal.FILES))


def test_a_profile_says_otherwise() -> None:
    """Its days come before the defaults."""
    assert retention_days(DISTRICT)["identity"] == DISTRICT.retention_days["identity"]
    assert retention_days(DISTRICT)["draft"] == DEFAULT_DAYS["draft"]
