"""Translation of the help of commands."""

from copy import copy
from gettext import gettext
from inspect import cleandoc
from typing import TypeVar

import click

C = TypeVar("C", bound=click.Command)


def translate_command(command: C) -> C:
    """Return a copy of a command and its subcommands with translated help; texts that the catalogue lacks stay as they
    are.
    """
    translated = copy(command)
    translated.help = _translate(command.help)
    translated.short_help = _translate(command.short_help)
    translated.params = [_translate_parameter(parameter) for parameter in command.params]
    if isinstance(translated, click.Group):
        translated.commands = {name: translate_command(subcommand) for name, subcommand in translated.commands.items()}
    return translated


def _translate_parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    translated = copy(parameter)
    translated.help = _translate(parameter.help)
    return translated


def _translate(text: str | None) -> str | None:
    """Return the translation of a text; the catalogue has texts without their indentation."""
    return gettext(cleandoc(text)) if text else text  # For "", gettext would return the head of the catalogue.
