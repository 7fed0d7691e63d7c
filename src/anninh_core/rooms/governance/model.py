"""Disclosures of an identity, wishes to be erased, orders to destroy, legal holds, checkpoints.

Every transition is a pure method.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from attrs import evolve, field, frozen

from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.vocabulary.messages import Address


class DisclosureState(StrEnum):
    """Where a request for an identity stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"


@frozen(kw_only=True)
class Disclosure:
    """One officer's request to know who a resident is, and another one's decision.

    Attributes:
        case: `kind:id` of the case it is for.
        conversation: whose identity.
        purpose: why it is needed, in words.
        asked_seq: the journal's last line when it was asked: its history begins after it.
        decided_by: officer who decided; never the one who asked.
        until: the identity may be read before this moment.
    """

    id: str
    unit: str
    case: str
    conversation: str
    purpose: str = field(repr=False)
    requested_by: str
    requested_at: datetime
    asked_seq: int
    state: DisclosureState = DisclosureState.REQUESTED
    decided_by: str = ""
    decided_at: datetime | None = None
    until: datetime | None = None

    def __attrs_post_init__(self) -> None:
        if not self.purpose.strip():
            raise BadInput(f"an identity of case {self.case} is asked for without a purpose; say what it is needed for")

    def approved(self, by: str, at: datetime, until: datetime) -> "Disclosure":
        """Return the request granted until a moment.

        Raises:
            Refused: by the officer who asked.
            WrongStep: it was decided before, or the time would be over at once.
        """
        if until <= at:
            raise BadInput(f"a disclosure can't end on {until}, before it begins; give at least one hour")
        return evolve(self._decided(DisclosureState.APPROVED, by, at), until=until)

    def refused(self, by: str, at: datetime) -> "Disclosure":
        """Return the request turned down; raises as `approved` does."""
        return self._decided(DisclosureState.REFUSED, by, at)

    def check_readable(self, by: str, at: datetime) -> None:
        """Check that an officer may read the identity now.

        Raises:
            Refused: somebody else asked for it, it isn't approved, or its time is over.
        """
        if by != self.requested_by:
            raise Refused(f"disclosure {self.id} was granted to another officer; ask for one of your own")
        if self.state is not DisclosureState.APPROVED or self.until is None:
            raise Refused(f"disclosure {self.id} is {self.state}: a second person must approve it first")
        if at >= self.until:
            raise Refused(f"disclosure {self.id} ended on {self.until.isoformat()}; ask for it again")

    def _decided(self, state: DisclosureState, by: str, at: datetime) -> "Disclosure":
        if by == self.requested_by:
            raise Refused(f"officer {by} asked for disclosure {self.id}: a second person must decide about it")
        if self.state is not DisclosureState.REQUESTED:
            raise WrongStep(f"disclosure {self.id} is {self.state} already; a new need takes a new request")
        return evolve(self, state=state, decided_by=by, decided_at=at)


@frozen(kw_only=True)
class Identity:
    """Who somebody is, as the vault knows it. Never stored outside the vault, never logged.

    Attributes:
        conversation: the id under which everybody else knows them.
        numbers: phone numbers and numbers of identity papers.
    """

    conversation: str
    name: str = field(repr=False)
    address: Address
    numbers: tuple[str, ...] = field(default=(), repr=False)


class ErasureState(StrEnum):
    """Where a person's wish to be erased stands."""

    OPEN = "open"
    GRANTED = "granted"
    DONE = "done"
    REFUSED = "refused"


