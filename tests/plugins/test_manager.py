import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pluggy
import pytest

from anninh_core.kernel.errors import AnninhError, ConfigurationError, PluginRefused
from anninh_core.plugins import DEFAULT_PLUGINS, Plugins, hookimpl
from anninh_core.plugins.manager import installed_plugins

Install = Callable[..., None]

EMPTY = "from anninh_core.plugins import hookimpl\n"
FORMATTER = """
from anninh_core.plugins import hookimpl

class Smoke:
    name = "smoke"

@hookimpl
def anninh_formatters():
    return [Smoke]
"""


def plugin(**functions: object) -> SimpleNamespace:
    return SimpleNamespace(**functions)


def test_a_named_plugin_is_loaded(install: Install) -> None:
    """What the settings name is imported and its classes can be found."""
    install("smoke", FORMATTER)

    plugins = Plugins(["smoke"])

    assert plugins.formatter("smoke").__name__ == "Smoke"


def test_an_installed_plugin_that_is_not_named_is_not_imported(install: Install) -> None:
    """Being installed is not enough to run in the process that holds the keys."""
    install("quiet", "raise SystemExit('imported')")
    install("smoke", FORMATTER)

    plugins = Plugins(["smoke"])

    assert "foreign_quiet" not in sys.modules
    assert "quiet" in {info.name for info in plugins.overview() if not info.loaded}


def test_the_default_is_our_own_without_the_mock() -> None:
    """The mock messenger is never loaded unless somebody names it."""
    assert set(DEFAULT_PLUGINS) <= {source.name for source in installed_plugins()}
    assert "mock" in {source.name for source in installed_plugins()}
    assert "mock" not in DEFAULT_PLUGINS


def test_a_plugin_that_is_not_installed_is_named_with_the_way_out(install: Install) -> None:
    """The message tells what is installed, the nearest name and what to do."""
    install("smoke", EMPTY)

    with pytest.raises(
        ConfigurationError, match=r"'smoek' .*did you mean 'smoke'\?\)\. Installed plugins: .*\. Install the package"
    ):
        Plugins(["smoek"])


def test_a_named_plugin_that_cannot_be_imported_is_fatal(install: Install) -> None:
    """A configured part is missing, so the app doesn't open; the cause is kept."""
    install("broken", "import no_such_module_here", version="2.5")

    with pytest.raises(
        ConfigurationError, match=r"'broken' of package anninh-broken 2\.5 .*no_such_module_here.*: repair that"
    ) as caught:
        Plugins(["broken"])

    assert isinstance(caught.value.__cause__, ImportError)
    assert not isinstance(caught.value, AnninhError)


def test_one_name_from_two_distributions_is_refused_with_both_owners(install: Install) -> None:
    """Nobody can slip in under a name that somebody else has."""
    install("smoke", EMPTY, distribution="first-owner", module="foreign_first")
    install("smoke", EMPTY, distribution="second-owner", module="foreign_second")

    with pytest.raises(PluginRefused, match=r"'smoke' \(first-owner, second-owner\): uninstall all but one"):
        Plugins(["smoke"])


def test_the_same_plugin_named_twice_is_refused(install: Install) -> None:
    """A settings file that names a plugin twice is a mistake."""
    install("smoke", EMPTY)

    with pytest.raises(PluginRefused, match=r"The plugin name 'smoke' is already used by .*: name each plugin once"):
        Plugins(["smoke", "smoke"])


def test_one_plugin_under_two_names_is_refused() -> None:
    """Two names for one object would call it twice."""
    twice = ModuleType("twice")

    with pytest.raises(PluginRefused, match="'first'"):
        Plugins([], extra={"first": twice, "second": twice})


def test_a_name_handed_in_that_the_settings_have_is_refused(install: Install) -> None:
    """The program can't replace a named plugin in silence."""
    install("smoke", EMPTY)

    with pytest.raises(PluginRefused, match=r"The plugin name 'smoke' is already used by .*: name each plugin once"):
        Plugins(["smoke"], extra={"smoke": plugin()})


def test_a_misspelt_hook_is_refused_with_a_suggestion() -> None:
    """A hook nobody calls would be lost in silence."""

    @hookimpl
    def anninh_formaters() -> list[type]:
        return []

    with pytest.raises(PluginRefused, match=r"'odd'.*'anninh_formaters'.*did you mean 'anninh_formatters'"):
        Plugins([], extra={"odd": plugin(anninh_formaters=anninh_formaters)})


def test_a_misspelt_specname_is_refused_even_if_marked_optional() -> None:
    """Neither `specname` nor `optionalhook` opens a side door."""

    @hookimpl(specname="anninh_nothing", optionalhook=True)
    def look() -> None: ...

    with pytest.raises(PluginRefused, match="Plugin 'odd' implements 'anninh_nothing', which isn't a hook"):
        Plugins([], extra={"odd": plugin(look=look)})


def test_an_implementation_may_have_its_own_name() -> None:
    """`specname` says which hook a function is for."""

    @hookimpl(specname="anninh_formatters")
    def mine() -> list[type]:
        return [type("Mine", (), {"name": "mine"})]

    assert Plugins([], extra={"own": plugin(mine=mine)}).catalogue.names("formatter") == ("mine",)


def test_an_unmarked_hook_is_refused() -> None:
    """A forgotten @hookimpl would make a plugin that does nothing."""

    def anninh_formatters() -> list[type]:
        return []

    with pytest.raises(PluginRefused, match="write @hookimpl above it"):
        Plugins([], extra={"odd": plugin(anninh_formatters=anninh_formatters)})


def test_an_unmarked_function_with_our_prefix_is_refused() -> None:
    """The prefix is kept for hooks, so a misspelt and unmarked one is found as well."""

    def anninh_triage_opinions() -> None: ...

    with pytest.raises(PluginRefused, match="did you mean 'anninh_triage_opinion'"):
        Plugins([], extra={"odd": plugin(anninh_triage_opinions=anninh_triage_opinions)})


def test_a_module_with_our_prefix_is_no_hook() -> None:
    """`import anninh_core` inside a plugin is nobody's mistake."""
    assert Plugins([], extra={"fine": plugin(anninh_core=pluggy)}).overview()[0].hooks == ()


def test_unknown_arguments_are_refused() -> None:
    """An argument that the hook doesn't have would fail at every call."""

    @hookimpl
    def anninh_triage_opinion(message: object, distrikt: object) -> None: ...

    with pytest.raises(PluginRefused, match=r"(?s)'odd'.*distrikt"):
        Plugins([], extra={"odd": plugin(anninh_triage_opinion=anninh_triage_opinion)})


@pytest.mark.parametrize("mark", [hookimpl(wrapper=True), hookimpl(hookwrapper=True)])
def test_wrappers_are_refused(mark: Callable[[Callable[[], object]], Callable[[], object]]) -> None:
    """A wrapper could alter what other plugins said."""

    def anninh_triage_opinion() -> object:
        yield

    with pytest.raises(PluginRefused, match="'odd' wraps 'anninh_triage_opinion'"):
        Plugins([], extra={"odd": plugin(anninh_triage_opinion=mark(anninh_triage_opinion))})


def test_two_apps_have_two_managers() -> None:
    """Plugins of one app aren't seen by another."""

    @hookimpl
    def anninh_formatters() -> list[type]:
        return [type("Mine", (), {"name": "mine"})]

    first, second = Plugins([], extra={"own": plugin(anninh_formatters=anninh_formatters)}), Plugins([])

    assert first.catalogue.names("formatter") == ("mine",)
    assert second.catalogue.names("formatter") == ()
