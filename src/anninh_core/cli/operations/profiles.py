"""`anninh profiles`: what a new authority can start from."""

import click

from anninh_core.cli.output import TextTable
from anninh_core.profile import load_profile, shipped_profiles


@click.command()
def profiles() -> None:
    """Show the shipped profiles."""
    districts = [(name, load_profile(name)) for name in shipped_profiles()]
    rows = [
        (name, district.version, str(district.valid_from), str(len(district.units)), district.name)
        for name, district in districts
    ]
    headings = ("profile", "version", "valid from", "units", "authority")
    TextTable(headings=headings, rows=rows, right=("units",), empty="No profile is shipped.").echo()
