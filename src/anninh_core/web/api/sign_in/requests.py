"""What is sent to sign in."""

from typing import Annotated

import msgspec
from msgspec import Meta

Name = Annotated[str, Meta(max_length=100)]
Password = Annotated[str, Meta(max_length=400)]
Code = Annotated[str, Meta(max_length=100)]
Ticket = Annotated[str, Meta(max_length=300)]
Returned = Annotated[str, Meta(max_length=2000)]


class SignInByPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in, by password, and by a code where the account has a second factor."""

    name: Name
    password: Password
    code: Code = ""


class ChatCodeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants a one-time code sent to the chat that is bound to them."""

    name: Name


class SignInByChatCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in by the code that was sent to their chat."""

    name: Name
    code: Code


class AccountSetUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who sets name and password by a setup code."""

    code: Code
    password: Password
    name: Name = ""


class OfficerId(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose account was set up."""

    officer: str


class PasskeySignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to sign in by a passkey: nothing is said of whom."""


class SignInByPasskey(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who signs in by a passkey: the ticket of the beginning, and the device's answer as JSON in a text."""

    ticket: Ticket
    credential: Annotated[str, Meta(max_length=6000)]


class ProviderSignInRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who wants to sign in at the authority's service; `fresh` to show everything anew, a second factor too."""

    fresh: bool = False


class SignInByProvider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who comes back from the authority's service: the ticket of the beginning, and what the service sent along."""

    ticket: Ticket
    state: Returned
    code: Returned
    iss: Returned = ""
