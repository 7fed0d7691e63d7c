"""Commands that other distributions provide; they are found without an import, and imported when they are called."""

from collections.abc import Mapping, Sequence
from copy import copy
from gettext import gettext as _
from importlib.metadata import EntryPoint, entry_points
from itertools import groupby

import click

from anninh_core.kernel.errors import ConfigurationError, MissingExtra, PluginRefused

GROUP = "anninh.commands"


class AdapterCommands:
    """The installed commands of other distributions.

    Args:
        taken: names of built-in commands, which no other distribution can use.
    """

    def __init__(self, taken: Sequence[str]) -> None:
        entry_points_by_name = sorted(entry_points(group=GROUP), key=_find_entry_point_name)
        self._points: Mapping[str, Sequence[EntryPoint]] = {
            name: [*points]
            for name, points in groupby(entry_points_by_name, _find_entry_point_name)
            if name not in taken
        }

    def lines(self) -> Mapping[str, str]:
        """Return each command's name and its line for the overview, without importing anything."""
        return {
            name: _("from {owners}").format(owners=_join_distributions(points)) for name, points in self._points.items()
        }

    def get(self, name: str) -> click.Command | None:
        """Import a command, or return None if no distribution offers it.

        Raises:
            PluginRefused: two distributions offer it.
            ConfigurationError: it can't be imported, or isn't a command.
            MissingExtra: an optional dependency of it isn't installed.
        """
        points = self._points.get(name, ())
        if len(points) > 1:
            raise PluginRefused(
                "Several packages offer the command {command!r} ({packages}): uninstall all but one of them.",
                command=name,
                packages=tuple(sorted(map(_find_distribution, points))),
            )
        return _name_origin(_import_command(points[0]), points[0]) if points else None


def _find_entry_point_name(point: EntryPoint) -> str:
    return point.name


def _find_distribution(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.module


def _join_distributions(points: Sequence[EntryPoint]) -> str:
    return " and ".join(sorted(map(_find_distribution, points)))


def _name_origin(command: click.Command, point: EntryPoint) -> click.Command:
    """Return a copy of a command that names its distribution in its help."""
    copied = copy(command)
    version = f" {point.dist.version}" if point.dist is not None else ""
    origin = _("This command comes from {owner}.").format(owner=f"{_find_distribution(point)}{version}")
    copied.epilog = f"{command.epilog}\n\n{origin}" if command.epilog else origin
    return copied


def _import_command(point: EntryPoint) -> click.Command:
    try:
        command = point.load()
    except MissingExtra:
        raise
    except Exception as error:
        raise ConfigurationError(
            "The command {command!r} of package {package} can't be imported from {point!r} ({reason}): "
            "repair or uninstall that package.",
            point=point.value,
            reason=error,
            command=point.name,
            package=_find_distribution(point),
        ) from error
    if not isinstance(command, click.Command):
        raise ConfigurationError(
            "The command {command!r} of package {package} isn't a click command ({point!r}): repair or "
            "uninstall that package.",
            point=point.value,
            command=point.name,
            package=_find_distribution(point),
        )
    return command
