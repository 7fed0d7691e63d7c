"""`anninh profiles`: what a new authority can start from, and days off for its calendar."""

from pathlib import Path

import click

from anninh_core.cli.options import FILE
from anninh_core.cli.output import TextTable, echo
from anninh_core.kernel.errors import BadInput
from anninh_core.profile import load_profile, shipped_profiles


@click.group(invoke_without_command=True)
@click.pass_context
def profiles(context: click.Context) -> None:
    """Show the shipped profiles."""
    if context.invoked_subcommand is not None:
        return
    districts = [(name, load_profile(name)) for name in shipped_profiles()]
    rows = [
        (name, district.version, str(district.valid_from), str(len(district.units)), district.name)
        for name, district in districts
    ]
    headings = ("profile", "version", "valid from", "units", "authority")
    TextTable(headings=headings, rows=rows, right=("units",), empty="No profile is shipped.").echo()


@profiles.command()
@click.argument("year", type=int)
@click.option("--out", type=FILE, metavar="FILE", help="Write them there; it must not exist.  [default: print them]")
def calendar(year: int, *, out: Path | None) -> None:
    """Write the days off expected in YEAR, as lines for the `[calendar]` of a profile.

    They come from the data set `holidays`, whose version stands in them, and are provisional: nobody has decided
    them. Put them into the profile's calendar by hand; running code reads the profile and nothing else.
    """
    from anninh_core.profile.holiday_days import expect_days_off  # noqa: PLC0415  only this command needs it

    try:
        lines = expect_days_off(year).to_toml()
    except BadInput as wrong:
        raise click.BadParameter(str(wrong), param_hint="YEAR") from None
    if out is None:
        echo(lines, nl=False)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(lines)
    except FileExistsError:
        raise click.BadParameter(f"{out} is there already; name another file", param_hint="--out") from None
    echo(f"{out}: days off expected in {year}")
