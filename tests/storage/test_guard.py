"""The guard lets no class drop or weaken a rule of a kit silently."""

import pytest

from anninh_core.testing.kits.guard import ConformanceKit, dropped_rules, kit_rules
from anninh_core.testing.kits.storage.conformance import StorageConformance


class Kit(ConformanceKit, kit=True):
    def test_one(self) -> None:
        """X-01 One holds."""

    def test_two(self) -> None:
        """X-02 Two
        holds.
        """


def test_unchanged_kit_drops_no_rule() -> None:
    """A class that keeps the rules and adds tests of its own drops nothing."""

    class Backend(Kit):
        def test_own(self) -> None:
            """A test that the kit doesn't have."""

    assert dropped_rules(Backend) == []


def test_rule_set_to_none_is_refused() -> None:
    """A rule that is set to None is refused with its name."""
    with pytest.raises(TypeError, match="test_one"):

        class Backend(Kit):
            test_one = None  # type: ignore[assignment]


def test_overridden_rule_is_refused() -> None:
    """An overridden rule is refused, also one overridden by a mixin."""

    class Mixin:
        def test_two(self) -> None:
            """The rule is overridden by a mixin."""

    with pytest.raises(TypeError, match="test_two"):

        class Backend(Mixin, Kit):
            pass


def test_override_needs_a_reasoned_xfail() -> None:
    """An override with a reasoned xfail is accepted, one without a reason is refused."""

    class Backend(Kit):
        @pytest.mark.xfail(reason="the platform has no receipts")
        def test_one(self) -> None:
            """The rule is overridden with a reason."""

    assert dropped_rules(Backend) == []
    with pytest.raises(TypeError, match="test_one"):

        class Lazy(Kit):
            @pytest.mark.xfail
            def test_one(self) -> None:
                """The rule is overridden without a reason."""


def test_rules_are_numbered_once() -> None:
    """A kit's rules are numbered, each number once, and can be listed for the documentation."""
    assert kit_rules(Kit) == {"X-01": "One holds.", "X-02": "Two holds."}
    with pytest.raises(TypeError, match="number"):

        class Unnumbered(ConformanceKit, kit=True):
            def test_three(self) -> None:
                """A rule without a number."""

    with pytest.raises(TypeError, match="X-02 is taken"):

        class Twice(Kit, kit=True):
            def test_three(self) -> None:
                """X-02 Three holds."""


def test_storage_rules_have_unique_numbers() -> None:
    """Every storage rule has a unique number with the prefix `S-`."""
    assert all(number.startswith("S-") for number in kit_rules(StorageConformance))