@frozen(kw_only=True)
class Erasure:
    """A person's wish that nothing of theirs is kept, and what an officer decided about it.

    Attributes:
        unit: the unit they belonged to when they asked.
        conversation: who, by the id under which everybody knows them; "" where the platform didn't say who.
        asked_at: when they asked, as far as the platform says; `received_at` when it reached us: time counts from then.
        alias: another id that the platform has for them, where `conversation` is "".
        decided_by: officer who granted or refused it.
        done_at: when the last of it was destroyed.
    """

    id: str
    unit: str
    conversation: str
    asked_at: datetime
    received_at: datetime
    alias: str = field(default="", repr=False)
    state: ErasureState = ErasureState.OPEN
    decided_by: str = ""
    decided_at: datetime | None = None
    done_at: datetime | None = None

    @property
    def pending(self) -> bool:
        """Whether something is still to be done about it: a decision, or its execution."""
        return self.state in (ErasureState.OPEN, ErasureState.GRANTED)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The erasure scopes that seal who they are, and what was said with them one-to-one."""
        return (f"identity:{self.conversation}", f"conversation:{self.conversation}") if self.conversation else ()

    def age(self, now: datetime) -> timedelta:
        """Return how long it has been waiting, or waited until an officer decided."""
        return (self.decided_at or now) - self.received_at

    def granted(self, by: str, at: datetime) -> "Erasure":
        """Return the wish granted.

        Raises:
            WrongStep: it was decided before, or nobody knows whose wish it is.
        """
        if not self.conversation:
            raise WrongStep(
                f"erasure {self.id} can't be carried out: the platform didn't say who asked; look for them by hand, "
                "then refuse it and say what was done"
            )
        return self._decided(ErasureState.GRANTED, by, at)

    def refused(self, by: str, at: datetime) -> "Erasure":
        """Return the wish turned down.

        Raises:
            WrongStep: it was decided before.
        """
        return self._decided(ErasureState.REFUSED, by, at)

    def done(self, at: datetime) -> "Erasure":
        """Return the wish fulfilled.

        Raises:
            WrongStep: nobody granted it.
        """
        if self.state is not ErasureState.GRANTED:
            raise WrongStep(f"erasure {self.id} is {self.state}: an officer grants it first")
        return evolve(self, state=ErasureState.DONE, done_at=at)

    def _decided(self, state: ErasureState, by: str, at: datetime) -> "Erasure":
        if self.state is not ErasureState.OPEN:
            raise WrongStep(f"erasure {self.id} is {self.state} already; a new wish takes a new request")
        return evolve(self, state=state, decided_by=by, decided_at=at)


@frozen(kw_only=True)
class Tombstone:
    """An order to destroy what a scope sealed, and what is left afterwards.

    Attributes:
        id: the erasure scope, such as `tip:<id>`: nothing is ordered twice.
        reason: reason code, such as `retention` or `request`.
        done_at: when its key was destroyed.
    """

    id: str
    unit: str
    reason: str
    ordered_by: str
    ordered_at: datetime
    done_at: datetime | None = None

    def done(self, at: datetime) -> "Tombstone":
        """Return the order carried out."""
        if self.done_at is not None:
            raise WrongStep(f"scope {self.id!r} was destroyed at {self.done_at.isoformat()} already")
        return evolve(self, done_at=at)


@frozen(kw_only=True)
class LegalHold:
    """Something that must not be destroyed meanwhile.

    Attributes:
        scope: the erasure scope held.
        reason: on whose demand and why, in words.
        review_on: day on which somebody looks whether it is still needed; it ends only when it is released.
    """

    id: str
    unit: str
    scope: str
    reason: str
    by: str
    since: date
    review_on: date
    released_on: date | None = None

    def __attrs_post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInput(f"a legal hold on {self.scope!r} needs a reason: who asks for it, and why")
        if self.review_on <= self.since:
            raise BadInput(f"a legal hold of {self.since} can't be reviewed on {self.review_on}; take a later day")

    def released(self, day: date) -> "LegalHold":
        """Return the hold at its end."""
        if self.released_on is not None:
            raise WrongStep(f"the legal hold on {self.scope!r} was released on {self.released_on} already")
        return evolve(self, released_on=day)


@frozen(kw_only=True)
class Checkpoint:
    """The journal's head at a moment, with a mark of the keys port.

    The mark is a keyed hash (HMAC), not a signature: it convinces whoever holds this authority's keys that the head
    was not made up later, and nobody else. Handed to the superior unit, `seq` and `hash` alone already bind us.

    Attributes:
        id: the number of the line, as text.
    """

    id: str
    unit: str
    seq: int
    hash: str
    at: datetime
    mark: str = ""

    @property
    def marked(self) -> str:
        """What the mark is made of."""
        return f"{self.unit}:{self.seq}:{self.hash}:{self.at.isoformat()}"
