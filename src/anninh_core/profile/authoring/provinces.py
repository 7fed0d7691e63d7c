"""The communes of Vietnam since July 2025: a list that others keep, with its source and licence at its head."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.resources import files

from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import fold
from anninh_core.profile.authoring.answers import CommuneAnswers, parse_province
from anninh_core.profile.authoring.form_files import former_kinds, province_kinds, unit_kinds

_FILE = "communes.tsv"
_IN_PART = "*"


@frozen
class ListedCommune:
    """A unit right below a province.

    Attributes:
        province: with its kind, as `tỉnh Ninh Bình`.
        name: without its kind.
        former: names of the units that it was merged from, without their kinds; those of which it has only a part are
            left out, for they name another place as well.
    """

    province: str
    code: str
    kind: str
    name: str
    former: tuple[str, ...]


def load_provinces() -> Mapping[str, Sequence[ListedCommune]]:
    """Return the provinces, each with its communes, in the order of their codes."""
    provinces: dict[str, list[ListedCommune]] = {}
    for commune in _rows():
        provinces.setdefault(commune.province, []).append(commune)
    return provinces


def find_province(text: str) -> str:
    """Return a province by its name, with or without its kind and accents.

    Raises:
        BadInput: there is none; the sentence names the nearest.
    """
    names = {fold(name): name for name in load_provinces()}
    without_kind = {key.removeprefix(f"{fold(word)} "): key for key in names for word in province_kinds().values()}
    wanted = without_kind.get(fold(text), fold(text))
    if wanted in names:
        return names[wanted]
    near = get_close_matches(wanted, [*names, *without_kind], n=1)
    hint = names[without_kind.get(near[0], near[0])] if near else "tinh Dong Nai"
    raise BadInput(
        "{province!r} isn't in the list of provinces of July 2025: write it as in {example!r}.",
        province=text,
        example=hint,
    )


def parse_listed_province(text: str) -> str:
    """Return a province of the list, or another that is named with its kind: the list is of July 2025.

    Raises:
        BadInput: it is in no list, and doesn't say what it is.
    """
    try:
        return find_province(text)
    except BadInput:
        if not fold(text).startswith(tuple(f"{fold(word)} " for word in province_kinds().values())):
            raise
        return parse_province(text)


def complete_answers(answers: CommuneAnswers) -> CommuneAnswers:
    """Return the answers with the code and the former names of their commune, where the list has it."""
    listed = find_commune(answers.province, answers.kind, answers.name)
    return evolve(answers, name=listed.name, code=listed.code, aliases=listed.former) if listed else answers


def find_commune(province: str, kind: str, name: str) -> ListedCommune | None:
    """Return a commune of the list, None where it has none that is called so."""
    wanted = fold(name)
    found = [one for one in load_provinces().get(province, ()) if one.kind == kind and fold(one.name) == wanted]
    return next((one for one in found if one.name == name), found[0] if len(found) == 1 else None)


def near_communes(province: str, name: str) -> list[str]:
    """Return the communes of a province whose names are like one, with their kinds."""
    named = {fold(one.name): f"{unit_kinds()[one.kind]} {one.name}" for one in load_provinces().get(province, ())}
    return [named[one] for one in get_close_matches(fold(name), named, n=3)]


def _rows() -> Iterator[ListedCommune]:
    text = (files("anninh_core.profile.authoring") / _FILE).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            _, province, code, kind, name, former = line.split("\t")
            whole = (one for one in former.split("; ") if one and not one.endswith(_IN_PART))
            names = dict.fromkeys(_without_kind(one) for one in whole)
            yield ListedCommune(province, code, kind, name, tuple(one for one in names if one != name))


def _without_kind(unit: str) -> str:
    """Return `phường Ninh Mỹ` without the word for its kind; what is only a number keeps it."""
    kind = next(word for word in (*unit_kinds().values(), *former_kinds().values()) if unit.startswith(f"{word} "))
    name = unit.removeprefix(f"{kind} ")
    return unit if name.isdigit() else name
