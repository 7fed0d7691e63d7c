"""A profile of one commune, written from a few answers."""

from pathlib import Path
from string import Template
from typing import Any

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.toml import parse_toml, toml_value
from anninh_core.profile.authoring.answers import CommuneAnswers, slug_of
from anninh_core.profile.authoring.form_files import form_words, province_kinds, read_form, unit_kinds
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
    """Return the id of the profile made from some answers; it is valid as a folder's name."""
    return f"{answers.kind}_{slug_of(answers.name)}".replace("-", "_")


def default_agency() -> str:
    """Return the default of the body that signs: that of the base profile."""
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
    values = _values(answers, base)
    texts = {f"{name}.toml": Template(read_form(name)).substitute(values) for name in _FORMS}
    _check(texts, folder, base)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def _check(texts: dict[str, str], folder: Path, base: ProfileSource) -> None:
    data: dict[str, Any] = {}
    for text in texts.values():
        data |= parse_toml(text)
    data.pop("extends")
    _, faults = check_source(base.extended_by(ProfileSource(str(folder), data)))
    if faults:
        raise faults[0].to_error(len(faults) - 1)


def _values(answers: CommuneAnswers, base: ProfileSource) -> dict[str, str]:
    """Return the values for the forms' placeholders, as TOML."""
    facts = _facts(answers)
    root = str(facts["root"])
    police = str(facts["police"])
    areas = (
        _AREA.format(key=toml_value(f"{root}/{slug_of(area)}"), name=toml_value(area), parent=toml_value(root))
        for area in answers.areas
    )
    return {
        **{name: toml_value(value) for name, value in facts.items()},
        "start": answers.start.isoformat(),
        "province_id": str(facts["province_id_text"]),
        "root_key": root,
        "police_key": str(facts["police_id"]),
        "areas": "".join(areas).strip("\n"),
        "help": _inside(base.data["wording"]["help"].strip("\n")),
        "police_text": _inside(_as_wording(police)),
        "address": _inside(_as_wording(answers.address)),
        "hotline": _inside(_as_wording(answers.hotline)),
    }


def _facts(answers: CommuneAnswers) -> dict[str, object]:
    """Return the values that are written in quotes."""
    words = form_words()
    kind = unit_kinds()[answers.kind]
    unit = f"{kind} {answers.name}"
    province_kind, word = next(
        entry for entry in province_kinds().items() if answers.province.startswith(f"{entry[1]} ")
    )
    addressee = words["addressee"].format(province=answers.province, province_kind=word)
    return {
        "id": profile_id(answers),
        "unit_capital": unit[:1].upper() + unit[1:],
        "root": f"{answers.kind.replace('_', '-')}-{slug_of(answers.name)}",
        "police_id": "cong-an",
        "province": answers.province,
        "province_id_text": slug_of(answers.province),
        "province_kind": province_kind,
        "unit": unit,
        "kind": answers.kind,
        "code": answers.code,
        "aliases": list(answers.aliases),
        "head": words["head"].format(kind=kind),
        "police": words["police"].format(unit=unit),
        "police_head": words["police_head"].format(kind=kind),
        "police_documents": words["police_documents"][answers.kind],
        "superior": _as_wording(f"UBND {unit.upper()}"),
        "agency": _as_wording(answers.agency),
        "addressee": _as_wording(addressee),
    }


def _inside(text: str) -> str:
    """Return a text escaped for a TOML string of several lines, without the quotes."""
    return toml_value(text)[1:-1].replace("\\n", "\n")


def _as_wording(text: str) -> str:
    """Return a text escaped for wordings, where braces mark placeholders."""
    return text.replace("{", "{{").replace("}", "}}")
