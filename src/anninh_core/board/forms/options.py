"""Choices that a page offers, from the shared lists, for the officer who views it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from attrs import field, frozen

from anninh_core import District
from anninh_core.board.pages.request import PageRequest
from anninh_core.operations.choices import Choice, list_choices, list_units_within_reach


@frozen
class PageChooser:
    """Chooser for the officer who views a page; see `Chooser`.

    Attributes:
        unit: unit of the record that an act is about.
    """

    page: PageRequest
    unit: str = ""
    given: Mapping[str, object] = field(factory=dict)

    @property
    def district(self) -> District:
        """The district's profile."""
        return self.page.desk.app.district

    @property
    def today(self) -> date:
        """The current date in Vietnam."""
        return self.page.desk.app.today

    @property
    def messengers(self) -> Sequence[str]:
        """Names of the messengers in the settings."""
        return [*self.page.desk.app.internals.messengers]

    def ask(self, operation: str, **arguments: object) -> Any:
        """Return the result of a query by the officer."""
        return self.page.once(operation, **arguments)

    def may(self, operation: str) -> bool:
        """Return whether the officer has the permissions of an operation."""
        return self.page.has(operation)

    def words(self, message: str, /, **values: object) -> str:
        """Return a text in the language of the page."""
        return self.page.words(message, **values)

    def label(self, value: object, of: str = "") -> str:
        """Return the label of a member of a closed list."""
        return self.page.label(value, of)

    def name_unit(self, unit: str) -> str:
        """Return a unit's name."""
        return self.page.names.unit(unit)


def find_options(page: PageRequest, source: str, unit: str = "") -> Sequence[Choice]:
    """Return the choices that a list offers to the officer who views the page.

    Args:
        source: name of the list.
        unit: unit of the record that an act is about.
    """
    return list_choices(PageChooser(page, unit), source)


def list_own_units(page: PageRequest) -> Sequence[Choice]:
    """Return today's units within the scope of the officer's roles, the widest first."""
    return list_units_within_reach(PageChooser(page))


def find_writing_unit(page: PageRequest) -> str:
    """Return the unit that an officer writes for unless the form names another: their own, or that of their widest
    role.
    """
    reachable = [choice.value for choice in list_own_units(page)]
    own = page.viewer.unit
    return own if own in reachable or not reachable else reachable[0]


def find_publishing_unit(page: PageRequest) -> str:
    """Return the unit that publishes an author's item unless the form names another.

    An agency has no groups to publish for: the result is then the unit of the author's widest role, such as the
    district.
    """
    unit = find_writing_unit(page)
    district = page.desk.app.district
    counted = district.levels[district.units[district.counting_unit(unit)].level].counts
    widest = next(iter(list_own_units(page)), None)
    return unit if counted or district.children[unit] or widest is None else widest.value
