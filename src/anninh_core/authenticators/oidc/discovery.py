"""The provider's configuration document and public keys, cached for limited time and fetched at a limited rate."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from attrs import frozen

from anninh_core.authenticators.oidc.config import is_safe_url
from anninh_core.authenticators.oidc.http import ProviderHttp
from anninh_core.kernel.errors import NotSignedIn, ServiceUnavailable

_DOCUMENT = "/.well-known/openid-configuration"
_LIFE = timedelta(hours=1)
_AGAIN = timedelta(minutes=1)
"""Shortest interval between two fetches of the keys. Key ids in tokens don't shorten it, because strangers can write
them.
"""
_MOST_KEYS = 100


@frozen
class ProviderDocument:
    """Endpoints of a provider.

    Attributes:
        names_itself: whether authorization responses contain the issuer (RFC 9207).
    """

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_itself: bool


class Discovery:
    """Caches a provider's configuration document and keys. Threads may share it."""

    def __init__(self, issuer: str, http: ProviderHttp) -> None:
        self._issuer = issuer
        self._http = http
        self._lock = Lock()
        self._document: tuple[datetime, ProviderDocument] | None = None
        self._keys: tuple[datetime, tuple[Mapping[str, Any], ...]] | None = None

    def document(self, at: datetime) -> ProviderDocument:
        """Return the provider's configuration document.

        Raises:
            ServiceUnavailable: it can't be fetched, or names another issuer.
        """
        with self._lock:
            return self._read_document(at)

    def find_key(self, fits: Callable[[Mapping[str, Any]], bool], at: datetime) -> Mapping[str, Any]:
        """Return the provider's only public key for which `fits` is true.

        If none fits, the provider may have a new key: its keys are fetched again, at most once a minute.

        Raises:
            NotSignedIn: no key or several keys fit.
            ServiceUnavailable: the keys can't be fetched.
        """
        with self._lock:
            if self._keys is None or not timedelta() <= at - self._keys[0] < _LIFE:
                self._keys = at, self._read_keys(at)
            matches = [key for key in self._keys[1] if fits(key)]
            if not matches and at - self._keys[0] >= _AGAIN:
                self._keys = at, self._read_keys(at)
                matches = [key for key in self._keys[1] if fits(key)]
        if len(matches) != 1:
            raise NotSignedIn(
                "The ID token must be signed with exactly one of the sign-in service's keys, but {count} of "
                "them match.",
                count=len(matches),
            )
        return matches[0]

    def _read_document(self, at: datetime) -> ProviderDocument:
        if self._document is not None and timedelta() <= at - self._document[0] < _LIFE:
            return self._document[1]
        content = self._http.get(self._issuer.removesuffix("/") + _DOCUMENT)
        if content.get("issuer") != self._issuer:
            raise ServiceUnavailable(
                "The sign-in service's configuration names another issuer than `sign_in.oidc.issuer`: "
                "correct that setting."
            )
        document = ProviderDocument(
            authorization_endpoint=self._read_address(content, "authorization_endpoint"),
            token_endpoint=self._read_address(content, "token_endpoint"),
            jwks_uri=self._read_address(content, "jwks_uri"),
            names_itself=content.get("authorization_response_iss_parameter_supported") is True,
        )
        self._document = at, document
        return document

    def _read_address(self, content: Mapping[str, Any], name: str) -> str:
        address = content.get(name)
        if not isinstance(address, str) or not is_safe_url(address, http_on=self._issuer):
            raise ServiceUnavailable(
                "The sign-in service's configuration has no https address as {field!r}: have it corrected there.",
                field=name,
            )
        return address

    def _read_keys(self, at: datetime) -> tuple[Mapping[str, Any], ...]:
        keys = self._http.get(self._read_document(at).jwks_uri).get("keys")
        if not isinstance(keys, list) or len(keys) > _MOST_KEYS:
            raise ServiceUnavailable("The sign-in service didn't return a valid list of keys.")
        return tuple(key for key in keys if isinstance(key, dict))
