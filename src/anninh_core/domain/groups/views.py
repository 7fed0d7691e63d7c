"""What of groups may leave: never by which address or conversation they are reached."""

from datetime import date

from anninh_core.domain.groups.states import GroupState
from anninh_core.usecase.views import EnclosureView, view


@view
class SeatView:
    """A post on the board, held by an officer from a day on. Fields are as in `Seat`."""

    post: str
    officer: str
    name: str
    since: date
    until: date | None


@view
class KeyPersonView:
    """Somebody whose word counts among the residents (P-II.2.a)."""

    kind: str
    name: str


@view
class MeasureView:
    """How far a group reaches on a day. Fields are as in `Measure`."""

    day: date
    members: int
    posts: int
    interactions: int
    households_share: float | None


@view(listed=("id", "unit", "state", "messenger", "members", "title"))
class GroupRow:
    """A group of a unit on a messenger. Other fields are as in `Group`.

    Attributes:
        messenger: name of the messenger instance on which it is; "" until it exists there.
        owner: id of the officer who answers for it, "" for nobody.
        members: by the newest measure; None before the first.
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
    """A group with its board, its people and its measures. Fields are as in `Group`."""

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
    """A group that needs care. Fields are as in `GroupIssues`."""

    group: GroupRow
    reasons: tuple[str, ...]


@view
class BoardMember:
    """Who has a post, as the public directory names both."""

    post: str
    name: str


@view(listed=("unit", "title", "kind", "link"))
class DirectoryEntry:
    """What everybody may know about an active group.

    Attributes:
        places: names of its unit and of all above it, nearest first.
        hours: when somebody of the authority reads it.
        board: who has which position in it.
        link: by what people join; "" where nothing does.
    """

    group: str
    unit: str
    title: str
    kind: str
    places: tuple[str, ...]
    link: str
    hours: str
    board: tuple[BoardMember, ...]
