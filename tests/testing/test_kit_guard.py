"""No rule of a kit can be dropped or altered unnoticed."""

from collections.abc import Callable

import pytest

from anninh_core.testing.kits.guard import ConformanceKit, dropped_rules, kit_rules


class Kit(ConformanceKit, kit=True):
    """A kit of two rules."""

    def test_one(self) -> None:
        """X-01 One is one."""

    def test_two(self) -> None:
        """X-02 Two is more
        than one.
        """


def rule(sentence: str) -> Callable[[object], None]:
    def test(self: object) -> None:
        """Takes its sentence from outside."""

    test.__doc__ = sentence
    return test


def test_rules_are_listed_by_number() -> None:
    """A kit's rules are its numbered sentences, including inherited ones, each as one line."""
    more = type("More", (Kit,), {"test_three": rule("X-03 Three.")}, kit=True)
    assert kit_rules(more) == {"X-01": "One is one.", "X-02": "Two is more than one.", "X-03": "Three."}
    assert dropped_rules(more) == []


def test_subclass_may_add() -> None:
    """A subclass of a kit may add tests and attributes."""
    assert dropped_rules(type("Mine", (Kit,), {"test_mine": rule("Mine."), "thing": 1})) == []


def test_overridden_rule_is_refused() -> None:
    """A class that overrides or removes a rule is refused, with the rule's name, when it is defined."""
    with pytest.raises(TypeError, match="Mine drops or overrides test_one: leave inherited rules alone"):
        type("Mine", (Kit,), {"test_one": rule("X-01 One is two.")})
    with pytest.raises(TypeError, match="overrides test_two"):
        type("Mine", (Kit,), {"test_two": None})


def test_overriding_by_another_base_is_refused() -> None:
    """A base class placed before the kit can't override a rule either."""
    hiding = type("Hiding", (), {"test_one": rule("X-01 One is two.")})
    with pytest.raises(TypeError, match="overrides test_one"):
        type("Mine", (hiding, Kit), {})


def test_excuse_needs_a_reason() -> None:
    """A rule may be overridden only with an `xfail` mark that has a reason; `skip` doesn't excuse it."""
    excuse = pytest.mark.xfail(reason="the platform counts from two")
    excused = type("Mine", (Kit,), {"test_one": excuse(rule("X-01 One is two."))})
    assert dropped_rules(excused) == []
    for mark in (pytest.mark.xfail, pytest.mark.skip(reason="no time")):
        with pytest.raises(TypeError, match="test_one"):
            type("Mine", (Kit,), {"test_one": mark(rule("X-01 One is two."))})


def test_kit_may_refine_an_inherited_rule() -> None:
    """A kit that extends another kit may refine an inherited rule."""
    finer = type("Finer", (Kit,), {"test_one": rule("X-01 One is one, whoever counts.")}, kit=True)
    assert kit_rules(finer)["X-01"] == "One is one, whoever counts."


@pytest.mark.parametrize("sentence", ["One is one.", "X-01", "x-01 One."])
def test_unnumbered_rule_is_refused(sentence: str) -> None:
    """A kit with an unnumbered rule is refused."""
    with pytest.raises(TypeError, match="begins with its number"):
        type("Kit", (ConformanceKit,), {"test_it": rule(sentence)}, kit=True)


def test_number_taken_is_refused() -> None:
    """Two rules can't share a number."""
    with pytest.raises(TypeError, match="number X-02 is taken"):
        type("More", (Kit,), {"test_three": rule("X-02 Three.")}, kit=True)


def test_hidden_rule_is_refused() -> None:
    """A kit can't hide a rule behind another rule of the same name, which would drop it unnoticed."""
    other_kit = type("Other", (ConformanceKit,), {"test_one": rule("X-04 Four.")}, kit=True)
    with pytest.raises(TypeError, match=r"More\.test_one is X-01 and hides X-04; rename one of them"):
        type("More", (Kit, other_kit), {}, kit=True)


def test_rules_are_sorted_as_numbers() -> None:
    """Rules are sorted by their numbers, so X-100 comes after X-11."""
    rules = {f"test_{number}": rule(f"X-{number} Some.") for number in (100, 11, 99)}
    assert [*kit_rules(type("More", (Kit,), rules, kit=True))] == ["X-01", "X-02", "X-11", "X-99", "X-100"]
