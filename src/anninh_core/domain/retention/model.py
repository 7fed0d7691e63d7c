"""Models of erasure requests, purge orders and legal holds. Every transition is a pure method."""

from datetime import date, datetime, timedelta

from attrs import evolve, field, frozen

from anninh_core.domain.retention.rules import ErasureState
from anninh_core.domain.retention.views import (
    ErasureView,
    HandedOut,
    LegalHoldView,
    PurgeOrderView,
    make_public_scope_name,
)
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.usecase.kinds import Fact
from anninh_core.usecase.views import make_view


@frozen(kw_only=True)
class Erasure:
    """A person's request to be erased, and the officer's decision about it.

    Attributes:
        unit: the person's unit at the time of the request.
        conversation: the person's conversation id; "" if the platform didn't name the person.
        asked_at: time of the request according to the platform; `received_at` is when it reached us, which begins the
            waiting time.
        alias: another id of the person on the platform, if `conversation` is "".
        decided_by: officer who granted or refused it.
        done_at: when the last data were destroyed.
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
        """Return the read-only view of the request."""
        return make_view(ErasureView, self, is_sender_known=bool(self.conversation))

    @property
    def is_pending(self) -> bool:
        """Whether a decision about the request, or its execution, is pending."""
        return self.state in (ErasureState.OPEN, ErasureState.GRANTED)

    @property
    def scopes(self) -> tuple[str, ...]:
        """The erasure scopes that encrypt the person's identity and one-to-one conversation."""
        return (f"identity:{self.conversation}", f"conversation:{self.conversation}") if self.conversation else ()

    def age(self, now: datetime) -> timedelta:
        """Return how long the request has been waiting, or waited until the decision."""
        return (self.decided_at or now) - self.received_at

    def granted(self, by: str, at: datetime) -> "Erasure":
        """Return the request granted.

        Raises:
            WrongStep: it was decided before, or the person is unknown.
        """
        if not self.conversation:
            raise WrongStep(
                "Erasure {erasure} can't be carried out, because the platform didn't name the "
                "person: search for their data by hand, then refuse it with "
                "{act:retention.refuse_erasure} and describe the result.",
                erasure=self.id,
            )
        return self._decided(ErasureState.GRANTED, by, at)

    def refused(self, by: str, at: datetime) -> "Erasure":
        """Return the request refused.

        Raises:
            WrongStep: it was decided before.
        """
        return self._decided(ErasureState.REFUSED, by, at)

    def done(self, at: datetime) -> "Erasure":
        """Return the request executed.

        Raises:
            WrongStep: it isn't granted.
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
    """An order to destroy a scope's data, and the facts kept afterwards.

    Attributes:
        id: the erasure scope, such as `tip:<id>`, so that nothing is ordered twice.
        reason: reason code, such as `retention` or `request`.
        due_at: earliest time of the execution; until then a legal hold cancels it. None in orders of earlier versions.
        begun_at: begin of the execution; from then on no legal hold cancels it.
        key_mark: distinguishes the key to be destroyed from a key that the scope got since, see `key_marks.mark_key`;
            None until it is begun.
        cancelled_at: time of the cancellation.
        done_at: when its key was destroyed.
        clock: kind of data whose retention period ended, "" if a person ordered it. Such an order is cancelled if the
            period runs again.
        purged_at: when an earlier order for the same scope was executed; the scope got a new key since.
        counted: facts of the record for the reports, since it can't be read any more; None in orders of earlier
            versions.
        handed_out: exports that left the authority before.
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
        """Return the read-only view of the order."""
        return make_view(PurgeOrderView, self, scope=make_public_scope_name(self.id))

    @property
    def is_pending(self) -> bool:
        """Whether the order still has to be executed."""
        return self.done_at is None and self.cancelled_at is None

    def is_due(self, at: datetime) -> bool:
        """Return whether the order may be executed at a given time."""
        return self.is_pending and (self.due_at is None or self.due_at <= at)

    def begun(self, at: datetime, counted: tuple[Fact, ...] | None = None, key_mark: str | None = None) -> "PurgeOrder":
        """Return the order with its execution begun; an interrupted one keeps its begin and its key mark.

        An order that an earlier version began without a key mark may have destroyed a key already.

        Args:
            at: begin of the execution.
            counted: facts of its record; None if it can't be read any more.
            key_mark: mark of the key to be destroyed.
        """
        return evolve(
            self,
            begun_at=self.begun_at or at,
            counted=self.counted if counted is None else counted,
            key_mark=key_mark if self.key_mark is None else self.key_mark,
            purged_at=self.purged_at or self.begun_at if self.key_mark is None else self.purged_at,
        )

    def cancelled(self, at: datetime) -> "PurgeOrder":
        """Return the order cancelled: by a legal hold, or because its retention period runs again.

        Raises:
            WrongStep: its key is being destroyed, or was.
        """
        if not self.is_pending or self.begun_at is not None:
            raise WrongStep("{scope!r} can't be held any more: it was destroyed, or is being destroyed.", scope=self.id)
        return evolve(self, cancelled_at=at)

    def given_up(self, at: datetime) -> "PurgeOrder":
        """Return the clock's order cancelled, begun or not, because the retention period runs again.

        Raises:
            WrongStep: it was executed or cancelled already.
        """
        return evolve(self, begun_at=None, key_mark=None).cancelled(at)

    def done(self, at: datetime, handed_out: tuple[HandedOut, ...] = ()) -> "PurgeOrder":
        """Return the order executed, with the exports that left the authority before."""
        if not self.is_pending:
            raise WrongStep(
                "The purge of {scope!r} was carried out or cancelled already: if it is still needed, order "
                "it again with {act:retention.order_purge}.",
                scope=self.id,
            )
        return evolve(self, done_at=at, handed_out=handed_out)


@frozen(kw_only=True)
class LegalHold:
    """A case that must not be destroyed for a time, with all data that belong to it; see `retention.coverage`.

    Attributes:
        scope: erasure scope of the case, `kind:id`; holds of earlier versions may name any scope.
        reason: who demands it and why, in words.
        review_on: day on which an officer reviews whether it is still needed; it ends only when it is released.
        released_by: id of the officer who released it; "" before.
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
        """Return the read-only view of the hold."""
        return make_view(LegalHoldView, self, scope=make_public_scope_name(self.scope))

    def released(self, day: date, by: str) -> "LegalHold":
        """Return the released hold."""
        if self.released_on is not None:
            raise WrongStep(
                "The legal hold on {scope!r} was released already, on {day}.",
                scope=self.scope,
                day=self.released_on,
            )
        return evolve(self, released_on=day, released_by=by)
