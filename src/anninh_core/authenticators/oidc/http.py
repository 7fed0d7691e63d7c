"""What is asked of a provider over HTTP: bounded in time and size, without redirects.

Requests go through httpx's transport, not through its client, which tells addresses to the log. There are no cookies,
and no proxies from the environment: the one that the settings name is taken. Errors are raised outside the handler:
what they come from knows the request, with the code and our secret.
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
"""That one step may take: to connect, to send, to read something."""
_ALL_SECONDS = 10.0
"""That an answer may take in all."""
_LARGEST = 512 * 1024


class ProviderHttp:
    """Asks a provider. Threads may share it.

    Args:
        transport: the network's, unless a test has another.
        proxy: address of the HTTP proxy through which the provider is asked, "" for none.

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
        """Return a JSON object.

        Raises:
            ServiceUnavailable: there is none.
        """
        status, answer = self._ask("GET", url)
        if status != 200:
            raise ServiceUnavailable("The sign-in service returned status {status} for {url}.", status=status, url=url)
        return answer

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
        """Send a form and return the status with a JSON object.

        Raises:
            ServiceUnavailable: there is no such answer.
        """
        return self._ask("POST", url, form, headers)

    def _ask(
        self,
        method: str,
        url: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, Any]]:
        timeout = self._httpx.Timeout(_SECONDS).as_dict()
        plain = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        request = self._httpx.Request(method, url, data=form, headers=plain, extensions={"timeout": timeout})
        try:
            response = self._transport.handle_request(request)
            try:
                body = self._read(response)
            finally:
                response.close()
            answer = msgspec.json.decode(body) if response.status_code < 500 else None
        except (self._httpx.HTTPError, self._httpx.StreamError, ValueError, *DECODE_ERRORS) as error:
            problem = type(error).__name__
        else:
            if isinstance(answer, dict):
                return response.status_code, answer
            problem = f"status {response.status_code}"
        raise ServiceUnavailable(
            "The sign-in service returned no usable response for {url} ({reason}).", url=url, reason=problem
        )

    def _read(self, response: "httpx.Response") -> bytes:
        """Return a body that isn't too large and doesn't take too long."""
        if response.headers.get("content-encoding", "identity") != "identity":
            raise ValueError("packed")
        begun = time.monotonic()
        body = bytearray()
        for part in response.iter_raw():
            body += part
            if len(body) > _LARGEST or time.monotonic() - begun > _ALL_SECONDS:
                raise ValueError("too large or too slow")
        return bytes(body)
