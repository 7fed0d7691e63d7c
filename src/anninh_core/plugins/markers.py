"""The two marks of the plugin door: `hookimpl` for plugin authors, `hookspec` for our own specifications."""

import pluggy

PROJECT = "anninh"

hookspec: pluggy.HookspecMarker = pluggy.HookspecMarker(PROJECT)
hookimpl: pluggy.HookimplMarker = pluggy.HookimplMarker(PROJECT)
