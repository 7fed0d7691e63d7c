"""What handlers, and the journal, call a resident."""

from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.resident_names import ResidentNames

NAMES = ResidentNames(MemoryKeys())

LUA = "oa.9f4fcd65d9a49ff2e4282efa28bf94a0"


def test_another_name_in_each_case() -> None:
    """The same in one case, another in the next, and none of them has the id in it."""
    first, second = NAMES.pseudonym(LUA, "tip:1"), NAMES.pseudonym(LUA, "tip:2")
    assert first == NAMES.pseudonym(LUA, "tip:1") != second
    assert not {first[3:], second[3:]} & {LUA[3:], LUA[3:15]}


def test_it_tells_the_messenger() -> None:
    """An officer may know by which way an answer goes."""
    assert NAMES.pseudonym("hop.thu.77", "tip:1").startswith("hop.thu.p-")


def test_nobody_has_no_name_and_a_name_stays() -> None:
    """Of a walk-in nobody is known; what was named once isn't named anew."""
    assert NAMES.pseudonym("", "tip:1") == ""
    named = NAMES.pseudonym(LUA, "tip:1")
    assert NAMES.pseudonym(named, "tip:2") == named


def test_without_the_keys_nobody_tests_a_guess() -> None:
    """Under other keys the same resident has other names, in cases and in the journal."""
    others = ResidentNames(MemoryKeys(seed=1))
    assert NAMES.pseudonym(LUA, "tip:1") != others.pseudonym(LUA, "tip:1")
    assert NAMES.alias("conversation", LUA, 1) != others.alias("conversation", LUA, 1)


def test_the_journal_has_another_name_for_each_version() -> None:
    """The same for the same version, and as long as an id of ours that nobody guesses."""
    names = [NAMES.alias("conversation", LUA, version) for version in (1, 2, 3)]
    assert len(set(names)) == 3
    assert names[0] == NAMES.alias("conversation", LUA, 1)
    assert {len(name) for name in names} == {32}
