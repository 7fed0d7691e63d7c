"""`anninh profiles`: shipped profiles, profiles of one's own, and days off for calendars."""

from gettext import gettext as _
from pathlib import Path

import click

from anninh_core.cli.administration.profile_making import check, new
from anninh_core.cli.options import FILE
from anninh_core.cli.results import output_json_facts, output_rows, output_sentence, with_json_option
from anninh_core.kernel.errors import BadInput
from anninh_core.profile import list_shipped_profiles, load_profile


@click.group(invoke_without_command=True)
@with_json_option
@click.pass_context
def profiles(context: click.Context) -> None:
    """Show the shipped profiles."""
    if context.invoked_subcommand is not None:
        return
    districts = [(name, load_profile(name)) for name in list_shipped_profiles()]
    output_rows(
        [
            {
                "profile": name,
                "version": district.version,
                "valid_from": district.valid_from,
                "units": len(district.units),
                "authority": district.name,
            }
            for name, district in districts
        ],
        {
            "profile": _("profile"),
            "version": _("version"),
            "valid_from": _("valid from"),
            "units": _("units"),
            "authority": _("authority"),
        },
        right=("units",),
        empty=_("No profile is shipped."),
    )


@profiles.command()
@click.argument("year", type=int)
@click.option("--out", type=FILE, metavar="FILE", help="Write them there; it must not exist.  [default: print them]")
@with_json_option
def calendar(year: int, *, out: Path | None) -> None:
    """Write the days off expected in YEAR, as lines for the `[calendar]` of a profile.

    They come from the data set `holidays`, with its version in the lines, and are provisional: no authority has decided
    them. Put them into the profile's calendar by hand; running code reads the profile and nothing else.
    """
    from anninh_core.profile.holiday_days import find_expected_days_off  # noqa: PLC0415  only this command needs it

    try:
        lines = find_expected_days_off(year).to_toml()
    except BadInput as wrong:
        raise click.BadParameter(str(wrong), param_hint="YEAR") from None
    if out is None:
        output_sentence("{lines}", lines=lines.rstrip("\n"), year=year)
        return
    try:
        with out.open("x", encoding="utf-8") as file:
            file.write(lines)
    except FileExistsError:
        problem = _("{file} is there already; name another file").format(file=out)
        raise click.BadParameter(problem, param_hint="--out") from None
    output_json_facts(year=year)
    output_sentence(_("{file}: days off expected in {day_year}"), file=out, day_year=str(year))


profiles.add_command(new)
profiles.add_command(check)
