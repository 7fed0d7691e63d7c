"""What came with a call, as far as calls look at it."""

from collections.abc import Mapping
from datetime import datetime

from attrs import field, frozen
from starlette.types import Scope

from anninh_core.ports.authenticator import SignInRequest
from anninh_core.web.api.problems.sentences import Language, choose_language


@frozen
class ApiRequest:
    """The head of a request.

    Attributes:
        path: below `/api/v1/`.
        headers: by their names in small letters; of those that came twice the last.
        peer: address of whoever is connected.
        address: from where the call comes, as a proxy says.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    peer: str
    address: str

    @property
    def language(self) -> Language:
        """The language in which problems are told."""
        return choose_language(self.headers.get("accept-language", ""))

    def sign_in_request(self, now: datetime) -> SignInRequest:
        """Return what an authenticator may look at."""
        return SignInRequest(self.headers, self.peer, now)


def read_head(scope: Scope, path: str, address: str) -> ApiRequest:
    """Return the head of a request."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    client = scope.get("client")
    return ApiRequest(scope["method"], path, headers, client[0] if client else "", address)
