"""The head of an API request: its path, headers and addresses, without its body."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import parse_qsl

from attrs import field, frozen
from starlette.exceptions import HTTPException
from starlette.types import Scope

from anninh_core.language.accepting import choose_language
from anninh_core.language.catalogue import Language
from anninh_core.ports.authenticator import SignInRequest

PREFIX = "/api/v1/"
"""Beginning of the API's paths; the name of an operation or another path follows it."""

_MOST_FIELDS = 10


@frozen
class ApiRequest:
    """The head of an API request, without its body.

    Attributes:
        path: path below `/api/v1/`.
        query_string: part of the URL after the question mark.
        headers: by their lower-case names; of repeated headers the last.
        peer: address at the other end of the connection.
        address: client address, as reported by a trusted proxy if there is one.
        is_address_shared: whether `address` is a proxy's own address, which any client may have.
        repeated: names of the headers that were sent more than once.
    """

    method: str
    path: str
    query_string: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    peer: str
    address: str
    repeated: frozenset[str] = frozenset()
    is_address_shared: bool = False

    def read_query(self) -> Mapping[str, str]:
        """Return the parameters of the query string by name.

        Raises:
            HTTPException: 400, too many parameters.
        """
        try:
            return dict(parse_qsl(self.query_string, max_num_fields=_MOST_FIELDS))
        except ValueError:
            raise HTTPException(400) from None

    def require_json(self) -> None:
        """Check that a body is declared as JSON: a browser sends no JSON to another site without that site's
        permission.

        Raises:
            HTTPException: 415, the body isn't declared as JSON.
        """
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        has_body = self.headers.get("content-length", "0") != "0" or self.is_chunked
        if media_type != "application/json" and (has_body or media_type):
            raise HTTPException(415)

    @property
    def is_chunked(self) -> bool:
        """Whether the request body comes without a declared length."""
        return "transfer-encoding" in self.headers

    @property
    def language(self) -> Language:
        """The language in which the caller gets error sentences."""
        return choose_language(self.headers.get("accept-language", ""))

    def build_sign_in_request(self, now: datetime) -> SignInRequest:
        """Return the parts of the request that an authenticator may read."""
        return SignInRequest(self.headers, self.peer, now, self.repeated)


def read_head(scope: Scope, path: str, address: str, *, is_address_shared: bool = False) -> ApiRequest:
    """Return the head of an API request from its ASGI scope."""
    pairs = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    headers = dict(pairs)
    repeated = frozenset[str]()
    if len(headers) < len(pairs):
        repeated = frozenset(name for name, count in Counter(name for name, _ in pairs).items() if count > 1)
    client = scope.get("client")
    query = scope.get("query_string", b"").decode("latin-1")
    peer = client[0] if client else ""
    return ApiRequest(scope["method"], path, query, headers, peer, address, repeated, is_address_shared)
