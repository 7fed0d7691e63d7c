"""Plugins: hooks, the manager that loads what the settings name, and the typed facade over it."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.plugins.catalogue import Catalogue, Offer
    from anninh_core.plugins.facade import Failure, Opinions, PluginInfo, Plugins
    from anninh_core.plugins.hookspecs import KINDS, HookKind
    from anninh_core.plugins.manager import DEFAULT_PLUGINS, GROUP
    from anninh_core.plugins.markers import hookimpl

__all__ = [
    "DEFAULT_PLUGINS",
    "GROUP",
    "KINDS",
    "Catalogue",
    "Failure",
    "HookKind",
    "Offer",
    "Opinions",
    "PluginInfo",
    "Plugins",
    "hookimpl",
]

lazy(
    __name__,
    {
        "Catalogue": "catalogue",
        "DEFAULT_PLUGINS": "manager",
        "Failure": "facade",
        "GROUP": "manager",
        "HookKind": "hookspecs",
        "KINDS": "hookspecs",
        "Offer": "catalogue",
        "Opinions": "facade",
        "PluginInfo": "facade",
        "Plugins": "facade",
        "hookimpl": "markers",
    },
)
