"""Which epochs there were and since when, and which recovery copy was made: facts that no keeper of keys has."""

from datetime import date, datetime, timedelta

from attrs import evolve, frozen

from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.rules import KeyRules


@frozen(kw_only=True)
class EpochSpan:
    """An epoch of the keys.

    Attributes:
        began_at: when it was first seen in use; of one from before that was noted, when it was first seen at all.
        ended_at: when another was first seen in its place; None for the one in use.
    """

    name: str
    began_at: datetime
    ended_at: datetime | None = None


@frozen
class EpochLog:
    """The epochs whose keys weren't destroyed yet, oldest first. The last is in use."""

    spans: tuple[EpochSpan, ...] = ()

    @property
    def current(self) -> EpochSpan | None:
        """The epoch in use."""
        return self.spans[-1] if self.spans else None

    def observed(self, current: str, others: tuple[str, ...] | None, at: datetime) -> "EpochLog":
        """Return the log after a look at the keeper.

        Args:
            current: the epoch in use.
            others: further ones that the keeper has; None where it can't list them, and those that are known stay.
            at: the moment of the look.
        """
        known = {span.name: span for span in self.spans}
        earlier = tuple(known) if others is None else others
        ended = [
            evolve(span, ended_at=span.ended_at or at)
            for name in earlier
            if name != current
            for span in [known.get(name) or EpochSpan(name=name, began_at=at)]
        ]
        mine = known.get(current) or EpochSpan(name=current, began_at=at)
        return EpochLog((*ended, evolve(mine, ended_at=None)))

    def without(self, epoch: str) -> "EpochLog":
        """Return the log after an epoch's key was destroyed."""
        return EpochLog(tuple(span for span in self.spans if span.name != epoch))

    def is_turn_due(self, days: int | None, at: datetime) -> bool:
        """Tell whether the epoch in use has lasted for so many days; None for never."""
        return days is not None and self.current is not None and at - self.current.began_at >= timedelta(days=days)

    def forgettable(self, days: int | None, at: datetime) -> tuple[str, ...]:
        """Return the epochs that ended so many days ago; None for none."""
        if days is None:
            return ()
        ended = ((span.name, span.ended_at) for span in self.spans if span.ended_at is not None)
        return tuple(name for name, ended_at in ended if at - ended_at >= timedelta(days=days))


@frozen(kw_only=True)
class RecoveryNote:
    """The recovery copy that was made or tried last.

    Attributes:
        place: where it was written, as whoever made it named it: it may be elsewhere by now.
        epoch: the newest epoch in it; what is wrapped under later ones it doesn't open.
        tried_at: when it was last read from its place and compared with the keys in use.
    """

    place: str
    epoch: str
    tried_at: datetime

    def to_view(self) -> "RecoveryNoteView":
        """Return what may leave."""
        return make_view(RecoveryNoteView, self)


@view
class RecoveryNoteView:
    """The recovery copy that was made or tried last; its place is shown at the machine alone."""

    epoch: str
    tried_at: datetime


@view
class KeyRulesView:
    """How long epoch keys last.

    Attributes:
        epoch_days: the epoch is turned after so many days; None: only a person turns it.
        forget_after_days: so many days after an epoch ended its key is destroyed; None: only a person does it.
        days_until_backups_forget: after so many days at most no older backup opens what is purged today; None: not by
            the clock.
    """

    epoch_days: int | None
    forget_after_days: int | None
    days_until_backups_forget: int | None


@view
class EpochUse:
    """How many living data keys are wrapped under an epoch.

    Attributes:
        count: of them; `is_capped` where there are more, which weren't counted.
        began_on: None where nobody noted it.
    """

    name: str
    count: int
    is_capped: bool = False
    began_on: date | None = None
    ended_on: date | None = None


@frozen(kw_only=True)
class KeyStatus:
    """What is known about the keys.

    Attributes:
        is_protected: whether a passphrase protects them; None for a keeper that knows none.
        signing_key: id of the key that signs now; "" for none yet.
        epochs: the epoch in use last.
        recovery: the copy that was made or tried last; None where none was ever made from here.
        epoch: name of the epoch in use.
    """

    is_protected: bool | None
    epoch: str
    signing_key: str
    epochs: tuple[EpochUse, ...]
    recovery: RecoveryNote | None
    rules: KeyRules

    def to_view(self) -> "KeyStatusView":
        """Return what may leave."""
        return make_view(KeyStatusView, self, rules=make_view(KeyRulesView, self.rules))


@view
class KeyStatusView:
    """What is known about the keys."""

    is_protected: bool | None
    epoch: str
    signing_key: str
    epochs: tuple[EpochUse, ...]
    recovery: RecoveryNoteView | None
    rules: KeyRulesView
