"""An official group: who runs it, where it is written to, and how far it reaches. Every transition is a pure method."""

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
"""The post that answers for a group; no group is launched without it."""


@frozen(kw_only=True)
class Seat:
    """A post on the board, held by an officer from a day on.

    Attributes:
        name: how the public directory names the holder.
        until: the day on which it was left; None while it is held.
    """

    post: str
    officer: str
    name: str
    since: date
    until: date | None = None

    def is_held_on(self, day: date) -> bool:
        """Tell whether the seat is held at the end of a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def to_view(self) -> SeatView:
        """Return what may leave."""
        return make_view(SeatView, self)


@frozen
class KeyPerson:
    """Somebody whose word counts among the residents (P-II.2.a)."""

    kind: KeyPersonKind
    name: OneLine

    def to_view(self) -> KeyPersonView:
        """Return what may leave."""
        return make_view(KeyPersonView, self)


@frozen(kw_only=True)
class Measure:
    """How far a group reaches on a day.

    Attributes:
        posts, interactions: since the last measure in which somebody counted them. A measure that was read from the
            platform counts members only and has 0 here, so that the sum over all measures stays right: whoever measures
            by hand counts since the last measure made by hand.
        households_share: share of the area's households with a member in it, 0 to 1; None where nobody knows.
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
        """Return what may leave."""
        return make_view(MeasureView, self)


@frozen(kw_only=True)
class Group:
    """A group of a unit on a messenger.

    Attributes:
        conversation: conversation id; "" until it is bound to an address.
        link: invitation link for residents, or "".
        board: seats, former ones included.
        local_models: models of the profile that it is tied to (P-II.2.c).
        documents: founding documents that its members were sent (P-II.1.c).
        charter: version of the charter that its members were sent, "" before.
        acknowledged: members who acknowledged that version.
        launched_on: the founding day.
        former_titles: earlier names, oldest first.
        measures: how far it reached, by day.
        merged_into: the group that replaces it.
        welcomed_on, reminded_on, posted_on: days of the last welcome, the last reminder, the last official post.
        address: where it is on a platform; None until it is bound to a chat group.
        hours: when somebody of the authority reads it, as members are told.
        key_people: residents who help in it.
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
        """Check that the state machine leads to a state.

        Raises:
            WrongStep: it doesn't; names the states that it leads to.
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
        """Return the group in another state; raises as `require_possible`."""
        self.require_possible(to)
        return evolve(self, state=to)

    def bound(self, address: Address, conversation: str, link: str) -> "Group":
        """Return the group as it now exists on a messenger."""
        return evolve(self.moved(S.FORMING), address=address, conversation=conversation, link=link)

    def launched(self, day: date, documents: tuple[Attachment, ...]) -> "Group":
        """Return the group open to its members.

        Raises:
            WrongStep: nobody answers for it, or it isn't forming.
        """
        self.require_launchable(day)
        return evolve(self.moved(S.ACTIVE), launched_on=day, documents=documents)

    def closed(self, day: date, into: str = "") -> "Group":
        """Return the group at its end, or as part of the group that goes on in its place."""
        return evolve(self.moved(S.CLOSED), closed_on=day, merged_into=into)

    def renamed(self, title: str) -> "Group":
        """Return the group under another name."""
        self.require_open()
        if not title.strip():
            raise BadInput("The new name of group {title!r} is empty: give at least one word.", title=self.title)
        return evolve(self, title=title, former_titles=(*self.former_titles, self.title))

    def seated(self, post: str, officer: str, name: str, day: date) -> "Group":
        """Return the group with an officer on its board; whoever owned it before leaves that seat."""
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
        """Return the group with a successor in an officer's seat; one who has a seat already keeps that one too."""
        posts = [seat.post for seat in self.seats if seat.officer == officer]
        new = tuple(Seat(post=post, officer=successor, name=name, since=day) for post in posts)
        vacated = self.vacated(officer, day)
        return evolve(vacated, board=(*vacated.board, *new))

    def chartered(self, version: str) -> "Group":
        """Return the group whose members were sent a version of the charter; a new one is acknowledged anew."""
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
        kept = [known for known in self.measures if known.day != measure.day]
        return evolve(self, measures=tuple(sorted([*kept, measure], key=lambda one: one.day)))

    def require_open(self) -> None:
        """Check that the group isn't closed; `WrongStep` if it is."""
        if self.state is S.CLOSED:
            raise WrongStep(
                "Group {title!r} was closed on {day}: it can no longer be changed.",
                title=self.title,
                day=self.closed_on,
            )

    def require_launchable(self, day: date) -> None:
        """Check that the group is forming and that somebody answers for it on a day; `WrongStep` if not."""
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
        """Check that the group's members were sent a charter; `WrongStep` if they weren't."""
        if not self.charter:
            raise WrongStep(
                "Group {title!r} hasn't received the charter: send it with {act:groups.send_charter} before "
                "you record acknowledgements.",
                title=self.title,
            )

    def require_measurable(self, day: date) -> None:
        """Check that the group is open and was launched by a day; `WrongStep` if not."""
        self.require_open()
        if self.launched_on is None or day < self.launched_on:
            raise WrongStep(
                "Group {title!r} wasn't launched by {day}: choose the day of its launch or a later one.",
                title=self.title,
                day=day,
            )

    def to_row(self) -> GroupRow:
        """Return what may leave in a list."""
        return make_view(GroupRow, self)

    def to_view(self) -> GroupView:
        """Return what may leave of a group that is opened."""
        return make_view(GroupView, self, documents=list_enclosures(self.documents))

    @property
    def messenger(self) -> str:
        """Name of the messenger instance on which it is; "" until it exists there."""
        return self.address.messenger if self.address is not None else ""

    @property
    def seats(self) -> tuple[Seat, ...]:
        """The seats held now."""
        return tuple(seat for seat in self.board if seat.until is None)

    @property
    def members(self) -> int | None:
        """Members by the newest measure; None before the first."""
        return self.measures[-1].members if self.measures else None

    @property
    def owner(self) -> str:
        """The officer who answers for it now, "" for nobody."""
        return next((seat.officer for seat in self.board if seat.post == OWNER and seat.until is None), "")

    def has_owner_on(self, day: date) -> bool:
        """Tell whether somebody answers for the group at the end of a day."""
        return any(seat.post == OWNER and seat.is_held_on(day) for seat in self.board)

    def is_staffed_on(self, day: date) -> bool:
        """Tell whether the board is filled at the end of a day: an owner and at least one other officer."""
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
