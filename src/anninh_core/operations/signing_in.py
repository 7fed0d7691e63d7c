"""What signing in from outside takes: where from, and what came with a call."""

from anninh_core.domain.accounts.rules import Client
from anninh_core.ports.authenticator import SignInRequest

__all__ = ["Client", "SignInRequest"]
