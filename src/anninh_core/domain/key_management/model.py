"""Records of key epochs and of the latest recovery copy, which no key keeper stores."""

from datetime import date, datetime, timedelta

from attrs import evolve, frozen

from anninh_core.usecase.views import make_view, view
from anninh_core.vocabulary.rules import KeyRules


@frozen(kw_only=True)
class EpochSpan:
    """A key epoch with its beginning and its end.

    Attributes:
        began_at: when it was first seen in use; for an epoch older than these records, when it was first seen at all.
        ended_at: when its successor was first seen; None for the epoch in use.
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
        """The epoch in use, or None if no epoch is recorded."""
        return self.spans[-1] if self.spans else None

    def observed(self, current: str, others: tuple[str, ...] | None, at: datetime) -> "EpochLog":
        """Return the log updated with the key keeper's present epochs.

        Args:
            current: name of the epoch in use.
            others: names of the keeper's other epochs; None if it can't list them, which keeps those in the log.
            at: time of the observation.
        """
        by_name = {span.name: span for span in self.spans}
        earlier = tuple(by_name) if others is None else others
        ended = [
            evolve(span, ended_at=span.ended_at or at)
            for name in earlier
            if name != current
            for span in [by_name.get(name) or EpochSpan(name=name, began_at=at)]
        ]
        current_span = by_name.get(current) or EpochSpan(name=current, began_at=at)
        return EpochLog((*ended, evolve(current_span, ended_at=None)))

    def without(self, epoch: str) -> "EpochLog":
        """Return the log without an epoch whose key was destroyed."""
        return EpochLog(tuple(span for span in self.spans if span.name != epoch))

    def is_new_epoch_due(self, days: int | None, at: datetime) -> bool:
        """Return whether the epoch in use began `days` or more days ago; False if `days` is None."""
        return days is not None and self.current is not None and at - self.current.began_at >= timedelta(days=days)

    def list_destroyable_epochs(self, days: int | None, at: datetime) -> tuple[str, ...]:
        """Return the epochs that ended `days` or more days ago; none if `days` is None."""
        if days is None:
            return ()
        ended = ((span.name, span.ended_at) for span in self.spans if span.ended_at is not None)
        return tuple(name for name, ended_at in ended if at - ended_at >= timedelta(days=days))


@frozen(kw_only=True)
class RecoveryNote:
    """The recovery copy that was made or tried last.

    Attributes:
        place: path where it was written, as its author named it; the copy may have been moved since.
        epoch: the newest epoch in it; it opens nothing that is wrapped under later ones.
        tried_at: when it was last read from its place and compared with the keys in use.
    """

    place: str
    epoch: str
    tried_at: datetime

    def to_view(self) -> "RecoveryNoteView":
        """Return the read-only view of the note, without the place."""
        return make_view(RecoveryNoteView, self)


@view
class RecoveryNoteView:
    """The recovery copy that was made or tried last; its place is only shown on the server itself."""

    epoch: str
    tried_at: datetime


@view
class KeyRulesView:
    """Lifetimes of epoch keys.

    Attributes:
        epoch_days: days after which a new epoch begins; None: only an operator begins one.
        forget_after_days: days after its end until an epoch's key is destroyed; None: only an operator destroys it.
        days_until_backups_forget: maximal number of days after which no older backup opens data purged today; None: not
            on schedule.
    """

    epoch_days: int | None
    forget_after_days: int | None
    days_until_backups_forget: int | None


@view
class EpochUse:
    """Number of living data keys wrapped under an epoch.

    Attributes:
        count: number of keys; `is_capped` if there are more, which weren't counted.
        began_on: None if not recorded.
    """

    name: str
    count: int
    is_capped: bool = False
    began_on: date | None = None
    ended_on: date | None = None


@frozen(kw_only=True)
class KeyStatus:
    """Status of the keys.

    Attributes:
        is_protected: whether a passphrase protects them; None for a key keeper without passphrases.
        signing_key: id of the key that signs now; "" for none yet.
        epochs: uses of each epoch; the epoch in use is the last.
        recovery: the copy that was made or tried last; None if none was ever made by this system.
        epoch: name of the epoch in use.
    """

    is_protected: bool | None
    epoch: str
    signing_key: str
    epochs: tuple[EpochUse, ...]
    recovery: RecoveryNote | None
    rules: KeyRules

    def to_view(self) -> "KeyStatusView":
        """Return the read-only view of the status."""
        return make_view(KeyStatusView, self, rules=make_view(KeyRulesView, self.rules))


@view
class KeyStatusView:
    """Status of the keys. Fields are as in `KeyStatus`."""

    is_protected: bool | None
    epoch: str
    signing_key: str
    epochs: tuple[EpochUse, ...]
    recovery: RecoveryNoteView | None
    rules: KeyRulesView
