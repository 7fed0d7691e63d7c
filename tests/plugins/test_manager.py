import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace

import pluggy
import pytest

from anninh_core.kernel.errors import AnninhError, ConfigurationError, PluginRefused
from anninh_core.plugins import DEFAULT_PLUGINS, Plugins, hookimpl
from anninh_core.plugins.manager import list_installed_plugins

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


def build_plugin(**functions: object) -> SimpleNamespace:
    return SimpleNamespace(**functions)


def test_a_named_plugin_is_loaded(install: Install) -> None:
    """A plugin that the settings name is imported, and its classes can be found."""
    install("smoke", FORMATTER)

    plugins = Plugins(["smoke"])

    assert plugins.formatter("smoke").__name__ == "Smoke"


def test_an_installed_plugin_that_is_not_named_is_not_imported(install: Install) -> None:
    """An installed plugin that isn't named is not imported into the process that holds the keys."""
    install("quiet", "raise SystemExit('imported')")
    install("smoke", FORMATTER)

    plugins = Plugins(["smoke"])

    assert "foreign_quiet" not in sys.modules
    assert "quiet" in {info.name for info in plugins.overview() if not info.loaded}


def test_mock_is_no_default_plugin() -> None:
    """The default plugins are all shipped ones except the mock messenger, which is loaded only if the settings name
    it.
    """
    assert set(DEFAULT_PLUGINS) <= {source.name for source in list_installed_plugins()}
    assert "mock" in {source.name for source in list_installed_plugins()}
    assert "mock" not in DEFAULT_PLUGINS


def test_missing_plugin_error_suggests_a_name(install: Install) -> None:
    """The error about a plugin that isn't installed lists the installed plugins, the nearest name and a way out."""
    install("smoke", EMPTY)

    with pytest.raises(
        ConfigurationError, match=r"'smoek' .*did you mean 'smoke'\?\)\. Installed plugins: .*\. Install the package"
    ):
        Plugins(["smoek"])


def test_a_named_plugin_that_cannot_be_imported_is_fatal(install: Install) -> None:
    """A named plugin that can't be imported keeps the app from opening, and the error keeps the cause."""
    install("broken", "import no_such_module_here", version="2.5")

    with pytest.raises(
        ConfigurationError, match=r"'broken' of package anninh-broken 2\.5 .*no_such_module_here.*: repair that"
    ) as caught:
        Plugins(["broken"])

    assert isinstance(caught.value.__cause__, ImportError)
    assert not isinstance(caught.value, AnninhError)


def test_name_of_two_distributions_is_refused(install: Install) -> None:
    """A plugin name that two distributions use is refused, so that no package can impersonate another plugin."""
    install("smoke", EMPTY, distribution="first-owner", module="foreign_first")
    install("smoke", EMPTY, distribution="second-owner", module="foreign_second")

    with pytest.raises(PluginRefused, match=r"'smoke' \(first-owner, second-owner\): uninstall all but one"):
        Plugins(["smoke"])


def test_the_same_plugin_named_twice_is_refused(install: Install) -> None:
    """Settings that name a plugin twice are refused."""
    install("smoke", EMPTY)

    with pytest.raises(PluginRefused, match=r"The plugin name 'smoke' is already used by .*: name each plugin once"):
        Plugins(["smoke", "smoke"])


def test_one_plugin_under_two_names_is_refused() -> None:
    """One object under two plugin names is refused, since its hooks would be called twice."""
    twice = ModuleType("twice")

    with pytest.raises(PluginRefused, match="'first'"):
        Plugins([], extra={"first": twice, "second": twice})


def test_extra_plugin_cannot_replace_a_named_plugin(install: Install) -> None:
    """A plugin that the program passes as an extra can't replace a plugin that the settings name."""
    install("smoke", EMPTY)

    with pytest.raises(PluginRefused, match=r"The plugin name 'smoke' is already used by .*: name each plugin once"):
        Plugins(["smoke"], extra={"smoke": build_plugin()})


