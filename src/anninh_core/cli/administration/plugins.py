"""`anninh plugins`: installed and loaded plugins, where they come from, and what they can do."""

from collections.abc import Iterable, Mapping
from gettext import gettext as _

import click

from anninh_core.app import App
from anninh_core.cli.folder import with_app
from anninh_core.cli.output import TextTable, echo, echo_json
from anninh_core.plugins.catalogue import KIND_OF_HOOK
from anninh_core.plugins.facade import PluginInfo
from anninh_core.ports.messengers.messenger import ABILITIES, Messenger


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@with_app
def plugins(app: App, as_json: bool) -> None:
    """Show the plugins, and what the configured messengers can do."""
    infos = app.internals.plugins.overview()
    if as_json:
        messengers = {instance: _list_abilities(messenger) for instance, messenger in app.internals.messengers.items()}
        echo_json({"plugins": [_build_plugin_data(plugin) for plugin in infos], "messengers": messengers})
        return
    rows = [
        (
            plugin.name,
            _("loaded") if plugin.loaded else _("not loaded"),
            _describe_origin(plugin),
            _describe_offers(plugin),
        )
        for plugin in infos
    ]
    headings = (_("plugin"), _("state"), _("from"), _("offers"))
    TextTable(headings=headings, rows=rows, empty=_("No plugin is installed.")).echo()
    for instance, messenger in app.internals.messengers.items():
        echo("\n" + _("Messenger {name}: {owner}").format(name=instance, owner=messenger.capabilities.owner))
        ability_rows = [
            (ability["name"], ability["support"], ability["note"]) for ability in _list_abilities(messenger)
        ]
        columns = (_("ability"), _("support"), _("why not more"))
        TextTable(headings=columns, rows=ability_rows, empty=_("It names no ability.")).echo()


def _describe_origin(plugin: PluginInfo) -> str:
    return f"{plugin.distribution} {plugin.version}" if plugin.distribution else _("the program")


def _describe_offers(plugin: PluginInfo) -> str:
    if not plugin.loaded:
        return _("name it in `plugins` of anninh.toml to load it")
    offers = [f"{kind}: {', '.join(names)}" for kind, names in plugin.offers.items()]
    hook_names = [hook.removeprefix("anninh_").replace("_", " ") for hook in _find_advising_hooks(plugin)]
    return "; ".join((*offers, *hook_names))


def _find_advising_hooks(plugin: PluginInfo) -> Iterable[str]:
    """Return the hooks of a plugin that advise or observe; the other hooks are listed by the names of the objects that
    they register.
    """
    return [hook for hook in plugin.hooks if hook not in KIND_OF_HOOK]


def _list_abilities(messenger: Messenger) -> list[Mapping[str, str]]:
    named_abilities = [(name, messenger.capabilities.of(name)) for name in ABILITIES]
    return [{"name": name, "support": ability.support.value, "note": ability.note} for name, ability in named_abilities]


def _build_plugin_data(plugin: PluginInfo) -> dict[str, object]:
    return {
        "name": plugin.name,
        "loaded": plugin.loaded,
        "distribution": plugin.distribution,
        "version": plugin.version,
        "module": plugin.module,
        "hooks": list(plugin.hooks),
        "offers": {kind: list(names) for kind, names in plugin.offers.items()},
    }
