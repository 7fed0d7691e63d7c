"""Asking for secrets: hidden at a terminal, a line each from a pipe, and never from the command line."""

import sys

import click

from anninh_core.kernel.errors import BadInput


def ask_secret(what: str, *, optional: bool = False, confirm: bool = False) -> str:
    """Return a secret that somebody types.

    Args:
        optional: whether nothing may be typed.
        confirm: whether a person has to type it twice.

    Raises:
        BadInput: nothing was typed.
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
