import pytest

from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.plugins import Catalogue


class PaperAdapter:
    name = "paper"


class OtherPaperAdapter:
    name = "paper"


class NamelessAdapter:
    pass


class NumberedAdapter:
    name = 7


def test_a_class_is_found_by_kind_and_name() -> None:
    """A class is found by kind and name, and two kinds may use the same name."""
    catalogue = Catalogue([("formatter", PaperAdapter, "a"), ("messenger", OtherPaperAdapter, "b")])

    assert catalogue.find("formatter", "paper") is PaperAdapter
    assert catalogue.find("messenger", "paper") is OtherPaperAdapter


def test_an_unknown_name_lists_the_known_ones() -> None:
    """The error about an unknown name lists the available names."""
    catalogue = Catalogue([("formatter", PaperAdapter, "a")])

    with pytest.raises(
        ConfigurationError, match=r"has a formatter named 'papr'\. Available names: paper\. Correct the name, or"
    ):
        catalogue.find("formatter", "papr")
    with pytest.raises(ConfigurationError, match=r"Available names: none\. Correct the name, or add the plugin that"):
        catalogue.find("storage", "paper")


@pytest.mark.parametrize("odd", [NamelessAdapter, NumberedAdapter, type("Empty", (), {"name": ""}), PaperAdapter()])
def test_only_named_classes_can_be_registered(odd: object) -> None:
    """A registered object that isn't a class with a `name` is refused, and the error names the plugin and the way
    out.
    """
    with pytest.raises(
        PluginRefused,
        match=r"Plugin 'a' registers <.*> as a formatter, but that isn't a class with a `name`: give the class a `name",
    ):
        Catalogue([("formatter", odd, "a")])


def test_duplicate_name_is_refused_with_both_owners() -> None:
    """A name that two plugins register is refused, and the error names both plugins."""
    with pytest.raises(
        PluginRefused, match="'paper' is registered by plugin 'a' and again by 'b': give one of the two another `name`"
    ):
        Catalogue([("formatter", PaperAdapter, "a"), ("formatter", OtherPaperAdapter, "b")])


def test_class_registered_twice_is_refused() -> None:
    """A class that one plugin registers twice is refused."""
    with pytest.raises(PluginRefused, match=r"'a' and again by 'a'"):
        Catalogue([("formatter", PaperAdapter, "a"), ("formatter", PaperAdapter, "a")])
