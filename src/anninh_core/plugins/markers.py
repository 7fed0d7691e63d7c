"""The two markers of the plugin system: `hookimpl` for plugin authors, `hookspec` for this library's specifications."""

import pluggy

PROJECT = "anninh"

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)
