"""Writing of a commune's profile from a few answers."""

from pathlib import Path
from string import Template
from typing import Any

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.toml import format_toml_value, parse_toml
from anninh_core.profile.authoring.answers import CommuneAnswers, to_slug
from anninh_core.profile.authoring.form_files import list_province_kinds, list_unit_kinds, load_form_words, read_form
from anninh_core.profile.checks.everything import check_source
from anninh_core.profile.loader import read_profile
from anninh_core.profile.source import ProfileSource

BASE = "co_so_2025"
_FORMS = ("district", "units", "reports", "wording")
_AREA = """
[units.{key}]
name = {name}
level = "area"
kind = "residential_area"
parent = {parent}
"""


def profile_id(answers: CommuneAnswers) -> str:
    """Return the id of the profile that is made from the answers; it is valid as a folder's name."""
    return f"{answers.kind}_{to_slug(answers.name)}".replace("-", "_")


def default_agency() -> str:
    """Return the default name of the body that signs, which is that of the base profile."""
    agency: str = read_profile(BASE).data["report_frame"]["agency"]
    return agency


def write_commune(answers: CommuneAnswers, folder: Path) -> list[Path]:
    """Write the profile of a commune into a folder, and return its files.

    Raises:
        BadInput: the folder already has a profile. Nothing is written.
        BadProfile: the answers don't make a valid profile. Nothing is written.
    """
    if any(folder.glob("*.toml")):
        raise BadInput("{folder} already has a profile, and nothing was changed: name another folder.", folder=folder)
    base = read_profile(BASE)
    values = _build_values(answers, base)
    texts = {f"{name}.toml": Template(read_form(name)).substitute(values) for name in _FORMS}
    _check_texts(texts, folder, base)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _check_texts(texts: dict[str, str], folder: Path, base: ProfileSource) -> None:
    data: dict[str, Any] = {}
    for text in texts.values():
        data |= parse_toml(text)
    data.pop("extends")
    _, faults = check_source(base.extended_by(ProfileSource(str(folder), data)))
    if faults:
        raise faults[0].to_profile_error(len(faults) - 1)


def _build_values(answers: CommuneAnswers, base: ProfileSource) -> dict[str, str]:
    """Return the values for the placeholders of the profile's forms, as TOML."""
    facts = _build_quoted_values(answers)
    root = str(facts["root"])
    police = str(facts["police"])
    areas = (
        _AREA.format(
            key=format_toml_value(f"{root}/{to_slug(area)}"),
            name=format_toml_value(area),
            parent=format_toml_value(root),
        )
        for area in answers.areas
    )
    return {
        **{name: format_toml_value(value) for name, value in facts.items()},
        "start": answers.start.isoformat(),
        "province_id": str(facts["province_id_text"]),
        "root_key": root,
        "police_key": str(facts["police_id"]),
        "areas": "".join(areas).strip("\n"),
        "help": _escape_multiline(base.data["wording"]["help"].strip("\n")),
        "police_text": _escape_multiline(_escape_braces(police)),
        "address": _escape_multiline(_escape_braces(answers.address)),
        "hotline": _escape_multiline(_escape_braces(answers.hotline)),
    }


def _build_quoted_values(answers: CommuneAnswers) -> dict[str, object]:
    """Return the values for the placeholders of the profile's forms that are written in quotes."""
    words = load_form_words()
    kind = list_unit_kinds()[answers.kind]
    unit = f"{kind} {answers.name}"
    province_kind, word = next(
        entry for entry in list_province_kinds().items() if answers.province.startswith(f"{entry[1]} ")
    )
    addressee = words["addressee"].format(province=answers.province, province_kind=word)
    return {
        "id": profile_id(answers),
        "unit_capital": unit[:1].upper() + unit[1:],
        "root": f"{answers.kind.replace('_', '-')}-{to_slug(answers.name)}",
        "police_id": "cong-an",
        "province": answers.province,
        "province_id_text": to_slug(answers.province),
        "province_kind": province_kind,
        "unit": unit,
        "kind": answers.kind,
        "code": answers.code,
        "aliases": list(answers.aliases),
        "head": words["head"].format(kind=kind),
        "police": words["police"].format(unit=unit),
        "police_head": words["police_head"].format(kind=kind),
        "police_documents": words["police_documents"][answers.kind],
        "superior": _escape_braces(f"UBND {unit.upper()}"),
        "agency": _escape_braces(answers.agency),
        "addressee": _escape_braces(addressee),
    }


def _escape_multiline(text: str) -> str:
    """Return a text escaped for a TOML string of several lines, without the quotes."""
    return format_toml_value(text)[1:-1].replace("\\n", "\n")


def _escape_braces(text: str) -> str:
    """Return a text escaped for the profile's wording, where braces mark placeholders."""
    return text.replace("{", "{{").replace("}", "}}")
