import pytest

from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.plugins import Catalogue


class Paper:
    name = "paper"


class OtherPaper:
    name = "paper"


class Nameless:
    pass


class Numbered:
    name = 7


def test_a_class_is_found_by_kind_and_name() -> None:
    """The same name may stand in two kinds."""
    catalogue = Catalogue([("formatter", Paper, "a"), ("messenger", OtherPaper, "b")])

    assert catalogue.find("formatter", "paper") is Paper
    assert catalogue.find("messenger", "paper") is OtherPaper


def test_an_unknown_name_lists_the_known_ones() -> None:
    """Whoever mistyped a name sees the right ones."""
    catalogue = Catalogue([("formatter", Paper, "a")])

    with pytest.raises(
        ConfigurationError, match=r"has a formatter named 'papr'\. Available names: paper\. Correct the name, or"
    ):
        catalogue.find("formatter", "papr")
    with pytest.raises(ConfigurationError, match=r"Available names: none\. Correct the name, or add the plugin that"):
        catalogue.find("storage", "paper")


@pytest.mark.parametrize("odd", [Nameless, Numbered, type("Empty", (), {"name": ""}), Paper()])
def test_what_has_no_name_or_cannot_be_called_is_refused(odd: object) -> None:
    """The message names the owner and the way out."""
    with pytest.raises(
        PluginRefused,
        match=r"Plugin 'a' registers <.*> as a formatter, but that isn't a class with a `name`: give the class a `name",
    ):
        Catalogue([("formatter", odd, "a")])


def test_a_name_taken_is_refused_with_both_owners() -> None:
    """Neither of two plugins wins in silence."""
    with pytest.raises(
        PluginRefused, match="'paper' is registered by plugin 'a' and again by 'b': give one of the two another `name`"
    ):
        Catalogue([("formatter", Paper, "a"), ("formatter", OtherPaper, "b")])


def test_the_same_class_twice_is_refused_too() -> None:
    """A plugin that registers a class twice is told so."""
    with pytest.raises(PluginRefused, match=r"'a' and again by 'a'"):
        Catalogue([("formatter", Paper, "a"), ("formatter", Paper, "a")])
