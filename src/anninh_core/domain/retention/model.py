"""Wishes to be erased, orders to destroy, legal holds. Every transition is a pure method."""

from datetime import date, datetime, timedelta

from attrs import evolve, field, frozen

from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.retention.views import ErasureView, HandedOut, LegalHoldView, PurgeOrderView, show_scope
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Fact
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class Erasure:
    """A person's request to be erased, and the officer's decision about it.

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
    version: int = 0

    def to_view(self) -> ErasureView:
        """Return what may leave."""
        return make_view(ErasureView, self, is_sender_known=bool(self.conversation))

    @property
    def is_pending(self) -> bool:
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
                "Erasure {erasure} can't be carried out, because the platform didn't name the person: search "
                "for them by hand, then refuse it with {act:retention.refuse_erasure} and write what was "
                "done.",
                erasure=self.id,
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
            raise WrongStep(
                "Erasure {erasure} is {state}: an officer must grant it first with {act:retention.erase}.",
                erasure=self.id,
                state=self.state,
            )
        return evolve(self, state=ErasureState.DONE, done_at=at)

    def _decided(self, state: ErasureState, by: str, at: datetime) -> "Erasure":
        if self.state is not ErasureState.OPEN:
            raise WrongStep(
                "Erasure {erasure} is {state} already: a new wish needs a new request.",
                erasure=self.id,
                state=self.state,
            )
        return evolve(self, state=state, decided_by=by, decided_at=at)


@frozen(kw_only=True)
class PurgeOrder:
    """An order to destroy what a scope sealed, and what is left afterwards.

    Attributes:
        id: the erasure scope, such as `tip:<id>`: nothing is ordered twice.
        reason: reason code, such as `retention` or `request`.
        due_at: not carried out before; until then a legal hold cancels it. None in orders of earlier versions.
        begun_at: from when on no legal hold cancels it: its key is being destroyed.
        key_mark: tells the key that is to be destroyed from one that its scope got since, see `key_marks.mark_key`;
            None until it is begun.
        cancelled_at: when a legal hold cancelled it.
        done_at: when its key was destroyed.
        clock: kind of data whose time was over, "" where a person ordered it. It is cancelled where that is so no more.
        purged_at: when an earlier order about the same scope was carried out, which sealed something anew since.
        counted: what the record counts for, since it can't be read any more; None in orders of earlier versions.
        handed_out: what left the house before.
        ordered_by: id of the officer who ordered it.
    """

    id: str
    unit: str
    reason: str
    ordered_by: str
    ordered_at: datetime
    due_at: datetime | None = None
    begun_at: datetime | None = None
    cancelled_at: datetime | None = None
    done_at: datetime | None = None
    key_mark: str | None = field(default=None, repr=False)
    clock: str = ""
    purged_at: datetime | None = None
    counted: tuple[Fact, ...] | None = None
    handed_out: tuple[HandedOut, ...] = ()
    version: int = 0

    def to_view(self) -> PurgeOrderView:
        """Return what may leave."""
        return make_view(PurgeOrderView, self, scope=show_scope(self.id))

    @property
    def is_pending(self) -> bool:
        """Whether it is still to be carried out."""
        return self.done_at is None and self.cancelled_at is None

    def is_due(self, at: datetime) -> bool:
        """Tell whether it may be carried out at a moment."""
        return self.is_pending and (self.due_at is None or self.due_at <= at)

    def begun(self, at: datetime, counted: tuple[Fact, ...] | None = None, key_mark: str | None = None) -> "PurgeOrder":
        """Return the order while it is carried out; one that was broken off keeps its moment, and its key.

        One that an earlier version began, which marked no key, may have destroyed one by now.

        Args:
            at: when it is begun.
            counted: what its record counts for; None where it can't be read any more.
            key_mark: tells the key that it destroys.
        """
        return evolve(
            self,
            begun_at=self.begun_at or at,
            counted=self.counted if counted is None else counted,
            key_mark=key_mark if self.key_mark is None else self.key_mark,
            purged_at=self.purged_at or self.begun_at if self.key_mark is None else self.purged_at,
        )

    def cancelled(self, at: datetime) -> "PurgeOrder":
        """Return the order cancelled: by a legal hold, or because its clock began anew.

        Raises:
            WrongStep: its key is being destroyed, or was.
        """
        if not self.is_pending or self.begun_at is not None:
            raise WrongStep("{scope!r} can't be held any more: it was destroyed, or is being destroyed.", scope=self.id)
        return evolve(self, cancelled_at=at)

    def given_up(self, at: datetime) -> "PurgeOrder":
        """Return the clock's order cancelled, begun or not, since what it is about isn't over any more.

        Raises:
            WrongStep: it was carried out or cancelled already.
        """
        return evolve(self, begun_at=None, key_mark=None).cancelled(at)

    def done(self, at: datetime, handed_out: tuple[HandedOut, ...] = ()) -> "PurgeOrder":
        """Return the order carried out, with what left the house before."""
        if not self.is_pending:
            raise WrongStep(
                "The purge of {scope!r} was carried out or cancelled already: if it is still needed, order "
                "it again with {act:retention.order_purge}.",
                scope=self.id,
            )
        return evolve(self, done_at=at, handed_out=handed_out)


@frozen(kw_only=True)
class LegalHold:
    """A case that must not be destroyed meanwhile, with all that hangs on it; see `retention.coverage`.

    Attributes:
        scope: the erasure scope of the case held, `kind:id`; holds of earlier versions may name any scope.
        reason: on whose demand and why, in words.
        review_on: day on which somebody looks whether it is still needed; it ends only when it is released.
        released_by: id of the officer who ended it; "" while it holds.
    """

    id: str
    unit: str
    scope: str
    reason: str
    by: str
    since: date
    review_on: date
    released_on: date | None = None
    released_by: str = ""
    version: int = 0

    def __attrs_post_init__(self) -> None:
        if not self.reason.strip():
            raise BadInput(
                "A legal hold on {scope!r} needs a reason: write who asks for it, and why.", scope=self.scope
            )
        if self.review_on <= self.since:
            raise BadInput(
                "A legal hold from {since} can't be reviewed on {day}: choose a later day.",
                since=self.since,
                day=self.review_on,
            )

    def to_view(self) -> LegalHoldView:
        """Return what may leave."""
        return make_view(LegalHoldView, self, scope=show_scope(self.scope))

    def released(self, day: date, by: str) -> "LegalHold":
        """Return the hold at its end."""
        if self.released_on is not None:
            raise WrongStep(
                "The legal hold on {scope!r} was released already, on {day}.",
                scope=self.scope,
                day=self.released_on,
            )
        return evolve(self, released_on=day, released_by=by)
