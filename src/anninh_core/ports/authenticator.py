"""Authentication of people: authenticators attach the sign-in to each actor, and use cases check it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen
from attrs.converters import optional

from anninh_core.kernel.refs import Ref
from anninh_core.vocabulary.former_operations import get_current_names


class SignInMethod(StrEnum):
    """How an actor was authenticated."""

    VOUCHED = "vouched"
    """The program that holds the keys vouches for the person: the embedding program, or a person at that machine."""
    PASSWORD = "password"  # noqa: S105  a word, no password
    """By a password."""
    PASSKEY = "passkey"
    """By a passkey."""
    OIDC = "oidc"
    """The authority's own sign-in service."""
    PROXY = "proxy"
    """A reverse proxy that authenticates people."""
    CHAT = "chat"
    """A messenger account that was bound to an officer."""
    DEMO = "demo"
    """A click in a demo with fictitious people."""
    TOKEN = "token"  # noqa: S105  a word, no token
    """A program, by an API token that a person made."""


@frozen
class SignIn:
    """A person's sign-in, with the properties that limit permissions.

    Attributes:
        session: id of the session or API token, as named in the journal; "" for none.
        fresh_until: time until which the second factor counts as recent; None without a second factor. A vouched
            sign-in is always fresh: the vouching program is responsible for it.
        operations: the only operations allowed, as `subject.verb`; None for all that the person may use. Former names
            are mapped to current ones.
        units: the only units allowed, with their subunits; None for all that the person may access.
        owes_second_factor: whether a role of the person requires a second factor that is still missing: until then only
            the own account is accessible.
        method: how the person was authenticated.
    """

    method: SignInMethod
    session: str = ""
    fresh_until: datetime | None = None
    operations: frozenset[str] | None = field(default=None, converter=optional(get_current_names))
    units: frozenset[str] | None = None
    owes_second_factor: bool = False

    def is_fresh(self, at: datetime) -> bool:
        """Return whether the person presented a second factor recently, as irreversible actions require."""
        if self.method in _NEVER_FRESH:
            return False
        return self.method is SignInMethod.VOUCHED or (self.fresh_until is not None and at < self.fresh_until)

    @property
    def facts(self) -> Mapping[str, str]:
        """Facts about the sign-in for the journal; empty for a vouched sign-in.

        The session is named as a record, so that all actions in it can be found by it.
        """
        if self.method is SignInMethod.VOUCHED:
            return {}
        kind = "api_token" if self.method is SignInMethod.TOKEN else "session"
        named = {"session": str(Ref(kind, self.session))} if self.session else {}
        return {"sign_in": self.method.value, **named}


_NEVER_FRESH = frozenset({SignInMethod.CHAT, SignInMethod.TOKEN})
"""Sign-in methods that never count as a recent second factor: a stolen phone or token must never disclose an
identity.
"""

VOUCHED = SignIn(SignInMethod.VOUCHED)
CHAT = SignIn(SignInMethod.CHAT)


@frozen
class SignInRequest:
    """The parts of an external call that an authenticator may read.

    Attributes:
        headers: by lower-case name.
        peer: address of the connected client, or of a proxy in between.
        now: time of arrival, aware.
        repeated: names of headers that came more than once, in lower case.
        by_itself: whether a program calls without a user's action, so that the call must not keep a session alive.
    """

    headers: Mapping[str, str] = field(repr=False)
    peer: str
    now: datetime
    repeated: frozenset[str] = frozenset()
    by_itself: bool = False


@frozen
class Authenticated:
    """A person recognised by an authenticator. The app looks the officer up before trusting the result.

    Attributes:
        sign_in: how the person was authenticated.
    """

    officer: str
    sign_in: SignIn


class Authenticator(Protocol):
    """Authenticates the caller. Only authenticators make actors of persons, and never of the program's own parts."""

    @property
    def name(self) -> str:
        """Name of the authenticator in the settings and the journal."""
        ...

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return the person authenticated by a call, or None if it has no credentials for this authenticator.

        Raises:
            NotSignedIn: credentials of this authenticator are wrong or expired; the message doesn't disclose which.
            TooManyRequests: rate limit reached.
        """
        ...
