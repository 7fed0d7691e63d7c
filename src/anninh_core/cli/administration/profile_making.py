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
from anninh_core.cli.results import is_json_output, output_rows, output_sentence, with_json_option
from anninh_core.kernel.clock import SystemClock
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput
from anninh_core.profile import list_shipped_profiles, load_profile
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
from anninh_core.profile.authoring.provinces import complete_answers, find_similar_communes, parse_listed_province
from anninh_core.profile.faults import ProfileFault


@frozen
class _Question:
    """A question that is asked for a missing option, with its words, the parser of the answer, and the suggestion."""

    words: str
    parse: Callable[[str], Any]
    suggested: Callable[[], str] = str


def _build_questions() -> dict[str, _Question]:
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
@with_json_option
def new(*, at: Path | None, **given: str | None) -> None:
    """Write the profile of a commune from eight answers; answers that no option gives are asked for.

    A program gives all of them but those with a default. The files can be changed by hand afterwards.
    """
    commune = complete_answers(CommuneAnswers(**_collect_answers(given)))
    folder = at or Path(profile_id(commune)).resolve()
    files = write_commune(commune, folder)
    district = load_profile(folder)
    output_sentence(
        _("{folder}: a profile of {authority}, in {files}"),
        folder=folder,
        authority=district.name,
        profile=district.id,
        files=[file.name for file in files],
        code=commune.code,
    )
    if not commune.code:
        _print_unlisted_commune(commune)
    output_sentence(_("next: anninh init DIR --profile {folder}").format(folder=folder))


@click.command()
@click.argument("profile", default="")
@at_option
@with_json_option
def check(profile: str, *, at: Path) -> None:
    """List everything in PROFILE that doesn't fit, with file, line and key.

    PROFILE is a file, a folder or the name of a shipped profile; by default the profile that anninh.toml names, or
    without anninh.toml the files of the folder. The exit code is 2 if something doesn't fit.
    """
    name = profile or _find_profile(at)
    if faults := check_profile(name):
        output_rows(
            map(_build_fault_row, faults),
            {"place": _("where"), "fault": _("what doesn't fit")},
            empty="",
            name="faults",
        )
        output_sentence(_("{count} to correct"), count=len(faults), profile=name)
        raise click.exceptions.Exit(2)
    district = load_profile(name)
    output_sentence(
        _("{profile} fits: {authority}, {units} units"),
        profile=name,
        authority=district.name,
        units=len(district.units),
        faults=[],
    )


def _print_unlisted_commune(commune: CommuneAnswers) -> None:
    """Print that no code is known for the commune, and which communes have a similar name."""
    words = _("the list of July 2025 has no unit of that name and kind in {province}: its code was left out")
    if near := find_similar_communes(commune.province, commune.name):
        words = _(
            "the list of July 2025 has no unit of that name and kind in {province}, but {near}: its code was left out"
        )
    output_sentence(words, province=commune.province, near=near)


def _collect_answers(given: dict[str, str | None]) -> dict[str, Any]:
    questions = _build_questions()
    missing = [key for key, question in questions.items() if given[key] is None and not question.suggested()]
    if missing and is_json_output():
        options = ", ".join(f"--{key}" for key in missing)
        raise click.UsageError(_("a program is asked nothing; give {options}, too").format(options=options))
    return {key: _find_answer(key, question, given[key]) for key, question in questions.items()}


def _find_answer(key: str, question: _Question, written: str | None) -> Any:
    """Return the parsed answer of an option, or ask until the answer is valid."""
    if written is None and is_json_output():
        written = question.suggested()
    if written is not None:
        try:
            return question.parse(written)
        except BadInput as wrong:
            raise click.BadParameter(translate_error(wrong), param_hint=f"--{key}") from None
    return click.prompt(
        question.words,
        default=question.suggested() or None,
        value_proc=_repeat_after_bad_input(question.parse),
        err=True,
    )


def _repeat_after_bad_input(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    def parse_answer(written: str) -> Any:
        try:
            return parse(written)
        except BadInput as wrong:
            raise click.UsageError(translate_error(wrong)) from None

    return parse_answer


def _find_profile(folder: Path) -> str:
    """Return the profile that a folder's anninh.toml names, or the folder itself if it has no anninh.toml."""
    if not (folder / FILE_NAME).is_file():
        return str(folder)
    profile = load_settings(folder).profile
    return profile if profile in list_shipped_profiles() else str(folder / profile)


def _build_fault_row(fault: ProfileFault) -> dict[str, object]:
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
