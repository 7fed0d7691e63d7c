"""Pseudonyms of residents, as officers see them and as the journal records them."""

from anninh_core.testing.memory import MemoryKeys
from anninh_core.usecase.resident_names import ResidentNames

NAMES = ResidentNames(MemoryKeys())

LUA = "oa.9f4fcd65d9a49ff2e4282efa28bf94a0"


def test_pseudonym_differs_by_case() -> None:
    """A resident's pseudonym is the same within a case, differs between cases, and doesn't contain the id."""
    first, second = NAMES.pseudonym(LUA, "tip:1"), NAMES.pseudonym(LUA, "tip:2")
    assert first == NAMES.pseudonym(LUA, "tip:1") != second
    assert not {first[3:], second[3:]} & {LUA[3:], LUA[3:15]}


def test_pseudonym_shows_the_messenger() -> None:
    """A pseudonym shows the messenger, so that an officer knows where an answer goes."""
    assert NAMES.pseudonym("hop.thu.77", "tip:1").startswith("hop.thu.p-")


def test_pseudonym_is_not_replaced() -> None:
    """The empty conversation of a walk-in reporter has no pseudonym, and a pseudonym isn't replaced by another one."""
    assert NAMES.pseudonym("", "tip:1") == ""
    named = NAMES.pseudonym(LUA, "tip:1")
    assert NAMES.pseudonym(named, "tip:2") == named


def test_pseudonyms_depend_on_the_keys() -> None:
    """Under other keys a resident has other pseudonyms and aliases, so that a guess can't be tested without the
    keys.
    """
    others = ResidentNames(MemoryKeys(seed=1))
    assert NAMES.pseudonym(LUA, "tip:1") != others.pseudonym(LUA, "tip:1")
    assert NAMES.alias("conversation", LUA, 1) != others.alias("conversation", LUA, 1)


def test_journal_alias_differs_by_version() -> None:
    """A resident's alias in the journal differs between versions of a record, is always the same for a version, and has
    32 characters.
    """
    names = [NAMES.alias("conversation", LUA, version) for version in (1, 2, 3)]
    assert len(set(names)) == 3
    assert names[0] == NAMES.alias("conversation", LUA, 1)
    assert {len(name) for name in names} == {32}
