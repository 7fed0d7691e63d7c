"""Everything that can go wrong, in one tree.

::

    AnninhError
    ├── BadInput (ValueError)              a value from outside doesn't fit; nothing was changed
    │   ├── TooLarge                       more bytes or characters than allowed
    │   └── WrongStep                      the record's state doesn't allow this step
    ├── NotFound (LookupError)             no such record, unit, plugin or file
    │   └── FileWithheld                   a file that is shown to nobody, and why
    ├── Refused (PermissionError)          this actor may not do this here
    │   ├── NotVisible (NotFound)          no such record, or not this actor's: the two are told alike
    │   ├── BadSignature                   a webhook's signature doesn't fit its bytes; nothing of it was kept
    │   ├── NotSignedIn                    nobody is known to ask: sign in, or sign in again
    │   └── StepUpNeeded                   it takes a second factor shown just now
    ├── TooManyRequests                    not now; `after` says when: too many tries, or all places are taken
    ├── ServiceUnavailable                 a service that is asked, such as the authority's sign-in, doesn't answer
    ├── AlreadyDone                        the same request key was carried out before
    ├── Conflict                           somebody else changed the record; retried often, in vain
    │   ├── LeaseLost                      our claim on a queue row ran out and another worker has it
    │   └── Stale                          the record isn't any more as the actor saw it
    ├── Unsupported (NotImplementedError)  the chosen backend can't, and says whether it ever will
    ├── StorageError (OSError)
    │   ├── StorageBusy                    locked for longer than the patience set
    │   ├── StorageFull                    no room is left on its disk
    │   ├── NewerDatabase                  written by a newer version of this library
    │   └── DecryptionError                a passphrase or key doesn't open a file, or it was altered
    │       ├── Purged                     what a stored record said was destroyed by order, or on schedule
    │       ├── KeysUnavailable            the keys at hand open nothing of an epoch: other keys, or some are missing
    │       └── Damaged                    one stored record, or its key, was altered or lost
    ├── TooMuchDamage                      a job stopped, since too many of its records can't be read
    ├── DeliveryError                      a messenger could not send
    │   ├── RetryLater                     not now; `after` says when
    │   ├── RecipientUnreachable           this recipient, for good
    │   ├── RequestRejected                this message, for good
    │   │   └── MediaTooLarge              a received file exceeds the size limit
    │   ├── NeedsPerson                    somebody must act first (consent, payment, a hand-posted text)
    │   └── UnknownOutcome                 it may or may not have arrived
    └── PluginFailed                       a plugin raised; named, with its error as the cause

    ConfigurationError                     outside the tree, so that a lenient `except` can't hide it
    ├── BadProfile (ValueError)            the district's profile doesn't fit; names the place in the file
    ├── PluginRefused                      misspelt hook, no name, name taken, wrapper
    └── MissingExtra (ImportError)         an optional dependency isn't installed; names the install line
"""

import re
from datetime import timedelta
from typing import ClassVar

from anninh_core.kernel.sentences import Sentence

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _code_of(kind: type) -> str:
    """Return the code of a class that names none itself: its name in snake case."""
    named: str | None = vars(kind).get("code")
    return named or _WORD.sub("_", kind.__name__).lower()


class _Explained(Exception):
    """An error that carries the parts of its sentence. `str()` is the English one.

    Attributes:
        sentence: literal template and values, which an interface puts in its language.
    """

    def __init__(self, sentence: object = "", /, **values: object) -> None:
        """Make an error of a literal template and its values: ids and plain values, never names of people."""
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(str(sentence), **values)
        super().__init__(str(self.sentence))


class AnninhError(_Explained):
    """Base of everything this library raises while it works.

    Attributes:
        code: by which programs tell errors apart: the class in snake case; of `NotVisible` that of `NotFound`.
    """

    code: ClassVar[str] = "anninh_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _code_of(cls)


