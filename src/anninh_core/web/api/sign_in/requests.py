"""Bodies of the HTTP requests and responses for signing in."""

from typing import Annotated

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(max_length=100)]
Password = Annotated[str, Meta(max_length=400)]
Code = Annotated[str, Meta(max_length=100)]
Ticket = Annotated[str, Meta(max_length=300)]
Returned = Annotated[str, Meta(max_length=2000)]


class SignInByPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to sign in by name and password, and by a code if the account has a second factor."""

    name: Name
    password: Password
    code: Code = ""


class ChatCodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request for a one-time code to the chat that is bound to an officer."""

    name: Name


class SignInByChatCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to sign in by the one-time code that was sent to the officer's chat."""

    name: Name
    code: Code


class AccountSetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to set the name and password of an account by a setup code."""

    code: Code
    password: Password
    name: Name = ""


class OfficerId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Response with the id of the officer after the account was set up."""

    officer: str


class PasskeySignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to begin a sign-in by a passkey; it names no account."""


class SignInByPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to finish a sign-in by a passkey: it has the ticket from the beginning, and the device's response as JSON
    in a text.
    """

    ticket: Ticket
    credential: Annotated[str, Meta(max_length=6000)]


class ProviderSignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to begin a sign-in at the authority's sign-in service; with `fresh`, the person must show all factors
    again, a second factor too.
    """

    fresh: bool = False


class SignInByProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Request to finish a sign-in at the authority's sign-in service: it has the ticket from the beginning, and the
    parameters that the service sent along.
    """

    ticket: Ticket
    state: Returned
    code: Returned
    iss: Returned = ""
