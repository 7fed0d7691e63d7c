"""Prompts for secrets: a secret is typed hidden at a terminal, or read as a line from a pipe, and is never part of the
command line.
"""

import sys

import click

from anninh_core.kernel.errors import BadInput


def ask_secret(what: str, *, optional: bool = False, confirm: bool = False) -> str:
    """Read a secret from the terminal or from a pipe.

    Args:
        optional: whether an empty value is allowed.
        confirm: whether a person has to type the secret twice.

    Raises:
        BadInput: the value is empty and not `optional`.
    """
    if sys.stdin.isatty():
        default = "" if optional else None
        typed: str = click.prompt(
            what, hide_input=True, err=True, default=default, show_default=False, confirmation_prompt=confirm
        )
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    if not typed and not optional:
        raise BadInput(
            "{field} is empty: type it, or in a pipe write each value on a line of standard input.", field=what
        )
    return typed
