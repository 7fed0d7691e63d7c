"""Sessions and API tokens of this store, shown as `Authorization: Bearer …`."""

from anninh_core.domain.accounts.credentials.tokens import is_token
from anninh_core.ports.authenticator import Authenticated, SignInRequest
from anninh_core.workflows.accounts.sign_in import SignInDesk

_SCHEME = "bearer"


class LocalAuthenticator:
    """An `Authenticator` of what this store's accounts gave out."""

    name = "local"

    def __init__(self, desk: SignInDesk) -> None:
        self._desk = desk

    def authenticate(self, request: SignInRequest) -> Authenticated | None:
        """Return whose session or API token a call shows, None where it shows none."""
        scheme, _, token = request.headers.get("authorization", "").strip().partition(" ")
        if scheme.lower() != _SCHEME or not is_token(token.strip()):
            return None
        return self._desk.resume(token.strip(), notes_use=not request.by_itself)