class BadInput(AnninhError, ValueError):
    """A value from outside doesn't fit. Nothing was changed.

    Attributes:
        limit: how much is taken at most, where too much was asked for or sent; None otherwise.
        argument: name of the argument that doesn't fit, whose field a form marks; "" for none or several.
    """

    def __init__(
        self, sentence: object = "", /, *, limit: int | None = None, argument: str = "", **values: object
    ) -> None:
        super().__init__(sentence, limit=limit, argument=argument, **values)
        self.limit = limit
        self.argument = argument


class TooLarge(BadInput):
    """More bytes or characters than allowed."""


class WrongStep(BadInput):
    """The record's state doesn't allow this step."""


class NotFound(AnninhError, LookupError):
    """No such record, unit, plugin or file.

    Attributes:
        kind: what kind of thing was asked for, such as `tip`, `unit` or `messenger`; "" where that has no name.
        id: by which id or name.
    """

    def __init__(self, sentence: object = "", /, *, kind: str = "", id: str = "", **values: object) -> None:
        super().__init__(sentence, kind=kind, id=id, **values)
        self.kind = kind
        self.id = id


class FileWithheld(NotFound):
    """A file is here but shown to nobody: it may do harm, or hide what it is. Its original can be asked for."""


class Refused(AnninhError, PermissionError):
    """This actor may not do this here.

    Attributes:
        permission: the one that is missing, such as `tip.handle`; "" where it isn't about a permission.
        unit: where it is missing; "" where that isn't told.
        roles: ids of the profile's roles that give it.
    """

    def __init__(
        self,
        sentence: object = "",
        /,
        *,
        permission: str = "",
        unit: str = "",
        roles: tuple[str, ...] = (),
        **values: object,
    ) -> None:
        super().__init__(sentence, permission=permission, unit=unit, roles=roles, **values)
        self.permission = permission
        self.unit = unit
        self.roles = roles


class NotVisible(Refused, NotFound):
    """There is no such record, or it isn't this actor's to know of: told alike, and the journal has the truth.

    It has `permission`, `kind` and `id`, as they were asked for. `unit` is empty: whose a record is, is part of what
    isn't told.
    """

    code = "not_found"


class BadSignature(Refused):
    """The signature of a webhook doesn't fit its bytes: it isn't the platform's, or one side has another secret."""


class NotSignedIn(Refused):
    """Nobody is known to ask, or what they showed holds no longer. Why is told to nobody."""


class StepUpNeeded(Refused):
    """It takes a person who has just shown a second factor. What can't be undone isn't left to a stolen session.

    Attributes:
        action: what takes it, as the journal names it.
        method: by what the person is known.
    """

    def __init__(self, action: str, method: str) -> None:
        super().__init__(
            "{action} needs a second factor that was shown just now, not only a sign-in by {method!r}: "
            "show it and ask again.",
            action=action,
            method=method,
        )
        self.action = action
        self.method = method


