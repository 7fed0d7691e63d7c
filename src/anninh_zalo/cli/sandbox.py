"""The command `anninh zalo sandbox`."""

import click


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> None:
    """Serve a pretend Zalo on this machine until Ctrl-C; --help shows its options.

    Its first line is JSON: the addresses, and what an application needs to speak to it.
    """
    from anninh_zalo.testing.__main__ import main  # noqa: PLC0415  nobody else needs the pretend Zalo

    click.get_current_context().exit(main(arguments, "anninh zalo sandbox"))
