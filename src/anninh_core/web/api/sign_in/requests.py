"""Bodies of sign-in requests and responses."""

from typing import Annotated

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(max_length=100)]
Password = Annotated[str, Meta(max_length=400)]
Code = Annotated[str, Meta(max_length=100)]
Ticket = Annotated[str, Meta(max_length=300)]
Returned = Annotated[str, Meta(max_length=2000)]


class SignInByPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signing in by password, and by a code if the account has a second factor."""

    name: Name
    password: Password
    code: Code = ""


class ChatCodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request for a one-time code to the chat that is bound to an officer."""

    name: Name


class SignInByChatCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signing in by the code that was sent to the officer's chat."""

    name: Name
    code: Code


class AccountSetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Setting name and password by a setup code."""

    code: Code
    password: Password
    name: Name = ""


class OfficerId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The officer whose account was set up."""

    officer: str


class PasskeySignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request for signing in by a passkey; it names no account."""


class SignInByPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Signing in by a passkey: the ticket of the beginning, and the device's response as JSON in a text."""

    ticket: Ticket
    credential: Annotated[str, Meta(max_length=6000)]


class ProviderSignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request for signing in at the authority's service; `fresh` to show all factors again, a second factor too."""

    fresh: bool = False


class SignInByProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Return from the authority's service: the ticket of the beginning, and the parameters that the service sent
    along.
    """

    ticket: Ticket
    state: Returned
    code: Returned
    iss: Returned = ""
