"""Definitions of how groups are stored and counted."""

from collections.abc import Iterable, Iterator
from datetime import date

from anninh_core.domain.groups.model import Group
from anninh_core.domain.index_specs import GROUP_SPEC
from anninh_core.usecase.kinds import Fact, Kind, format_dims

RESIDENTIAL_AREA = "residential_area"
"""The kind of group that serves a residential area; an area with such a group counts as covered."""


def group_facts(group: Group) -> Iterable[Fact]:
    """Yield the facts that the reports count about a group.

    Stocks (`areas_covered`, `boards_filled`, `members_total`) are yielded as differences on the day of the change, so
    that a sum up to any day is the stock of that day; the number of existing groups is `groups_new` less
    `groups_closed`.
    """
    kind = format_dims(kind=group.kind)
    for day, sign in _iter_life_changes(group):
        yield Fact("groups_new" if sign > 0 else "groups_closed", group.unit, day, kind)
        if group.kind == RESIDENTIAL_AREA:
            yield Fact("areas_covered", group.unit, day, amount=sign)
    for day, sign in group.staffing_changes():
        yield Fact("boards_filled", group.unit, day, amount=sign)
    for day, change in _iter_member_changes(group):
        yield Fact("members_total", group.unit, day, kind, change)


def _iter_life_changes(group: Group) -> Iterator[tuple[date, int]]:
    if group.launched_on is not None:
        yield group.launched_on, 1
        if group.closed_on is not None:
            yield group.closed_on, -1


def _iter_member_changes(group: Group) -> Iterator[tuple[date, int]]:
    previous = 0
    for measure in group.measures:
        if measure.members != previous:
            yield measure.day, measure.members - previous
        previous = measure.members
    if group.closed_on is not None and previous:
        yield group.closed_on, -previous


GROUP = Kind(
    spec=GROUP_SPEC,
    model=Group,
    columns=lambda group: {"state": group.state.value, "kind": group.kind, "conversation": group.conversation},
    multi=lambda group: {"officer": tuple(sorted({seat.officer for seat in group.seats}))},
    scope=lambda group: f"group:{group.id}",
    facts=group_facts,
    numbered=True,
)
