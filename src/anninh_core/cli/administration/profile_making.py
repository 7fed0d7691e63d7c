"""`anninh profiles new` and `check`: write a profile from eight answers, and list all faults of a profile."""

from collections.abc import Callable
from gettext import gettext as _
from pathlib import Path
from typing import Any

import click
from attrs import frozen

from anninh_core.app import FILE_NAME, load_settings
from anninh_core.cli.language.phrasing import translate_error, translate_sentence
from anninh_core.cli.options import FOLDER, at_option
from anninh_core.cli.results import answers, for_programs, say, show_rows
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.profile import load_profile, shipped_profiles
from anninh_core.profile.authoring.answers import (
    CommuneAnswers,
    parse_address,
    parse_agency,
    parse_areas,
    parse_hotline,
    parse_kind,
    parse_name,
    parse_start,
)
from anninh_core.profile.authoring.checking import check_profile
from anninh_core.profile.authoring.commune import default_agency, profile_id, write_commune
from anninh_core.profile.authoring.provinces import complete_answers, near_communes, parse_listed_province
from anninh_core.profile.faults import ProfileFault


@frozen
class _Question:
    """A question for a missing option: its words, the parser of the answer, and the suggestion."""

    words: str
    parse: Callable[[str], Any]
    suggested: Callable[[], str] = str


def _questions() -> dict[str, _Question]:
    return {
        "name": _Question(_("Name of the commune, ward or special zone"), parse_name),
        "kind": _Question(_("What it is: xa (commune), phuong (ward) or dac_khu (special zone)"), parse_kind),
        "province": _Question(_("Province above it, such as 'tinh Dong Nai'"), parse_listed_province),
        "areas": _Question(_("Residential areas, with commas"), parse_areas),
        "agency": _Question(_("Body that signs official papers"), parse_agency, default_agency),
        "hotline": _Question(_("Telephone number of the police office"), parse_hotline),
        "address": _Question(_("Address of the police office"), parse_address),
        "start": _Question(
            _("Day from which it is valid and reports count"),
            parse_start,
            lambda: local_date(SystemClock().now()).isoformat(),
        ),
    }


@click.command()
@click.option("--at", type=FOLDER, metavar="DIR", help="Folder for the profile.  [default: one called after its id]")
@click.option("--name", help="Name of the commune, ward or special zone.")
@click.option("--kind", help="What it is: xa, phuong or dac_khu.")
@click.option("--province", help="Province above it, such as 'tinh Dong Nai'.")
@click.option("--areas", help="Its residential areas, with commas.")
@click.option("--agency", help="Body that signs official papers.")
@click.option("--hotline", help="Telephone number of the police office.")
@click.option("--address", help="Address of the police office.")
@click.option("--start", metavar="DAY", help="Day from which it is valid and reports count.")
@answers
def new(*, at: Path | None, **given: str | None) -> None:
    """Write the profile of a commune from eight answers; answers that no option gives are asked for.

    A program gives all of them but those with a default. The files can be changed by hand afterwards.
    """
    commune = complete_answers(CommuneAnswers(**_answer_all(given)))
    folder = at or Path(profile_id(commune)).resolve()
    files = write_commune(commune, folder)
    district = load_profile(folder)
    say(
        _("{folder}: a profile of {authority}, in {files}"),
        folder=folder,
        authority=district.name,
        profile=district.id,
        files=[file.name for file in files],
        code=commune.code,
    )
    if not commune.code:
        _say_unlisted(commune)
    say(_("next: anninh init DIR --profile {folder}").format(folder=folder))


@click.command()
@click.argument("profile", default="")
@at_option
@answers
def check(profile: str, *, at: Path) -> None:
    """List everything in PROFILE that doesn't fit, with file, line and key.

    PROFILE is a file, a folder or the name of a shipped profile; by default the profile that anninh.toml names, or
    without anninh.toml the files of the folder. The exit code is 2 if something doesn't fit.
    """
    name = profile or _profile_of(at)
    if faults := check_profile(name):
        show_rows(map(_row, faults), {"place": _("where"), "fault": _("what doesn't fit")}, empty="", name="faults")
        say(_("{count} to correct"), count=len(faults), profile=name)
        raise click.exceptions.Exit(2)
    district = load_profile(name)
    say(
        _("{profile} fits: {authority}, {units} units"),
        profile=name,
        authority=district.name,
        units=len(district.units),
        faults=[],
    )


def _say_unlisted(commune: CommuneAnswers) -> None:
    """Print that no code is known for the commune, and which communes have a similar name."""
    words = _("the list of July 2025 has no unit of that name and kind in {province}: its code was left out")
    if near := near_communes(commune.province, commune.name):
        words = _(
            "the list of July 2025 has no unit of that name and kind in {province}, but {near}: its code was left out"
        )
    say(words, province=commune.province, near=near)


def _answer_all(given: dict[str, str | None]) -> dict[str, Any]:
    questions = _questions()
    missing = [key for key, question in questions.items() if given[key] is None and not question.suggested()]
    if missing and for_programs():
        options = ", ".join(f"--{key}" for key in missing)
        raise click.UsageError(_("a program is asked nothing; give {options}, too").format(options=options))
    return {key: _find_answer(key, question, given[key]) for key, question in questions.items()}


def _find_answer(key: str, question: _Question, written: str | None) -> Any:
    """Return the parsed answer of an option, or ask until the answer is valid."""
    if written is None and for_programs():
        written = question.suggested()
    if written is not None:
        try:
            return question.parse(written)
        except BadInput as wrong:
            raise click.BadParameter(translate_error(wrong), param_hint=f"--{key}") from None
    return click.prompt(
        question.words, default=question.suggested() or None, value_proc=_asking_again(question.parse), err=True
    )


def _asking_again(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def read(written: str) -> Any:
        try:
            return parse(written)
        except BadInput as wrong:
            raise click.UsageError(translate_error(wrong)) from None

    return read


def _profile_of(folder: Path) -> str:
    """Return the profile of a folder with anninh.toml, else the folder itself."""
    if not (folder / FILE_NAME).is_file():
        return str(folder)
    profile = load_settings(folder).profile
    return profile if profile in shipped_profiles() else str(folder / profile)


def _row(fault: ProfileFault) -> dict[str, object]:
    problem = translate_sentence(fault.problem)
    way_out = translate_sentence(fault.way_out)
    return {
        "place": ":".join(filter(None, (fault.file, str(fault.line or "")))),
        "fault": ": ".join(filter(None, (fault.place, f"{problem}; {way_out}"))),
        "file": fault.file,
        "line": fault.line,
        "key": fault.place,
        "problem": fault.problem,
        "way_out": fault.way_out,
    }