def test_a_misspelt_hook_is_refused_with_a_suggestion() -> None:
    """A misspelt hook, which would never be called, is refused with a suggestion."""

    @hookimpl
    def anninh_formaters() -> list[type]:
        return []

    with pytest.raises(PluginRefused, match=r"'odd'.*'anninh_formaters'.*did you mean 'anninh_formatters'"):
        Plugins([], extra={"odd": build_plugin(anninh_formaters=anninh_formaters)})


def test_a_misspelt_specname_is_refused_even_if_marked_optional() -> None:
    """A misspelt `specname` is refused, even with `optionalhook`."""

    @hookimpl(specname="anninh_nothing", optionalhook=True)
    def implement_unknown_hook() -> None: ...

    with pytest.raises(PluginRefused, match="Plugin 'odd' implements 'anninh_nothing', which isn't a hook"):
        Plugins([], extra={"odd": build_plugin(look=implement_unknown_hook)})


def test_an_implementation_may_have_its_own_name() -> None:
    """A function with another name implements the hook that `specname` names."""

    @hookimpl(specname="anninh_formatters")
    def list_own_formatters() -> list[type]:
        return [type("Mine", (), {"name": "mine"})]

    assert Plugins([], extra={"own": build_plugin(mine=list_own_formatters)}).catalogue.names("formatter") == ("mine",)


def test_an_unmarked_hook_is_refused() -> None:
    """A hook without @hookimpl, which would do nothing, is refused."""

    def anninh_formatters() -> list[type]:
        return []

    with pytest.raises(PluginRefused, match="write @hookimpl above it"):
        Plugins([], extra={"odd": build_plugin(anninh_formatters=anninh_formatters)})


def test_unmarked_function_with_our_prefix_is_refused() -> None:
    """An unmarked function with our prefix is refused even if its name is misspelt, as the prefix is reserved for
    hooks.
    """

    def anninh_triage_opinions() -> None: ...

    with pytest.raises(PluginRefused, match="did you mean 'anninh_triage_opinion'"):
        Plugins([], extra={"odd": build_plugin(anninh_triage_opinions=anninh_triage_opinions)})


def test_a_module_with_our_prefix_is_no_hook() -> None:
    """A module such as `anninh_core`, imported inside a plugin, is not mistaken for a hook."""
    assert Plugins([], extra={"fine": build_plugin(anninh_core=pluggy)}).overview()[0].hooks == ()


def test_unknown_arguments_are_refused() -> None:
    """A hook with an argument that the specification doesn't have is refused, as every call would fail."""

    @hookimpl
    def anninh_triage_opinion(message: object, distrikt: object) -> None: ...

    with pytest.raises(PluginRefused, match=r"(?s)'odd'.*distrikt"):
        Plugins([], extra={"odd": build_plugin(anninh_triage_opinion=anninh_triage_opinion)})


@pytest.mark.parametrize("mark", [hookimpl(wrapper=True), hookimpl(hookwrapper=True)])
def test_wrappers_are_refused(mark: Callable[[Callable[[], object]], Callable[[], object]]) -> None:
    """A hook wrapper is refused, as it could alter the results of other plugins."""

    def anninh_triage_opinion() -> object:
        yield

    with pytest.raises(PluginRefused, match="'odd' wraps 'anninh_triage_opinion'"):
        Plugins([], extra={"odd": build_plugin(anninh_triage_opinion=mark(anninh_triage_opinion))})


def test_two_apps_have_two_managers() -> None:
    """The plugins of one app aren't visible in another."""

    @hookimpl
    def anninh_formatters() -> list[type]:
        return [type("Mine", (), {"name": "mine"})]

    first, second = Plugins([], extra={"own": build_plugin(anninh_formatters=anninh_formatters)}), Plugins([])

    assert first.catalogue.names("formatter") == ("mine",)
    assert second.catalogue.names("formatter") == ()
