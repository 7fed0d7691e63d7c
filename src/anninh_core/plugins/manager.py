"""Loading of the plugins that the settings name, and no others; a plugin that could fail silently is refused on
loading.
"""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, EntryPoint, entry_points
from inspect import isroutine

import pluggy
from attrs import frozen

from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.kernel.sentences import Sentence
from anninh_core.kernel.text import suggest_name
from anninh_core.plugins import hookspecs
from anninh_core.plugins.hookspecs import KINDS
from anninh_core.plugins.markers import PROJECT

GROUP = "anninh"
DEFAULT_PLUGINS = ("embedded", "formatters", "assisted", "opinions", "triage")


@frozen
class PluginSource:
    """Origin of a plugin: module, distribution and version; the latter two are "" for an injected plugin."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""


def list_installed_plugins() -> tuple[PluginSource, ...]:
    """Return every installed plugin by name, without importing any."""
    return tuple(
        sorted(
            map(_build_plugin_source, entry_points(group=GROUP)), key=lambda source: (source.name, source.distribution)
        )
    )


def build_manager(
    names: Sequence[str], extra: Mapping[str, object]
) -> tuple[pluggy.PluginManager, tuple[PluginSource, ...]]:
    """Build a plugin manager with the named entry points and the injected plugins, in this order.

    Raises:
        ConfigurationError: a named plugin isn't installed or can't be imported.
        PluginRefused: see `_register`; or a name occurs twice.
    """
    plugins = [
        *_load_named(names),
        *((PluginSource(name, _get_module_name(plugin)), plugin) for name, plugin in extra.items()),
    ]
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    # pluggy calls the last registered plugin first; anninh calls them in the order of the settings.
    for source, plugin in reversed(plugins):
        _register(manager, source.name, plugin)
    return manager, tuple(source for source, _ in plugins)


def list_implementations(manager: pluggy.PluginManager, hook: str) -> list[pluggy.HookImpl]:
    """Return the plugins' implementations of a hook in the order of their calls."""
    caller: pluggy.HookCaller = getattr(manager.hook, hook)
    return caller.get_hookimpls()[::-1]


def _load_named(names: Sequence[str]) -> Iterator[tuple[PluginSource, object]]:
    points = entry_points(group=GROUP)
    # The distributions are cached, as most plugins come from a few of them.
    owners: dict[Distribution | None, tuple[str, str]] = {}
    for name in names:
        point = _require_single_entry_point(name, [point for point in points if point.name == name], points.names)
        if point.dist not in owners:
            owners[point.dist] = _read_distribution(point)
        yield PluginSource(point.name, point.value, *owners[point.dist]), _import_plugin(point)


def _require_single_entry_point(name: str, matches: Sequence[EntryPoint], installed_names: set[str]) -> EntryPoint:
    if not matches:
        raise ConfigurationError(
            "Plugin {plugin!r} is named in the settings but isn't installed{suggestion}. Installed plugins: "
            "{allowed}. Install the package that provides it, or remove the name from the settings.",
            plugin=name,
            suggestion=suggest_name(name, installed_names),
            allowed=sorted(installed_names),
        )
    if len(matches) > 1:
        raise PluginRefused(
            "Several packages provide a plugin named {plugin!r} ({packages}): uninstall all but one of them.",
            plugin=name,
            packages=tuple(sorted(_build_plugin_source(point).distribution for point in matches)),
        )
    return matches[0]


def _import_plugin(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:
        source = _build_plugin_source(point)
        raise ConfigurationError(
            "Plugin {plugin!r} of package {package} {version} can't be imported from {module!r} ({reason}): "
            "repair that package, or remove the name from the settings.",
            plugin=source.name,
            package=source.distribution,
            version=source.version,
            module=source.module,
            reason=error,
        ) from error


def _register(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    """Register a plugin, or raise `PluginRefused`.

    Refused are names in use, misspelt or unmarked hooks, unknown arguments, and wrappers: a wrapper could alter other
    plugins' opinions, and isn't distinguishable among the implementations that are called one by one.
    """
    if manager.has_plugin(name):
        raise PluginRefused(
            "The plugin name {plugin!r} is already used by {existing}: name each plugin once.",
            plugin=name,
            existing=manager.get_plugin(name),
        )
    for attribute in dir(plugin):
        _check_attribute(manager, name, plugin, attribute)
    try:
        manager.register(plugin, name)
    except (ValueError, pluggy.PluginValidationError) as error:
        raise PluginRefused(
            "Plugin {plugin!r} can't be registered ({reason}): correct its hook functions.", plugin=name, reason=error
        ) from error


def _check_attribute(manager: pluggy.PluginManager, name: str, plugin: object, attribute: str) -> None:
    options = manager.parse_hookimpl_opts(plugin, attribute)
    if options is None:
        if attribute.startswith(f"{PROJECT}_") and isroutine(getattr(plugin, attribute)):
            raise PluginRefused(_explain_unmarked(name, attribute))
        return
    hook = options["specname"] or attribute
    if hook not in KINDS:
        raise PluginRefused(
            "Plugin {plugin!r} implements {hook!r}, which isn't a hook{suggestion}: correct the name.",
            plugin=name,
            hook=hook,
            suggestion=suggest_name(hook, KINDS),
        )
    if options["wrapper"] or options["hookwrapper"]:
        raise PluginRefused(
            "Plugin {plugin!r} wraps {hook!r}, but wrappers aren't allowed: write a plain implementation.",
            plugin=name,
            hook=hook,
        )


def _explain_unmarked(name: str, attribute: str) -> Sentence:
    if attribute in KINDS:
        return Sentence(
            "The function {function!r} of plugin {name!r} isn't marked: write @hookimpl above it.",
            function=attribute,
            name=name,
        )
    return Sentence(
        "There is no hook {function!r}, which plugin {name!r} has as a function{suggestion}: names that start with "
        "{prefix} are reserved for hooks.",
        function=attribute,
        name=name,
        suggestion=suggest_name(attribute, KINDS),
        prefix=f"{PROJECT}_",
    )


def _build_plugin_source(point: EntryPoint) -> PluginSource:
    return PluginSource(point.name, point.value, *_read_distribution(point))


def _read_distribution(point: EntryPoint) -> tuple[str, str]:
    """Return the name and the version of the distribution that contains an entry point; its metadata is parsed at each
    call.
    """
    assert point.dist is not None  # Entry points that are listed from distributions always have a distribution.
    metadata = point.dist.metadata
    return metadata["Name"], metadata["Version"]


def _get_module_name(plugin: object) -> str:
    return getattr(plugin, "__name__", type(plugin).__qualname__)
