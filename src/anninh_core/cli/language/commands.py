"""Commands whose help is in the language that is spoken."""

from copy import copy
from gettext import gettext
from inspect import cleandoc
from typing import TypeVar

import click

C = TypeVar("C", bound=click.Command)


def translate_command(command: C) -> C:
    """Return a command, and those below it, with translated help; what the catalogue lacks stays as it is."""
    made = copy(command)
    made.help = _translate(command.help)
    made.short_help = _translate(command.short_help)
    made.params = [_translate_parameter(one) for one in command.params]
    if isinstance(made, click.Group):
        made.commands = {name: translate_command(below) for name, below in made.commands.items()}
    return made


def _translate_parameter(parameter: click.Parameter) -> click.Parameter:
    if not isinstance(parameter, click.Option) or not parameter.help:
        return parameter
    made = copy(parameter)
    made.help = _translate(parameter.help)
    return made


def _translate(text: str | None) -> str | None:
    """Return the translation of a text, which stands in the catalogue without its margins."""
    return gettext(cleandoc(text)) if text else text  # "" asks gettext for the catalogue's head
