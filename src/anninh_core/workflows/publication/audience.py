"""The groups that get an item when it is published, by name, and the groups of its audience that don't."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING

from anninh_core.domain.content.model import Item
from anninh_core.domain.content.publishing import list_pending_groups
from anninh_core.domain.groups.model import Group
from anninh_core.domain.groups.states import GroupState
from anninh_core.usecase.outbox_message import get_messenger_name
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.views import view

if TYPE_CHECKING:  # The groups are only imported by programs that show an audience.
    from anninh_core.domain.groups.service import Groups


class LeftOutReason(StrEnum):
    """Why a group of an item's audience doesn't get it."""

    HAS_IT = "has_it"
    """The group has the item, or will get it."""
    NOT_ACTIVE = "not_active"
    """The group has no members yet, or it is paused."""
    OTHER_KIND = "other_kind"
    """The item is for other kinds of groups."""


@view
class AudienceGroupView:
    """A group that gets an item.

    Attributes:
        title: its name; "" if the viewer may not read the group.
        messenger: its messenger instance.
        members: number of members by the newest count; None before the first count.
    """

    group: str
    title: str
    messenger: str
    members: int | None


@view
class LeftOutGroupView:
    """A group of an item's audience that doesn't get it."""

    group: str
    title: str
    reason: LeftOutReason


@view
class AudienceUnitView:
    """The groups of one unit and of the units below it.

    Attributes:
        unit: its id, at the district's counting level; "" for groups that the viewer may not read.
        groups: those that get the item.
        left_out: those that don't.
    """

    unit: str
    groups: tuple[AudienceGroupView, ...]
    left_out: tuple[LeftOutGroupView, ...]


@view
class AudienceView:
    """The groups that get an item if it is published now.

    Attributes:
        chosen: the units that its author chose; empty before that.
        units: the units that have groups, in the order of the tree of units.
        groups: number of groups that get the item.
        members: number of members of these groups, as far as they were counted.
    """

    chosen: tuple[str, ...]
    units: tuple[AudienceUnitView, ...]
    groups: int
    members: int


def find_targets(session: ReadSession, groups: "Groups", item: Item) -> Sequence[tuple[str, str]]:
    """Return the groups of an item's audience that the actor may see, with their conversations."""
    return session.include(groups.queries.targets, units=item.piece.units, kinds=item.piece.group_kinds)


def build_audience_view(session: ReadSession, groups: "Groups", item: Item) -> AudienceView:
    """Return the groups that would get an item if it were published now, and the groups of its audience that
    wouldn't.
    """
    pending = list_pending_groups(session, item, find_targets(session, groups, item))
    readable = {group.id: group for group in session.include(groups.queries.list)}
    counting_unit = session.context.district.counting_unit
    below = {id for unit in item.piece.units for id in session.context.district.subtree(unit)}
    receiving: dict[str, list[AudienceGroupView]] = {}
    left_out: dict[str, list[LeftOutGroupView]] = {}
    for group in readable.values():
        if group.id in pending:
            receiving.setdefault(counting_unit(group.unit), []).append(_build_group_view(group, pending[group.id]))
        elif group.unit in below and group.state is not GroupState.CLOSED:
            reason = _explain_omission(item, group)
            left_out.setdefault(counting_unit(group.unit), []).append(
                LeftOutGroupView(group=group.id, title=group.title, reason=reason)
            )
    unreadable = [_build_unreadable_group_view(id, to) for id, to in pending.items() if id not in readable]
    if unreadable:
        receiving[""] = unreadable
    listed = [counting_unit(group.unit) for group in readable.values()]
    units = [unit for unit in dict.fromkeys([*listed, ""]) if unit in receiving or unit in left_out]
    return AudienceView(
        chosen=item.piece.units,
        units=tuple(
            AudienceUnitView(unit=unit, groups=tuple(receiving.get(unit, ())), left_out=tuple(left_out.get(unit, ())))
            for unit in units
        ),
        groups=len(pending),
        members=sum(group.members or 0 for unit_groups in receiving.values() for group in unit_groups),
    )


def _build_group_view(group: Group, conversation: str) -> AudienceGroupView:
    return AudienceGroupView(
        group=group.id, title=group.title, messenger=get_messenger_name(conversation), members=group.members
    )


def _build_unreadable_group_view(group: str, conversation: str) -> AudienceGroupView:
    return AudienceGroupView(group=group, title="", messenger=get_messenger_name(conversation), members=None)


def _explain_omission(item: Item, group: Group) -> LeftOutReason:
    if group.state is not GroupState.ACTIVE:
        return LeftOutReason.NOT_ACTIVE
    kinds = item.piece.group_kinds
    return LeftOutReason.OTHER_KIND if kinds and group.kind not in kinds else LeftOutReason.HAS_IT
