"""Functions that load a plugin for a kit, by the name of its entry point or as an object."""

import time
from collections.abc import Callable
from datetime import timedelta

from anninh_core.plugins.facade import PluginInfo, Plugins

AT_HAND = "tested"
"""The name under which a plugin is loaded that was given as an object."""


def load_alone(
    plugin: object,
    monotonic: Callable[[], float] = time.monotonic,
    budget: timedelta = timedelta(days=1),
) -> Plugins:
    """Load one plugin and no other; a string is the name of an installed plugin.

    Raises:
        ConfigurationError: the plugin can't be loaded; the error has the reason that an operator would read.
    """
    if isinstance(plugin, str):
        return Plugins([plugin], budget=budget, monotonic=monotonic)
    return Plugins([], extra={AT_HAND: plugin}, budget=budget, monotonic=monotonic)


def get_loaded_info(plugins: Plugins) -> PluginInfo:
    """Return the information that an operator sees about the one loaded plugin."""
    (info,) = (info for info in plugins.overview() if info.loaded)
    return info
