"""An official group, with its board, address, members and measures. Every transition is a pure method."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby

from attrs import evolve, frozen

from anninh_core.domain.groups.states import TRANSITIONS, GroupState
from anninh_core.domain.groups.views import GroupRow, GroupView, KeyPersonView, MeasureView, SeatView
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.arguments import KeyPersonKind, OneLine
from anninh_core.usecase.views import list_enclosures, make_view
from anninh_core.vocabulary.messages import Address, Attachment

S = GroupState

OWNER = "owner"
"""The post responsible for a group; a group without owner can't be launched."""


@frozen(kw_only=True)
class Seat:
    """A post on the management board, held by an officer from a day on.

    Attributes:
        name: the holder's name in the public directory.
        until: first day on which it is no longer held; None while it is held.
    """

    post: str
    officer: str
    name: str
    since: date
    until: date | None = None

    def is_held_on(self, day: date) -> bool:
        """Return whether the seat is held at the end of `day`."""
        return self.since <= day and (self.until is None or day < self.until)

    def to_view(self) -> SeatView:
        """Return the read-only view of the seat."""
        return make_view(SeatView, self)


@frozen
class KeyPerson:
    """A respected resident (P-II.2.a)."""

    kind: KeyPersonKind
    name: OneLine

    def to_view(self) -> KeyPersonView:
        """Return the read-only view of the key person."""
        return make_view(KeyPersonView, self)


@frozen(kw_only=True)
class Measure:
    """A measurement of a group's reach on a day.

    Attributes:
        posts, interactions: since the last measure made by hand. A measure read from the platform counts only members
        and has 0 here, so that the sum over all measures stays right.
        households_share: share of the area's households with a member in it, 0 to 1; None if unknown.
    """

    day: date
    members: int
    posts: int = 0
    interactions: int = 0
    households_share: float | None = None

    def __attrs_post_init__(self) -> None:
        if min(self.members, self.posts, self.interactions) < 0:
            raise BadInput(
                "A count of {day} is below 0 ({members} members, {posts} posts, {interactions} "
                "interactions): give 0 or more.",
                day=self.day,
                members=self.members,
                posts=self.posts,
                interactions=self.interactions,
            )
        if self.households_share is not None and not 0 <= self.households_share <= 1:
            raise BadInput(
                "{share} isn't a share of households: give a number from 0 to 1.",
                share=self.households_share,
            )

    def to_view(self) -> MeasureView:
        """Return the read-only view of the measure."""
        return make_view(MeasureView, self)


