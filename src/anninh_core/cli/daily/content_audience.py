"""Names of the groups that an item goes to, printed before the item is reviewed or published."""

from collections.abc import Iterator
from gettext import gettext as _
from typing import Any

from anninh_core.cli.frame.declaration import Column, Given
from anninh_core.cli.frame.desk import Desk
from anninh_core.cli.frame.labels import Labels
from anninh_core.kernel.errors import Refused
from anninh_core.language.catalogue import marked


def _list_groups(labels: Labels, audience: Any) -> str:
    return "\n".join(_iter_unit_lines(labels, audience))


def _iter_unit_lines(labels: Labels, audience: Any) -> Iterator[str]:
    for unit in audience.units:
        if unit.groups:
            titles = ", ".join(group.title or group.group for group in unit.groups)
            yield f"{labels.unit(unit.unit)} ({len(unit.groups)}): {titles}"


def _list_excluded_groups(labels: Labels, audience: Any) -> str:
    left_out = (group for unit in audience.units for group in unit.left_out)
    return "\n".join(f"{group.title}: {labels.state(group.reason)}" for group in left_out)


AUDIENCE = (
    Column(heading=marked("for"), of=lambda labels, audience: labels.field(audience, "chosen")),
    Column(heading=marked("groups"), of="groups"),
    Column(heading=marked("members"), of="members"),
    Column(heading=marked("goes to"), of=_list_groups),
    Column(heading=marked("left out"), of=_list_excluded_groups),
)


def iter_audience_lines(desk: Desk, given: Given) -> Iterator[str]:
    """Yield the lines that name the groups that get an item, one line for each unit."""
    try:
        audience = desk.read("content.audience", item_id=given["record"].id)
    except Refused:
        yield _("Your role may not read groups: ask its publisher which groups it goes to.")
        return
    yield _("It goes to {groups} groups with {members} members:").format(
        groups=audience.groups, members=audience.members
    )
    yield from _iter_unit_lines(desk.labels, audience)
