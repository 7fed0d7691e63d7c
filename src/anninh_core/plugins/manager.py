"""Load the plugins that the settings name, and nothing else; refuse on loading what could fail silently."""

from collections.abc import Iterator, Mapping, Sequence
from importlib.metadata import Distribution, EntryPoint, entry_points
from inspect import isroutine

import pluggy
from attrs import frozen

from anninh_core.kernel.errors import ConfigurationError, PluginRefused
from anninh_core.kernel.text import suggest
from anninh_core.plugins import hookspecs
from anninh_core.plugins.hookspecs import KINDS
from anninh_core.plugins.markers import PROJECT

GROUP = "anninh"
DEFAULT_PLUGINS = ("embedded", "formatters", "assisted", "opinions", "triage")


@frozen
class PluginSource:
    """Where a plugin comes from: module, distribution and version; the latter two are "" for one handed in."""

    name: str
    module: str
    distribution: str = ""
    version: str = ""


def installed_plugins() -> tuple[PluginSource, ...]:
    """Return every installed plugin by name, without importing any."""
    return tuple(
        sorted(map(_plugin_source, entry_points(group=GROUP)), key=lambda source: (source.name, source.distribution))
    )


def build_manager(
    names: Sequence[str], extra: Mapping[str, object]
) -> tuple[pluggy.PluginManager, tuple[PluginSource, ...]]:
    """Make a plugin manager with the named entry points and the plugins handed in, in this order.

    Raises:
        ConfigurationError: a named plugin isn't installed or can't be imported.
        PluginRefused: see `_register`; or one name twice.
    """
    plugins = [
        *_load_named(names),
        *((PluginSource(name, _module_of(plugin)), plugin) for name, plugin in extra.items()),
    ]
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    # pluggy calls the last registered first; we promise the order of the settings.
    for source, plugin in reversed(plugins):
        _register(manager, source.name, plugin)
    return manager, tuple(source for source, _ in plugins)


def implementations(manager: pluggy.PluginManager, hook: str) -> list[pluggy.HookImpl]:
    """Return the implementations of a hook in the order in which they are to be called."""
    caller: pluggy.HookCaller = getattr(manager.hook, hook)
    return caller.get_hookimpls()[::-1]


def _load_named(names: Sequence[str]) -> Iterator[tuple[PluginSource, object]]:
    points = entry_points(group=GROUP)
    owners: dict[Distribution | None, tuple[str, str]] = {}  # most plugins come from few distributions
    for name in names:
        point = _single_entry_point(name, [point for point in points if point.name == name], points.names)
        if point.dist not in owners:
            owners[point.dist] = _distribution(point)
        yield PluginSource(point.name, point.value, *owners[point.dist]), _import_plugin(point)


def _single_entry_point(name: str, found: Sequence[EntryPoint], known: set[str]) -> EntryPoint:
    if not found:
        raise ConfigurationError(
            f"plugin {name!r} is named in the settings but isn't installed{suggest(name, known)}; installed plugins: "
            f"{', '.join(sorted(known))}. Install the package that brings it, or take the name out of the settings"
        )
    if len(found) > 1:
        owners = " and ".join(sorted(_plugin_source(point).distribution for point in found))
        raise PluginRefused(f"plugin name {name!r} is offered by {owners}; uninstall one of them")
    return found[0]


def _import_plugin(point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:
        source = _plugin_source(point)
        raise ConfigurationError(
            f"plugin {source.name!r} of {source.distribution} {source.version} can't be imported from "
            f"{source.module!r}: {error}; repair that package or take the name out of the settings"
        ) from error


def _register(manager: pluggy.PluginManager, name: str, plugin: object) -> None:
    """Register a plugin, or raise `PluginRefused`.

    Refused are names taken, misspelt or unmarked hooks, unknown arguments, and wrappers: a wrapper could alter what
    other plugins said, and hides among the implementations that are called one by one.
    """
    if manager.has_plugin(name):
        raise PluginRefused(f"plugin name {name!r} is taken by {manager.get_plugin(name)!r}; name each plugin once")
    for attribute in dir(plugin):
        _check_attribute(manager, name, plugin, attribute)
    try:
        manager.register(plugin, name)
    except (ValueError, pluggy.PluginValidationError) as error:
        raise PluginRefused(f"plugin {name!r} is refused: {error}") from error


def _check_attribute(manager: pluggy.PluginManager, name: str, plugin: object, attribute: str) -> None:
    options = manager.parse_hookimpl_opts(plugin, attribute)
    if options is None:
        if attribute.startswith(f"{PROJECT}_") and isroutine(getattr(plugin, attribute)):
            raise PluginRefused(_unmarked_message(name, attribute))
        return
    hook = options["specname"] or attribute
    if hook not in KINDS:
        raise PluginRefused(f"plugin {name!r} implements {hook!r}, and there is no such hook{suggest(hook, KINDS)}")
    if options["wrapper"] or options["hookwrapper"]:
        raise PluginRefused(f"plugin {name!r} wraps {hook!r}; wrappers aren't taken, write a plain implementation")


def _unmarked_message(name: str, attribute: str) -> str:
    if attribute in KINDS:
        return f"plugin {name!r} has a function {attribute!r} that isn't marked; write @hookimpl above it"
    return (
        f"plugin {name!r} has a function {attribute!r}, and there is no such hook{suggest(attribute, KINDS)}; "
        f"names that start with {PROJECT}_ are kept for hooks"
    )


def _plugin_source(point: EntryPoint) -> PluginSource:
    return PluginSource(point.name, point.value, *_distribution(point))


def _distribution(point: EntryPoint) -> tuple[str, str]:
    """Return name and version of the distribution; its metadata is parsed anew whenever it is asked for."""
    assert point.dist is not None  # it came out of a listing of distributions
    metadata = point.dist.metadata
    return metadata["Name"], metadata["Version"]


def _module_of(plugin: object) -> str:
    return getattr(plugin, "__name__", type(plugin).__qualname__)
