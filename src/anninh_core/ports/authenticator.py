"""How somebody proved who they are. Whoever authenticates people says it of each actor; use cases ask it."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen
from attrs.converters import optional

from anninh_core.kernel.refs import Ref
from anninh_core.vocabulary.former_operations import current_names


class SignInMethod(StrEnum):
    """By what an actor's person is known."""

    VOUCHED = "vouched"
    """The program that holds the keys says so: whoever embeds the library, or a person at that machine."""
    PASSWORD = "password"  # noqa: S105  a word, no password
    """By a password."""
    PASSKEY = "passkey"
    """By a passkey."""
    OIDC = "oidc"
    """The authority's own sign-in service."""
    PROXY = "proxy"
    """A reverse proxy that signs people in."""
    CHAT = "chat"
    """A messenger account that was bound to an officer."""
    DEMO = "demo"
    """A click in a demo, where everybody is made up."""
    TOKEN = "token"  # noqa: S105  a word, no token
    """A program, by an API token that a person made."""


@frozen
class SignIn:
    """A person's sign-in, as far as what they may do hangs on it.

    Attributes:
        session: id of the session or API token, as the journal names it; "" for none.
        fresh_until: until when a second factor counts as shown just now; None where there was none. One who is
            vouched for is always fresh: the program that vouches answers for it.
        operations: the only operations allowed, as `subject.verb`; None for all that the person may. A former name
            is read as the present one.
        units: the only units allowed, with what is below them; None for all that the person may.
        owes_second_factor: whether a role of the person takes a second factor that wasn't shown yet: until then the
            own account is all that is reached.
        method: by what the person is known.
    """

    method: SignInMethod
    session: str = ""
    fresh_until: datetime | None = None
    operations: frozenset[str] | None = field(default=None, converter=optional(current_names))
    units: frozenset[str] | None = None
    owes_second_factor: bool = False

    def is_fresh(self, at: datetime) -> bool:
        """Tell whether a second factor was shown lately, as acts that can't be undone ask for."""
        if self.method in _NEVER_FRESH:
            return False
        return self.method is SignInMethod.VOUCHED or (self.fresh_until is not None and at < self.fresh_until)

    @property
    def facts(self) -> Mapping[str, str]:
        """What the journal says of it; nothing of one who is vouched for.

        The session is named as a record, so that all that was done in it is found by it.
        """
        if self.method is SignInMethod.VOUCHED:
            return {}
        kind = "api_token" if self.method is SignInMethod.TOKEN else "session"
        named = {"session": str(Ref(kind, self.session))} if self.session else {}
        return {"sign_in": self.method.value, **named}


_NEVER_FRESH = frozenset({SignInMethod.CHAT, SignInMethod.TOKEN})
"""A stolen phone or token must not open an identity, whatever else is known of it."""

VOUCHED = SignIn(SignInMethod.VOUCHED)
CHAT = SignIn(SignInMethod.CHAT)


@frozen
class SignInRequest:
    """What came with a call from outside, as far as an authenticator may look at it.

    Attributes:
        headers: by lower-case name.
        peer: address of whoever is connected; a proxy's own where one stands between.
        now: the moment it came, aware.
        repeated: names of headers that came more than once, in small letters.
        by_itself: whether a program asks while nobody does anything, so that it must not keep a sign-in alive.
    """

    headers: Mapping[str, str] = field(repr=False)
    peer: str
    now: datetime
    repeated: frozenset[str] = frozenset()
    by_itself: bool = False


@frozen
class Authenticated:
    """Whom an authenticator knows. The app looks the officer up before it believes that there is one.

    Attributes:
        sign_in: how the person is known.
    """

    officer: str
    sign_in: SignIn


class Authenticator(Protocol):
    """Tells who is behind a call. It alone makes actors of persons, and never one of the program's own parts."""

    @property
    def name(self) -> str:
        """How the settings and the journal name it."""
        ...

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return whom a call shows, None where it shows nothing that this authenticator knows.

        Raises:
            NotSignedIn: it shows something of ours that is wrong, or holds no longer; the words don't say which.
            TooManyRequests: not now.
        """
        ...
