"""Read-only views of groups, without addresses and conversations."""

from datetime import date

from anninh_core.domain.groups.states import GroupState
from anninh_core.usecase.views import EnclosureView, view


@view
class SeatView:
    """A post on the management board, held by an officer from a day on. Fields are as in `Seat`."""

    post: str
    officer: str
    name: str
    since: date
    until: date | None


@view
class KeyPersonView:
    """A respected resident (P-II.2.a)."""

    kind: str
    name: str


@view
class MeasureView:
    """A measurement of a group's reach on a day. Fields are as in `Measure`."""

    day: date
    members: int
    posts: int
    interactions: int
    households_share: float | None


@view(listed=("id", "unit", "state", "messenger", "members", "title"))
class GroupRow:
    """A group of a unit on a messenger. Other fields are as in `Group`.

    Attributes:
        messenger: name of the group's messenger instance; "" until it exists there.
        owner: id of the officer responsible for it, "" for none.
        members: number in the newest measurement; None before the first.
    """

    id: str
    version: int
    unit: str
    kind: str
    title: str
    hours: str
    state: GroupState
    messenger: str
    link: str
    owner: str
    members: int | None
    launched_on: date | None
    closed_on: date | None
    merged_into: str
    posted_on: date | None


@view
class GroupView(GroupRow):
    """A group with its board, key people and measurements. Fields are as in `Group`."""

    board: tuple[SeatView, ...]
    key_people: tuple[KeyPersonView, ...]
    local_models: tuple[str, ...]
    documents: tuple[EnclosureView, ...]
    charter: str
    acknowledged: int
    former_titles: tuple[str, ...]
    welcomed_on: date | None
    reminded_on: date | None
    measures: tuple[MeasureView, ...]


@view(listed=("group.id", "group.unit", "group.title", "reasons"))
class GroupIssuesView:
    """A group with issues. Fields are as in `GroupIssues`."""

    group: GroupRow
    reasons: tuple[str, ...]


@view
class BoardMember:
    """A holder of a post, with the names used in the public directory."""

    post: str
    name: str


@view(listed=("unit", "title", "kind", "link"))
class DirectoryEntry:
    """The public information about an active group.

    Attributes:
        places: names of its unit and of all units above it, nearest first.
        hours: when officers read it.
        board: holders of its posts.
        link: invitation link, "" for none.
    """

    group: str
    unit: str
    title: str
    kind: str
    places: tuple[str, ...]
    link: str
    hours: str
    board: tuple[BoardMember, ...]
