"""What handlers call a resident."""

from anninh_core.kernel.ids import case_pseudonym

LUA = "oa.9f4fcd65d9a49ff2e4282efa28bf94a0"


def test_another_name_in_each_case() -> None:
    """The same in one case, another in the next, and none of them has the id in it."""
    first, second = case_pseudonym(LUA, "tip:1"), case_pseudonym(LUA, "tip:2")
    assert first == case_pseudonym(LUA, "tip:1") != second
    assert not {first[3:], second[3:]} & {LUA[3:], LUA[3:15]}


def test_it_tells_the_messenger() -> None:
    """An officer may know by which way an answer goes."""
    assert case_pseudonym("hop.thu.77", "tip:1").startswith("hop.thu.p-")


def test_nobody_has_no_name_and_a_name_stays() -> None:
    """Of a walk-in nobody is known; what was named once isn't named anew."""
    assert case_pseudonym("", "tip:1") == ""
    named = case_pseudonym(LUA, "tip:1")
    assert case_pseudonym(named, "tip:2") == named
