"""The list of Vietnam's communes since July 2025, which others maintain; its source and licence are at its head."""

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib.resources import files

from attrs import evolve, frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import fold
from anninh_core.profile.authoring.answers import CommuneAnswers, parse_province
from anninh_core.profile.authoring.form_files import list_former_kinds, list_province_kinds, list_unit_kinds

_FILE = "communes.tsv"
_IN_PART = "*"


@frozen
class ListedCommune:
    """A unit directly below a province, as the list of July 2025 has it.

    Attributes:
        province: with its kind, such as `tỉnh Ninh Bình`.
        name: without its kind.
        former: names of the units that it was merged from, without their kinds; units that only belong to it in part
            are left out, as they name another place as well.
    """

    province: str
    code: str
    kind: str
    name: str
    former: tuple[str, ...]


def load_provinces() -> Mapping[str, Sequence[ListedCommune]]:
    """Return the provinces of the list, each with its communes, in the order of their codes."""
    provinces: dict[str, list[ListedCommune]] = {}
    for commune in _read_communes():
        provinces.setdefault(commune.province, []).append(commune)
    return provinces


def find_province(text: str) -> str:
    """Return the full name of a province, given with or without its kind and accents.

    Raises:
        BadInput: there is no such province; the message names the nearest.
    """
    names = {fold(name): name for name in load_provinces()}
    without_kind = {key.removeprefix(f"{fold(word)} "): key for key in names for word in list_province_kinds().values()}
    folded = without_kind.get(fold(text), fold(text))
    if folded in names:
        return names[folded]
    near = get_close_matches(folded, [*names, *without_kind], n=1)
    hint = names[without_kind.get(near[0], near[0])] if near else "tinh Dong Nai"
    raise BadInput(
        "{province!r} isn't in the list of provinces of July 2025: write it as in {example!r}.",
        province=text,
        example=hint,
    )


def parse_listed_province(text: str) -> str:
    """Return the full name of a province in the list of July 2025, or of another province that is named with its kind.

    Raises:
        BadInput: the province isn't in the list and is named without its kind.
    """
    try:
        return find_province(text)
    except BadInput:
        if not fold(text).startswith(tuple(f"{fold(word)} " for word in list_province_kinds().values())):
            raise
        return parse_province(text)


def complete_answers(answers: CommuneAnswers) -> CommuneAnswers:
    """Return the answers completed by the code and the former names of their commune, if the list contains it."""
    listed = find_commune(answers.province, answers.kind, answers.name)
    return evolve(answers, name=listed.name, code=listed.code, aliases=listed.former) if listed else answers


def find_commune(province: str, kind: str, name: str) -> ListedCommune | None:
    """Return the commune of the list with this name; None if the list has none, or several that only differ in
    accents.
    """
    folded = fold(name)
    matches = [
        commune
        for commune in load_provinces().get(province, ())
        if commune.kind == kind and fold(commune.name) == folded
    ]
    return next((commune for commune in matches if commune.name == name), matches[0] if len(matches) == 1 else None)


def find_similar_communes(province: str, name: str) -> list[str]:
    """Return the names of communes in a province that are similar to a name, with their kinds."""
    by_folded = {
        fold(commune.name): f"{list_unit_kinds()[commune.kind]} {commune.name}"
        for commune in load_provinces().get(province, ())
    }
    return [by_folded[folded] for folded in get_close_matches(fold(name), by_folded, n=3)]


def _read_communes() -> Iterator[ListedCommune]:
    text = (files("anninh_core.profile.authoring") / _FILE).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            _, province, code, kind, name, former = line.split("\t")
            whole = (unit for unit in former.split("; ") if unit and not unit.endswith(_IN_PART))
            names = dict.fromkeys(_strip_kind(unit) for unit in whole)
            yield ListedCommune(
                province, code, kind, name, tuple(former_name for former_name in names if former_name != name)
            )


def _strip_kind(unit: str) -> str:
    """Return the name of a unit, such as `phường Ninh Mỹ`, without the word for its kind; a unit with only a number as
    its name keeps the word.
    """
    kind = next(
        word for word in (*list_unit_kinds().values(), *list_former_kinds().values()) if unit.startswith(f"{word} ")
    )
    name = unit.removeprefix(f"{kind} ")
    return unit if name.isdigit() else name
