"""The words that may be given, each with what it means: from the profile, or from a closed list."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any

from anninh_core.cli.frame.declaration import Given, Offer
from anninh_core.cli.frame.desk import Desk
from anninh_core.door.choices import list_choices, list_wording
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import fold
from anninh_core.vocabulary.units import Unit

_UUID_LENGTH = 36


def settling_reasons(desk: Desk, given: Given) -> Mapping[str, str]:
    """Offer the reason codes of an outcome; none where the profile takes any."""
    rule = desk.district.settling.get(str(given.get("outcome")))
    return rule.reasons if rule else MappingProxyType({})


def choices(name: str) -> Offer:
    """Return an offer of a list of the profile, such as `incoming`."""
    return lambda desk, _: list_choices(desk.district, name)


def wording(family: str) -> Offer:
    """Return an offer of the words of a family of the profile's wording, such as `legal_kind`."""
    return lambda desk, _: list_wording(desk.district, family)


def members(*of: Enum) -> Offer:
    """Return an offer of members of closed lists."""

    def offer(desk: Desk, given: Given) -> Mapping[str, str]:  # noqa: ARG001  as other offers
        return {str(one.value): desk.labels.state(one) for one in of}

    return offer


def read_unit(desk: Desk, word: str, given: Given) -> str:  # noqa: ARG001  as other readers
    """Return a unit's id for its id or its name, with or without diacritics; by name, one of this authority.

    Raises:
        NotFound: no unit has that name.
        BadInput: several have it.
    """
    if word in desk.district.units:
        return word
    wanted = fold(word)
    ours = desk.district.subtree(desk.district.root)
    found = [id for id in ours if _is_called(desk.district.unit(id), wanted)]
    if not found:
        desk.district.unit(word)  # raises
    if len(found) > 1:
        raise BadInput(
            "{text!r} has several matches ({matches}): write the id of one of them.", text=word, matches=tuple(found)
        )
    return found[0]


def read_officer(desk: Desk, word: str, given: Given) -> str:
    """Return an officer's id for the id or the name, looked for in the unit that is named, or the record's.

    Raises:
        NotFound: nobody there has that name.
        BadInput: several have it.
    """
    if word == "me":
        return desk.me.id
    if len(word) == _UUID_LENGTH:
        return word
    record = given.get("record")
    unit: Any = given.get("unit") or getattr(record, "handling_unit", "") or getattr(record, "unit", desk.district.root)
    found: list[str] = [one.id for one in desk.read_all("units.officers", unit=unit) if fold(one.name) == fold(word)]
    if not found:
        raise NotFound(
            "No officer of {unit} is called {name!r}: {act:units.officers} lists the officers there.",
            name=word,
            unit=unit,
        )
    if len(found) > 1:
        raise BadInput(
            "{count} officers are called {name!r}: write the id of one of them ({matches}).",
            count=len(found),
            name=word,
            matches=tuple(found),
        )
    return found[0]


def _is_called(unit: Unit, wanted: str) -> bool:
    """Tell whether a unit has a folded name, or another one, with or without the word for what it is."""
    names = [fold(name) for name in (unit.name, *unit.aliases)]
    return any(name == wanted or name.endswith(f" {wanted}") for name in names)


def messengers(desk: Desk, given: Given) -> Mapping[str, str]:  # noqa: ARG001  as other offers
    """Offer the messengers that are set up here."""
    return dict.fromkeys(desk.app.messengers, "")
