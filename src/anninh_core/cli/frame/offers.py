"""The words that may be given, each with what it means: from the profile, or from a closed list."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from attrs import frozen

from anninh_core import District
from anninh_core.cli.frame.declaration import Given, Offer
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.language.speaking import spoken
from anninh_core.kernel.errors import BadInput, NotFound
from anninh_core.kernel.text import fold
from anninh_core.language.catalogue import translate
from anninh_core.language.labels import label, name_of_list
from anninh_core.operations.choices import list_choices
from anninh_core.vocabulary.units import Unit

_UUID_LENGTH = 36


@frozen
class DeskChooser:
    """The officer who works at a desk; see `Chooser`."""

    desk: Desk
    given: Given

    @property
    def district(self) -> District:
        """The profile."""
        return self.desk.district

    @property
    def today(self) -> date:
        """The day in Vietnam."""
        return self.desk.app.today

    @property
    def messengers(self) -> Sequence[str]:
        """Names of the messengers in the settings."""
        return [*self.desk.app.internals.messengers]

    @property
    def unit(self) -> str:
        """The unit that handles the record, "" for none."""
        record = self.given.get("record")
        return getattr(record, "handling_unit", "") or getattr(record, "unit", "")

    def ask(self, operation: str, **arguments: object) -> Any:
        """Return what a query answers the officer."""
        return self.desk.read(operation, **arguments)

    def may(self, operation: str) -> bool:
        """Tell whether the officer's permissions reach an operation."""
        return self.desk.may(operation)

    def words(self, message: str, /, **values: object) -> str:
        """Return a message in the language that is spoken."""
        text = translate(message, spoken())
        return text.format(**values) if values else text

    def label(self, value: object, of: str = "") -> str:
        """Return what people call a value of a closed list."""
        context, name = name_of_list(value, of)
        return label(name, context, spoken())

    def name_unit(self, unit: str) -> str:
        """Return the name of a unit."""
        return self.desk.district.unit(unit).name


def choices(name: str) -> Offer:
    """Return an offer of a shared list; see `anninh_core.operations.choices`."""
    return lambda desk, given: {choice.value: choice.label for choice in list_choices(DeskChooser(desk, given), name)}


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
