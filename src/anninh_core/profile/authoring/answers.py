"""The answers for a new profile, which are parsed, tidied, and rejected with a hint if they don't fit."""

import re
from datetime import date

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import fold, nfc, normalize_spaces
from anninh_core.profile.authoring.form_files import list_province_kinds, list_unit_kinds

_LONGEST_NAME = 80
_LONGEST_TEXT = 200


@frozen(kw_only=True)
class CommuneAnswers:
    """The answers about a commune.

    Attributes:
        name: its name without the word for its kind.
        kind: one of `unit_kinds`.
        province: the superior, with its kind: `tỉnh Đồng Nai`.
        areas: names of the residential areas.
        agency: body that signs, as in the head of its documents.
        hotline: telephone number of the police office.
        address: address of the police office.
        start: first day on which the profile is valid and reports count.
        code: official code of the unit, "" if unknown.
        aliases: other names of the place, such as those it was merged from.
    """

    name: str
    kind: str
    province: str
    areas: tuple[str, ...]
    agency: str
    hotline: str
    address: str
    start: date
    code: str = ""
    aliases: tuple[str, ...] = ()


def parse_name(text: str) -> str:
    """Return the name of a commune without the word for its kind."""
    name = _capitalize_name(_require_text(text))
    for word in list_unit_kinds().values():
        if name.casefold().startswith(f"{word} "):
            name = _capitalize_name(name[len(word) + 1 :])
    if not to_slug(name):
        raise BadInput("{text!r} has no letter or digit to make an id from: write the name of the place.", text=text)
    return name


def parse_kind(text: str) -> str:
    """Return the code of a kind of unit, given as its code or its words."""
    kind = to_slug(text).replace("-", "_")
    if kind not in list_unit_kinds():
        raise BadInput(
            "{kind!r} isn't a kind of unit: choose one of {allowed}.", kind=text, allowed=tuple(list_unit_kinds())
        )
    return kind


def parse_province(text: str) -> str:
    """Return the superior of a commune with its kind: `Tỉnh Đồng Nai` becomes `tỉnh Đồng Nai`."""
    province = _require_text(text)
    for word in list_province_kinds().values():
        if province.casefold().startswith(f"{word} "):
            return f"{word} {_capitalize_name(province[len(word) + 1 :])}"
    raise BadInput(
        "{province!r} isn't a province: write it with its kind, as in 'tinh Dong Nai' or 'thanh pho Hue'.",
        province=text,
    )


def parse_areas(text: str) -> tuple[str, ...]:
    """Return the names of residential areas in a text, which separates them by commas."""
    areas = tuple(filter(None, (normalize_spaces(nfc(part)) for part in re.split(r"[,;\n]", text))))
    if not areas:
        raise BadInput("No residential area was named: write their names with commas between them.")
    slugs = [to_slug(name) for name in areas]
    for number, (area, slug) in enumerate(zip(areas, slugs, strict=True)):
        if not slug or len(area) > _LONGEST_NAME:
            raise BadInput(
                "{area!r} isn't a name of a residential area: write at most {most} characters, with at least "
                "one letter or digit.",
                area=area,
                most=_LONGEST_NAME,
            )
        if slug in slugs[:number]:
            raise BadInput("{area!r} is in the list twice (accents don't count): name each area once.", area=area)
    return areas


def parse_agency(text: str) -> str:
    """Return the name of the body that signs, in capitals as in the head of documents (Nghị định 30/2020/NĐ-CP, Phụ lục
    I).
    """
    return _require_text(text).upper()


def parse_hotline(text: str) -> str:
    """Return the telephone number in an answer: up to fifteen digits, with the usual separators."""
    number = _require_text(text)
    if not re.fullmatch(r"\+?\d(?:[ .()-]{0,2}\d){2,14}", number):
        raise BadInput("{number!r} isn't a telephone number: write it as in '0251 385 1234'.", number=text)
    return number


def parse_address(text: str) -> str:
    """Return the address of the police office from an answer."""
    return _require_text(text, _LONGEST_TEXT).rstrip(".")


def parse_start(text: str) -> date:
    """Return the day in an answer, written as 2026-12-31."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise BadInput("{text!r} isn't a day: write it as 2026-12-31.", text=text) from None
    if not date(2025, 7, 1) <= day <= date(2100, 1, 1):
        raise BadInput(
            "{day} is out of range: give a day from 2025-07-01, when government in two tiers began, to 2100-01-01.",
            day=day,
        )
    return day


def to_slug(name: str) -> str:
    """Return a name in the form used in ids: small letters and digits, joined by hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")


def _require_text(text: str, longest: int = _LONGEST_NAME) -> str:
    tidied = normalize_spaces(nfc(text))
    if not tidied:
        raise BadInput("The answer is empty: write it.")
    if len(tidied) > longest or not tidied.isprintable():
        raise BadInput(
            "The answer is too long or has invisible characters: write at most {most} characters in one line.",
            most=longest,
        )
    return tidied


def _capitalize_name(name: str) -> str:
    """Return a name that is all in small letters with capitals, and any other name unchanged."""
    name = name.strip()
    return " ".join(word[:1].upper() + word[1:] for word in name.split()) if name == name.lower() else name
