"""All errors of the library, in one tree.

::

    AnninhError
    ├── BadInput (ValueError)              an invalid value from outside; nothing was changed
    │   ├── TooLarge                       more bytes or characters than allowed
    │   └── WrongStep                      the record's state doesn't allow this step
    ├── NotFound (LookupError)             no such record, unit, plugin or file
    │   └── FileWithheld                   a file that is shown to no one, and why
    ├── Refused (PermissionError)          this actor may not do this here
    │   ├── NotVisible (NotFound)          no such record, or not visible to this actor: indistinguishable
    │   ├── BadSignature                   a webhook's signature doesn't fit its bytes; nothing was kept
    │   ├── NotSignedIn                    the caller isn't authenticated: sign in, or sign in again
    │   └── StepUpNeeded                   a second factor, presented just now, is required
    ├── TooManyRequests                    rate or capacity limit reached; retry after `after`
    ├── ServiceUnavailable                 an external service, such as the authority's sign-in, doesn't answer
    ├── AlreadyDone                        the same request key was carried out before
    ├── Conflict                           the record was changed concurrently; retries were in vain
    │   ├── LeaseLost                      our claim on a queue row ran out and another worker has it
    │   └── Stale                          the record has changed since the actor read it
    ├── Unsupported (NotImplementedError)  the chosen backend can't, and says whether it ever will
    ├── StorageError (OSError)
    │   ├── StorageBusy                    locked for longer than the configured timeout
    │   ├── StorageFull                    no room is left on its disk
    │   ├── NewerDatabase                  written by a newer version of this library
    │   └── DecryptionError                a passphrase or key doesn't open a file, or it was altered
    │       ├── Purged                     a stored record's content was destroyed by order, or on schedule
    │       ├── KeysUnavailable            the available keys open no data key of an epoch: wrong or missing keys
    │       └── Damaged                    one stored record, or its key, was altered or lost
    ├── TooMuchDamage                      a job stopped, since too many of its records can't be read
    ├── DeliveryError                      a messenger could not send
    │   ├── RetryLater                     temporary; retry after `after`
    │   ├── RecipientUnreachable           this recipient, for good
    │   ├── RequestRejected                this message, for good
    │   │   └── MediaTooLarge              a received file exceeds the size limit
    │   ├── NeedsPerson                    a person must act first (consent, payment, a hand-posted text)
    │   └── UnknownOutcome                 it may or may not have arrived
    └── PluginFailed                       a plugin raised; named, with its error as the cause

    ConfigurationError                     outside the tree, so that a lenient `except` can't hide it
    ├── BadProfile (ValueError)            an invalid district profile; names the place in the file
    ├── PluginRefused                      misspelt hook, no name, name taken, wrapper
    └── MissingExtra (ImportError)         an optional dependency isn't installed; names the install line
"""

import re
from datetime import timedelta
from typing import ClassVar

from anninh_core.kernel.sentences import Sentence

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _derive_code(kind: type) -> str:
    """Return the class's own `code`, or else its name in snake case."""
    named: str | None = vars(kind).get("code")
    return named or _WORD.sub("_", kind.__name__).lower()


class _TranslatableError(Exception):
    """An error with a translatable message. `str()` is the English text.

    Attributes:
        sentence: literal template and its values, which an interface translates.
    """

    def __init__(self, sentence: object = "", /, **values: object) -> None:
        """Make an error from a literal template and its values: ids and plain values, never names of people."""
        self.sentence = sentence if isinstance(sentence, Sentence) else Sentence(str(sentence), **values)
        super().__init__(str(self.sentence))


class AnninhError(_TranslatableError):
    """Base of all errors that the library raises at runtime.

    Attributes:
        code: identifier of the error for programs: the class name in snake case; `NotVisible` has that of `NotFound`.
    """

    code: ClassVar[str] = "anninh_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _derive_code(cls)


class BadInput(AnninhError, ValueError):
    """An invalid value from outside. Nothing was changed.

    Attributes:
        limit: the maximum, if too much was requested or sent; else None.
        argument: name of the invalid argument, whose field a form marks; "" for none or several.
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
        kind: kind of the requested thing, such as `tip`, `unit` or `messenger`; "" if it has no name.
        id: the requested id or name.
    """

    def __init__(self, sentence: object = "", /, *, kind: str = "", id: str = "", **values: object) -> None:
        super().__init__(sentence, kind=kind, id=id, **values)
        self.kind = kind
        self.id = id


class FileWithheld(NotFound):
    """A stored file that is shown to no one, as it may be harmful or hide its type. Its original can be requested."""


