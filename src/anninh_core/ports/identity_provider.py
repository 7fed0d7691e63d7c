"""The identity provider port: a sign-in service of the authority that identifies people."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen


class NamedBy(StrEnum):
    """Kinds of names that a provider may use for an officer."""

    SIGN_IN_NAME = "sign_in_name"
    """The officer's local sign-in name, letter for letter."""
    OFFICER_ID = "officer_id"
    """The officer's local id."""


@frozen(kw_only=True)
class SignInAttempt:
    """Secrets of a person's attempt to sign in.

    Attributes:
        state: value that the provider returns with its answer.
        nonce: value contained in the provider's signed token.
        verifier: presented when the code is redeemed; before that only its hash was sent (PKCE).
        began_at: start of the attempt; tokens signed earlier don't belong to it.
    """

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    began_at: datetime


@frozen(kw_only=True)
class KnownIdentity:
    """A person identified by a provider.

    Attributes:
        officer: the provider's name for the officer.
        named_by: kind of this name.
        second_factor: whether a second factor was presented in this attempt.
    """

    officer: str
    named_by: NamedBy
    second_factor: bool


class IdentityProvider(Protocol):
    """A sign-in service outside the system, such as the authority's."""

    def authorization_url(self, attempt: SignInAttempt, *, fresh: bool, at: datetime) -> str:
        """Return the address at which a person signs in with the provider.

        Args:
            attempt: the sign-in attempt.
            fresh: whether the person must authenticate again completely, including a second factor.
            at: current time.

        Raises:
            ServiceUnavailable: the provider doesn't answer properly.
        """
        ...

    def identify(self, attempt: SignInAttempt, code: str, issuer: str, at: datetime) -> KnownIdentity:
        """Return the person identified by an authorization code from the provider.

        Args:
            attempt: the attempt that the code belongs to.
            code: the code as received.
            issuer: issuer named in the answer, "" if missing.
            at: current time.

        Raises:
            NotSignedIn: the code or the signed token is invalid; the message is for the journal and contains no secret.
            ServiceUnavailable: the provider doesn't answer properly.
        """
        ...
