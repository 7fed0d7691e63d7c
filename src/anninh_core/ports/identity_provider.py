"""The identity provider port: a service of the authority that people sign in at, and that says who they are."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen


class NamedBy(StrEnum):
    """What others call an officer by."""

    SIGN_IN_NAME = "sign_in_name"
    """The name that the officer signs in by here, letter for letter."""
    OFFICER_ID = "officer_id"
    """The officer's id here."""


@frozen(kw_only=True)
class SignInAttempt:
    """What belongs to one try of one person, and to no other.

    Attributes:
        state: comes back with the answer.
        nonce: stands in what the provider signs.
        verifier: shown when the code is redeemed; before that only a hash of it has left (PKCE).
        began_at: what was signed earlier isn't of this try.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    began_at: datetime


@frozen(kw_only=True)
class KnownIdentity:
    """Whom a provider knows.

    Attributes:
        officer: what it calls the officer by.
        named_by: what that is.
        second_factor: whether a second factor was shown in this very try.
    """

    officer: str
    named_by: NamedBy
    second_factor: bool


class IdentityProvider(Protocol):
    """A service that people sign in at."""

    def authorization_url(self, attempt: SignInAttempt, *, fresh: bool, at: datetime) -> str:
        """Return the address at which a person signs in.

        Args:
            attempt: which try it is.
            fresh: whether the person shall show everything anew, a second factor too.
            at: now.

        Raises:
            ServiceUnavailable: the provider doesn't answer as it should.
        """
        ...

    def identify(self, attempt: SignInAttempt, code: str, issuer: str, at: datetime) -> KnownIdentity:
        """Return whom the provider knows by a code that came back from it.

        Args:
            attempt: of which the code is.
            code: as it came.
            issuer: who the answer says that it is from, "" where it says nothing.
            at: now.

        Raises:
            NotSignedIn: the code or what is signed for it is wrong; the words are for the journal and tell no secret.
            ServiceUnavailable: the provider doesn't answer as it should.
        """
        ...