class Refused(AnninhError, PermissionError):
    """This actor may not do this here.

    Attributes:
        permission: the missing permission, such as `tip.handle`; "" if the refusal has another reason.
        unit: unit for which the permission is missing; "" if undisclosed.
        roles: ids of the profile's roles that grant the permission.
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
    """No such record, or this actor may not know of the record: the error is the same, only the journal has the truth.

    `permission`, `kind` and `id` are those of the request. `unit` is empty, as the unit of an invisible record is
    confidential.
    """

    code = "not_found"


class BadSignature(Refused):
    """A webhook's signature doesn't fit its bytes: the sender isn't the platform, or the secrets of the two sides
    differ.
    """


class NotSignedIn(Refused):
    """The caller isn't authenticated, or the session is no longer valid. The reason isn't disclosed."""


class StepUpNeeded(Refused):
    """The action requires a second factor that was presented just now: a stolen session must not suffice for
    irreversible actions.

    Attributes:
        action: the action, as named in the journal.
        method: the person's sign-in method.
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
    """Raised for too many attempts by one caller, or too many concurrent requests. Nothing was changed.

    Attributes:
        after: minimum time to wait.
    """

    def __init__(self, sentence: object, /, after: timedelta, **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class ServiceUnavailable(AnninhError):
    """An external service, such as the authority's sign-in, doesn't answer properly. Nothing was changed.

    Attributes:
        after: minimum time to wait.
    """

    def __init__(self, sentence: object, /, after: timedelta = timedelta(seconds=10), **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class AlreadyDone(AnninhError):
    """The same request key was carried out before; nothing was done twice.

    Attributes:
        request: the key.
        touched: kind, id and version of the records written then, as named in the journal; empty if this is no longer
            known, or if a part of the program made the key.
        facts: the small unencrypted facts of the journal entry.
    """

    def __init__(
        self, request: str, touched: tuple[tuple[str, str, int], ...] = (), facts: dict[str, object] | None = None
    ) -> None:
        super().__init__("Request {request!r} was carried out before; nothing was done twice.", request=request)
        self.request = request
        self.touched = touched
        self.facts: dict[str, object] = facts or {}

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of the records of a kind that were written when the request was carried out."""
        return tuple(id for name, id, _ in self.touched if name == kind)


class Conflict(AnninhError):
    """The record was changed concurrently. Read it again and decide again."""


class LeaseLost(Conflict):
    """Our claim on a queue row has expired; the current holder does the work."""


class Stale(Conflict):
    """The record has changed since the actor read it. Nothing was done, and the other change is kept.

    Attributes:
        kind, id: the record.
        seen: version that the actor saw.
        version: current version.
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
    """The storage failed; unacknowledged writes were not kept."""


class StorageBusy(StorageError):
    """The storage stayed locked for longer than the configured timeout."""


class StorageFull(StorageError):
    """The storage's disk is full; unacknowledged writes were not kept."""


class NewerDatabase(StorageError):
    """The database was written by a newer version of this library."""


class DecryptionError(StorageError):
    """Encrypted data can't be opened: wrong passphrase or key, or altered bytes.

    Stored records raise one of the three subclasses.
    """


class Purged(DecryptionError):
    """A record's content was destroyed by a recorded order or schedule. This is no fault."""


class KeysUnavailable(DecryptionError):
    """The available keys open no data key of an epoch: they are wrong, or lack that epoch. No record is at fault."""


class Damaged(DecryptionError):
    """A stored record can't be decrypted, but wasn't destroyed: the record or its key was altered or lost."""


class TooMuchDamage(AnninhError):
    """A job stopped, since too many of its records can't be read: the cause probably affects all of them."""


class DeliveryError(AnninhError):
    """A messenger could not send a message."""


class RetryLater(DeliveryError):
    """A messenger could not send a message; the failure is temporary.

    Attributes:
        after: minimum time to wait; None leaves it to the backoff.
    """

    def __init__(self, sentence: object, /, after: timedelta | None = None, **values: object) -> None:
        super().__init__(sentence, after=after, **values)
        self.after = after


class RecipientUnreachable(DeliveryError):
    """This recipient can't be reached, now or later."""


class RequestRejected(DeliveryError):
    """The platform never accepts this message as it is; sending it again is useless."""


class MediaTooLarge(RequestRejected):
    """A file attached to a message exceeds the size limit; fetching it again is useless."""


class NeedsPerson(DeliveryError):
    """A person must act before the delivery can continue."""


class UnknownOutcome(DeliveryError):
    """The message may or may not have arrived: never resend it without a check."""


class PluginFailed(AnninhError):
    """A plugin raised; its error is the cause."""


class ConfigurationError(_TranslatableError):
    """The configuration is wrong. Deliberately not an `AnninhError`.

    Attributes:
        code: as that of an `AnninhError`.
    """

    code: ClassVar[str] = "configuration_error"

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.code = _derive_code(cls)


class BadProfile(ConfigurationError, ValueError):
    """The district's profile is invalid; the message names the place in the file."""


class PluginRefused(ConfigurationError):
    """A plugin was refused on loading: misspelt hook, no name, name taken, or a wrapper."""


class MissingExtra(ConfigurationError, ImportError):
    """An optional dependency isn't installed.

    Attributes:
        extra: the extra of this library that installs the dependency.
    """

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(
            "{what} needs an optional dependency; install it with: pip install 'anninh[{extra}]'",
            what=what,
            extra=extra,
        )
        self.extra = extra
