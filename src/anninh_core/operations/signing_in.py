"""Types for signing in from outside: the client, and the data of a request."""

from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.authenticator import SignInRequest

__all__ = ["Client", "SignInRequest"]