class TooManyRequests(AnninhError):
    """Not now: somebody tried too often, or too many ask at once. Nothing was changed.

    Attributes:
        after: how long to wait at least.
    """

    def __init__(self, sentence: object, /, after: timedelta, **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class ServiceUnavailable(AnninhError):
    """A service that is asked, such as the authority's sign-in, doesn't answer as it should. Nothing was changed.

    Attributes:
        after: how long to wait at least.
    """

    def __init__(self, sentence: object, /, after: timedelta = timedelta(seconds=10), **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class AlreadyDone(AnninhError):
    """The same request key was carried out before; nothing was done twice.

    Attributes:
        request: the key.
        touched: kind, id and version of what was written then, as the journal names it; empty where nobody knows it
            any more, or the key is one that a part of the program made.
        facts: the small clear facts that the journal has of it.
    """

    def __init__(
        self, request: str, touched: tuple[tuple[str, str, int], ...] = (), facts: dict[str, object] | None = None
    ) -> None:
        super().__init__("Request {request!r} was carried out before; nothing was done twice.", request=request)
        self.request = request
        self.touched = touched
        self.facts: dict[str, object] = facts or {}

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the records of a kind that were written then."""
        return tuple(id for name, id, _ in self.touched if name == kind)


class Conflict(AnninhError):
    """Somebody else changed the record meanwhile. Read it again and decide anew."""


class LeaseLost(Conflict):
    """Our claim on a queue row ran out; whoever holds it now does the work."""


class Stale(Conflict):
    """The record isn't any more as the actor saw it. Nothing was done, and nothing of the other change is lost.

    Attributes:
        kind, id: which record.
        seen: the version that the actor saw.
        version: the one that it has.
    """

    def __init__(self, kind: str, id: str, *, seen: int, version: int, change: str = "") -> None:
        super().__init__(
            "{kind:record} {id} has changed since you read it (version {seen}, now {version}). "
            "Nothing was done: read it again and decide."
            if not change
            else "{kind:record} {id} was changed by {change} since you read it (version {seen}, now {version}). "
            "Nothing was done: read it again and decide.",
            kind=kind,
            id=id,
            seen=seen,
            version=version,
            change=change,
        )
        self.kind = kind
        self.id = id
        self.seen = seen
        self.version = version


class Unsupported(AnninhError, NotImplementedError):
    """The chosen backend can't do this."""


class StorageError(AnninhError, OSError):
    """The storage failed; what was not acknowledged was not kept."""


class StorageBusy(StorageError):
    """The storage stayed locked for longer than the patience set."""


class StorageFull(StorageError):
    """No room is left on the storage's disk; what was not acknowledged was not kept."""


class NewerDatabase(StorageError):
    """The database was written by a newer version of this library."""


class DecryptionError(StorageError):
    """Something encrypted doesn't open: another passphrase or key, or altered bytes.

    Stored records raise one of its three subclasses.
    """


class Purged(DecryptionError):
    """What a record said was destroyed, and an order or a schedule says so. Nothing is wrong."""


class KeysUnavailable(DecryptionError):
    """The keys at hand open no data key of an epoch: they are others, or lack that epoch. No record is at fault."""


class Damaged(DecryptionError):
    """A stored record doesn't open although nothing destroyed it: it, or its key, was altered or lost."""


class TooMuchDamage(AnninhError):
    """A job stopped, since too many of its records can't be read: something is wrong with all of them."""


class DeliveryError(AnninhError):
    """A messenger could not send."""


class RetryLater(DeliveryError):
    """Not now.

    Attributes:
        after: how long to wait at least; None leaves it to the back-off.
    """

    def __init__(self, sentence: object, /, after: timedelta | None = None, **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class RecipientUnreachable(DeliveryError):
    """This recipient can't be reached, now or later."""


class RequestRejected(DeliveryError):
    """This message won't be accepted as it is, now or later."""


class MediaTooLarge(RequestRejected):
    """A file that came with a message exceeds the size limit, now or later."""


class NeedsPerson(DeliveryError):
    """Somebody must act before this can go on."""


class UnknownOutcome(DeliveryError):
    """The message may or may not have arrived: never sent again blindly."""


class PluginFailed(AnninhError):
    """A plugin raised; its error is the cause."""


class ConfigurationError(_Explained):
    """The set-up is wrong. Deliberately not an `AnninhError`.

    Attributes:
        code: as that of an `AnninhError`.
    """

    code: ClassVar[str] = "configuration_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _code_of(cls)


class BadProfile(ConfigurationError, ValueError):
    """The district's profile doesn't fit; the message names the place in the file."""


class PluginRefused(ConfigurationError):
    """A plugin was refused on loading: misspelt hook, no name, name taken, or a wrapper."""


class MissingExtra(ConfigurationError, ImportError):
    """An optional dependency isn't installed.

    Attributes:
        extra: the extra of this library that brings it.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            "{what} needs an optional dependency; install it with: pip install 'anninh[{extra}]'",
            what=what,
            extra=extra,
        )
        self.extra = extra
