"""HTTP requests to a provider, limited in time and size, without redirects.

Requests use httpx's transport directly, because its client logs addresses. Cookies and the environment's proxies aren't
used, only the proxy from the settings. Errors are raised outside the exception handler, because the original exception
holds the request with the code and the client secret.
"""

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.kernel.errors import MissingExtra, ServiceUnavailable

if TYPE_CHECKING:
    import httpx

_SECONDS = 5.0
"""Timeout in seconds of one step: connecting, sending or reading a piece."""
_ALL_SECONDS = 10.0
"""Timeout in seconds of a whole response."""
_LARGEST = 512 * 1024


class ProviderHttp:
    """Sends requests to a provider. Threads may share it.

    Args:
        transport: HTTP transport; tests replace it.
        proxy: address of the HTTP proxy for requests to the provider, "" for none.

    Raises:
        MissingExtra: httpx isn't installed.
    """

    def __init__(self, transport: "httpx.BaseTransport | None" = None, proxy: str = "") -> None:
        try:
            import httpx  # noqa: PLC0415  only where somebody signs in by a provider
        except ImportError:
            raise MissingExtra("signing in by OpenID Connect", "oidc") from None
        self._httpx = httpx
        self._transport = transport or httpx.HTTPTransport(proxy=proxy or None)

    def get(self, url: str) -> Mapping[str, Any]:
        """Fetch a JSON object.

        Raises:
            ServiceUnavailable: the response isn't a JSON object with status 200.
        """
        status, content = self._request("GET", url)
        if status != 200:
            raise ServiceUnavailable("The sign-in service returned status {status} for {url}.", status=status, url=url)
        return content

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        """Send a form, and return the status and the JSON object of the response.

        Raises:
            ServiceUnavailable: no response with a JSON object arrived.
        """
        return self._request("POST", url, form, headers)

    def _request(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, Any]]:
        timeout = self._httpx.Timeout(_SECONDS).as_dict()
        all_headers = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        request = self._httpx.Request(method, url, data=form, headers=all_headers, extensions={"timeout": timeout})
        try:
            response = self._transport.handle_request(request)
            try:
                body = self._read_body(response)
            finally:
                response.close()
            content = msgspec.json.decode(body) if response.status_code < 500 else None
        except (self._httpx.HTTPError, self._httpx.StreamError, ValueError, *DECODE_ERRORS) as error:
            problem = type(error).__name__
        else:
            if isinstance(content, dict):
                return response.status_code, content
            problem = f"status {response.status_code}"
        raise ServiceUnavailable(
            "The sign-in service returned no usable response for {url} ({reason}).", url=url, reason=problem
        )

    def _read_body(self, response: "httpx.Response") -> bytes:
        """Return the response body, or raise `ValueError` if it is compressed, too large or too slow."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("packed")
        started_at = time.monotonic()
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > _LARGEST or time.monotonic() - started_at > _ALL_SECONDS:
                raise ValueError("too large or too slow")
        return bytes(body)
