"""How the kits load a plugin: by the name of its entry point, or as an object at hand."""

import time
from collections.abc import Callable
from datetime import timedelta

from anninh_core.plugins.facade import PluginInfo, Plugins

AT_HAND = "tested"
"""What a plugin is called that isn't installed under a name."""


def load_alone(
    plugin: object,
    monotonic: Callable[[], float] = time.monotonic,
    budget: timedelta = timedelta(days=1),
) -> Plugins:
    """Load one plugin and no other; a text is the name of an installed one.

    Raises:
        ConfigurationError: it can't be loaded; the reason is told as it would be to an operator.
    """
    if isinstance(plugin, str):
        return Plugins([plugin], budget=budget, monotonic=monotonic)
    return Plugins([], extra={AT_HAND: plugin}, budget=budget, monotonic=monotonic)


def loaded_info(plugins: Plugins) -> PluginInfo:
    """Return what the operator sees of the one plugin that is loaded."""
    (info,) = (info for info in plugins.overview() if info.loaded)
    return info
