"""Every kind of stored data has a retention clock."""

from anninh_core.domain.clocks import CLOCKS, DEFAULT_DAYS, OTHER_DAYS, retention_days
from anninh_core.domain.kept_scopes import list_clocked_scope_kinds
from anninh_core.domain.record_rules import RECORD_RULES
from anninh_core.domain.registry import KINDS, make_retention_policies
from anninh_core.domain.retention.clocks.model import Removal
from anninh_core.profile import load_profile
from anninh_core.worker.jobs.housekeeping import DEFAULT_RETENTION_DAYS

DISTRICT = load_profile("hoa_lu_2021")


def test_every_kind_of_record_has_a_clock() -> None:
    """Every kind of record has exactly one retention clock; a new kind fails here until its retention is set."""
    named = [kind for clock in CLOCKS for kind in clock.kinds]
    assert sorted(named) == sorted(kind.name for kind in KINDS)


def test_ordered_kinds_have_a_rule() -> None:
    """Every kind of record that a purge order removes is found by a retention rule."""
    ordered = {kind for clock in CLOCKS if clock.removal is Removal.ORDER for kind in clock.kinds}
    policies = make_retention_policies(DISTRICT)
    with_others = {
        "message",
        "officer_chat",
        "account",
        "account_name",
        "session",
        "api_token",
    }  # Records of these kinds are purged with the case or the officer under which they are encrypted.
    assert ordered == {*policies, *(rule.kind.name for rule in RECORD_RULES), "conversation"} | with_others
    assert {*list_clocked_scope_kinds(policies)} == ordered - with_others | {"talk", "identity"}


def test_every_retention_key_is_used() -> None:
    """Every retention key of the shipped profile is used, and each key that the profile omits has a default if a
    default is safe.
    """
    keys = {clock.data for clock in CLOCKS} - {""}
    assert DISTRICT.retention_days.keys() <= keys | OTHER_DAYS.keys()
    assert keys - DEFAULT_DAYS.keys() == {"content", "post"}
    assert DEFAULT_RETENTION_DAYS.items() <= DEFAULT_DAYS.items()


def test_every_clock_has_a_start() -> None:
    """Every retention clock has a start, and has a retention key in the profile exactly if the removal depends on a
    number of days.
    """
    for clock in CLOCKS:
        assert clock.since
        assert bool(clock.data) is (clock.removal in (Removal.ORDER, Removal.ROWS, Removal.FILES))


def test_profile_overrides_default_days() -> None:
    """The retention days of a profile override the defaults."""
    assert retention_days(DISTRICT)["identity"] == DISTRICT.retention_days["identity"]
    assert retention_days(DISTRICT)["draft"] == DEFAULT_DAYS["draft"]
