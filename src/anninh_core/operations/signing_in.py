"""Types for signing in by an external client: the client, and the data of its request."""

from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.authenticator import SignInRequest

__all__ = ["Client", "SignInRequest"]