@frozen(kw_only=True)
class Group:
    """A group of a unit on a messenger.

    Attributes:
        conversation: conversation id; "" until it is bound to an address.
        link: invitation link for residents, or "".
        board: seats, former ones included.
        local_models: models of the profile that it is tied to (P-II.2.c).
        documents: founding documents sent to its members (P-II.1.c).
        charter: version of the charter that was sent to its members last, "" before.
        acknowledged: number of members who acknowledged that version.
        launched_on: the founding day.
        former_titles: earlier names, oldest first.
        measures: measurements of its reach, by day.
        merged_into: id of the group that replaces it.
        welcomed_on, reminded_on, posted_on: days of the last welcome, the last reminder, the last official post.
        address: platform address; None until it is bound to a chat group.
        hours: when officers read it, as shown to members.
        key_people: respected residents who help in it.
    """

    id: str
    unit: str
    kind: str
    title: str
    hours: str = ""
    state: GroupState = GroupState.PLANNED
    conversation: str = ""
    address: Address | None = None
    link: str = ""
    board: tuple[Seat, ...] = ()
    key_people: tuple[KeyPerson, ...] = ()
    local_models: tuple[str, ...] = ()
    documents: tuple[Attachment, ...] = ()
    charter: str = ""
    acknowledged: int = 0
    launched_on: date | None = None
    closed_on: date | None = None
    former_titles: tuple[str, ...] = ()
    merged_into: str = ""
    welcomed_on: date | None = None
    reminded_on: date | None = None
    posted_on: date | None = None
    measures: tuple[Measure, ...] = ()
    version: int = 0

    def require_possible(self, to: GroupState) -> None:
        """Check that the state machine allows the transition to the state `to`.

        Raises:
            WrongStep: the transition isn't allowed; the error names the possible states.
        """
        if to not in TRANSITIONS[self.state]:
            raise WrongStep(
                "Group {title!r} is {state}: it can't become {next_state}. Possible next states: {allowed}.",
                title=self.title,
                state=self.state,
                next_state=to,
                allowed=tuple(sorted(TRANSITIONS[self.state])),
            )

    def moved(self, to: GroupState) -> "Group":
        """Return the group in the state `to`; raise as `require_possible` does."""
        self.require_possible(to)
        return evolve(self, state=to)

    def bound(self, address: Address, conversation: str, link: str) -> "Group":
        """Return the group bound to its chat group on a messenger."""
        return evolve(self.moved(S.FORMING), address=address, conversation=conversation, link=link)

    def launched(self, day: date, documents: tuple[Attachment, ...]) -> "Group":
        """Return the group open to its members.

        Raises:
            WrongStep: it has no owner, or it isn't forming.
        """
        self.require_launchable(day)
        return evolve(self.moved(S.ACTIVE), launched_on=day, documents=documents)

    def closed(self, day: date, into: str = "") -> "Group":
        """Return the closed group; `into` is the id of the group that its members move to, "" for none."""
        return evolve(self.moved(S.CLOSED), closed_on=day, merged_into=into)

    def renamed(self, title: str) -> "Group":
        """Return the group under another name."""
        self.require_open()
        if not title.strip():
            raise BadInput("The new name of group {title!r} is empty: give at least one word.", title=self.title)
        return evolve(self, title=title, former_titles=(*self.former_titles, self.title))

    def seated(self, post: str, officer: str, name: str, day: date) -> "Group":
        """Return the group with an officer on its board; a previous owner leaves that seat if `post` is the owner's."""
        self.require_open()
        if any(seat.officer == officer for seat in self.seats):
            raise WrongStep(
                "Officer {officer} is already on the management board of group {title!r}: end that seat "
                "first with {act:groups.vacate}.",
                officer=officer,
                title=self.title,
            )
        board = tuple(
            _vacate_seat(s, day) if post == OWNER and s in self.seats and s.post == OWNER else s for s in self.board
        )
        return evolve(self, board=(*board, Seat(post=post, officer=officer, name=name, since=day)))

    def vacated(self, officer: str, day: date) -> "Group":
        """Return the group without an officer on its board."""
        if all(seat.officer != officer for seat in self.seats):
            raise WrongStep(
                "Officer {officer} isn't on the management board of group {title!r}.", officer=officer, title=self.title
            )
        return evolve(
            self,
            board=tuple(_vacate_seat(s, day) if s.until is None and s.officer == officer else s for s in self.board),
        )

    def handed_over(self, officer: str, successor: str, name: str, day: date) -> "Group":
        """Return the group with an officer's seats held by a successor, who keeps seats they already have."""
        posts = [seat.post for seat in self.seats if seat.officer == officer]
        new_seats = tuple(Seat(post=post, officer=successor, name=name, since=day) for post in posts)
        vacated = self.vacated(officer, day)
        return evolve(vacated, board=(*vacated.board, *new_seats))

    def chartered(self, version: str) -> "Group":
        """Return the group after a version of the charter was sent; acknowledgements of other versions don't count."""
        return evolve(self, charter=version, acknowledged=self.acknowledged if version == self.charter else 0)

    def acknowledged_by(self, count: int) -> "Group":
        """Return the group with more members who acknowledged the charter."""
        self.require_charter()
        if count < 1:
            raise BadInput("{count} acknowledgements can't be added: give 1 or more.", count=count)
        return evolve(self, acknowledged=self.acknowledged + count)

    def measured(self, measure: Measure) -> "Group":
        """Return the group with a measure, which replaces one of the same day."""
        self.require_measurable(measure.day)
        kept = [earlier for earlier in self.measures if earlier.day != measure.day]
        return evolve(self, measures=tuple(sorted([*kept, measure], key=lambda entry: entry.day)))

    def require_open(self) -> None:
        """Raise `WrongStep` if the group is closed."""
        if self.state is S.CLOSED:
            raise WrongStep(
                "Group {title!r} was closed on {day}: it can no longer be changed.",
                title=self.title,
                day=self.closed_on,
            )

    def require_launchable(self, day: date) -> None:
        """Raise `WrongStep` unless the group is forming and has an owner at the end of `day`."""
        if self.state is not S.FORMING:
            raise WrongStep(
                "Group {title!r} is {state}: only a forming group can be launched.", title=self.title, state=self.state
            )
        if not self.has_owner_on(day):
            raise WrongStep(
                "Group {title!r} has no owner: give an officer this seat with {act:groups.seat} before you "
                "launch the group.",
                title=self.title,
            )

    def require_charter(self) -> None:
        """Raise `WrongStep` if no charter was sent to the group's members."""
        if not self.charter:
            raise WrongStep(
                "Group {title!r} hasn't received the charter: send it with {act:groups.send_charter} before "
                "you record acknowledgements.",
                title=self.title,
            )

    def require_measurable(self, day: date) -> None:
        """Raise `WrongStep` unless the group is open and was launched by `day`."""
        self.require_open()
        if self.launched_on is None or day < self.launched_on:
            raise WrongStep(
                "Group {title!r} wasn't launched by {day}: choose the day of its launch or a later one.",
                title=self.title,
                day=day,
            )

    def to_row(self) -> GroupRow:
        """Return the group as a row of a list."""
        return make_view(GroupRow, self)

    def to_view(self) -> GroupView:
        """Return the full view of the group."""
        return make_view(GroupView, self, documents=list_enclosures(self.documents))

    @property
    def messenger(self) -> str:
        """Name of the messenger instance on which the group exists; "" until it exists there."""
        return self.address.messenger if self.address is not None else ""

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats of the management board that are held now."""
        return tuple(seat for seat in self.board if seat.until is None)

    @property
    def members(self) -> int | None:
        """Number of members of the group in the newest measure; None before the first."""
        return self.measures[-1].members if self.measures else None

    @property
    def owner(self) -> str:
        """Id of the officer who owns the group now, "" for none."""
        return next((seat.officer for seat in self.board if seat.post == OWNER and seat.until is None), "")

    def has_owner_on(self, day: date) -> bool:
        """Return whether the group has an owner at the end of `day`."""
        return any(seat.post == OWNER and seat.is_held_on(day) for seat in self.board)

    def is_staffed_on(self, day: date) -> bool:
        """Return whether the board is filled at the end of `day`: an owner and at least one other officer."""
        return self.has_owner_on(day) and len({seat.officer for seat in self.board if seat.is_held_on(day)}) > 1

    def staffing_changes(self) -> Iterator[tuple[date, int]]:
        """Yield the days on which the board of the launched group was filled (1) or ceased to be (-1)."""
        if self.launched_on is None:
            return
        days = {self.launched_on, *(s.since for s in self.board), *(s.until for s in self.board if s.until)}
        change_days = sorted(day for day in days if day >= self.launched_on and not self._is_closed_on(day))
        states = [(day, self.is_staffed_on(day)) for day in change_days]
        if self.closed_on is not None:
            states.append((self.closed_on, False))
        was_staffed = False
        for staffed, run in groupby(states, key=lambda state: state[1]):
            if staffed != was_staffed:
                yield next(run)[0], 1 if staffed else -1
            was_staffed = staffed

    def _is_closed_on(self, day: date) -> bool:
        return self.closed_on is not None and day >= self.closed_on


def _vacate_seat(seat: Seat, day: date) -> Seat:
    return evolve(seat, until=day)
