"""Allowed values with their meanings, from the profile or from a closed list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import frozen

from anninh_core import District
from anninh_core.cli.frame.declaration import Given, Offer
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.language.speaking import find_output_language
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import fold
from anninh_core.language.catalogue import translate
from anninh_core.language.labels import get_label, identify_list_value
from anninh_core.operations.choices import list_choices
from anninh_core.vocabulary.units import Unit

_UUID_LENGTH = 36


@frozen
class DeskChooser:
    """Chooser for the officer who runs a command; see `Chooser`."""

    desk: Desk
    given: Given

    @property
    def district(self) -> District:
        """The profile."""
        return self.desk.district

    @property
    def today(self) -> date:
        """The present day in Vietnam."""
        return self.desk.app.today

    @property
    def messengers(self) -> Sequence[str]:
        """Names of the messengers in the settings."""
        return [*self.desk.app.internals.messengers]

    @property
    def unit(self) -> str:
        """The unit that handles the record, "" for no unit."""
        record = self.given.get("record")
        return getattr(record, "handling_unit", "") or getattr(record, "unit", "")

    def ask(self, operation: str, **arguments: object) -> Any:
        """Return the result of a query for the officer."""
        return self.desk.read(operation, **arguments)

    def may(self, operation: str) -> bool:
        """Return whether the officer's permissions allow an operation."""
        return self.desk.may(operation)

    def words(self, message: str, /, **values: object) -> str:
        """Return a message in the user's language."""
        text = translate(message, find_output_language())
        return text.format(**values) if values else text

    def label(self, value: object, of: str = "") -> str:
        """Return the label of a value in a closed list."""
        context, name = identify_list_value(value, of)
        return get_label(name, context, find_output_language())

    def name_unit(self, unit: str) -> str:
        """Return the name of a unit."""
        return self.desk.district.unit(unit).name


def offer_choices(name: str) -> Offer:
    """Return a function that offers the values of a shared list; see `anninh_core.operations.choices`."""
    return lambda desk, given: {choice.value: choice.label for choice in list_choices(DeskChooser(desk, given), name)}


def read_unit(desk: Desk, word: str, given: Given) -> str:  # noqa: ARG001  as other readers
    """Return a unit's id for its id or name, with or without diacritics; names are searched in this authority only.

    Raises:
        NotFound: no unit has that name.
        BadInput: several units have it.
    """
    if word in desk.district.units:
        return word
    folded = fold(word)
    ours = desk.district.subtree(desk.district.root)
    matches = [id for id in ours if _has_name(desk.district.unit(id), folded)]
    if not matches:
        desk.district.unit(word)  # This call raises NotFound with a suitable message.
    if len(matches) > 1:
        raise BadInput(
            "{text!r} has several matches ({matches}): write the id of one of them.", text=word, matches=tuple(matches)
        )
    return matches[0]


def read_officer(desk: Desk, word: str, given: Given) -> str:
    """Return an officer's id for the id or name; names are searched in the given unit, or in the record's.

    Raises:
        NotFound: no officer there has that name.
        BadInput: several officers have it.
    """
    if word == "me":
        return desk.me.id
    if len(word) == _UUID_LENGTH:
        return word
    record = given.get("record")
    unit: Any = given.get("unit") or getattr(record, "handling_unit", "") or getattr(record, "unit", desk.district.root)
    matches: list[str] = [
        officer.id for officer in desk.read_all("units.officers", unit=unit) if fold(officer.name) == fold(word)
    ]
    if not matches:
        raise NotFound(
            "No officer of {unit} is called {name!r}: {act:units.officers} lists the officers there.",
            name=word,
            unit=unit,
        )
    if len(matches) > 1:
        raise BadInput(
            "{count} officers are called {name!r}: write the id of one of them ({matches}).",
            count=len(matches),
            name=word,
            matches=tuple(matches),
        )
    return matches[0]


def _has_name(unit: Unit, folded: str) -> bool:
    """Return whether `folded` is the folded name or alias of a unit, with or without the word for its level in
    front.
    """
    names = [fold(name) for name in (unit.name, *unit.aliases)]
    return any(name == folded or name.endswith(f" {folded}") for name in names)
