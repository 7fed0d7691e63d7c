"""HTTP client for Zalo's hosts.

Requests go through httpx's transport, not through its client: the client logs every address, and the bot platform's
address contains its token. There are no redirects, cookies or proxies from the environment either.
"""

import hashlib
import hmac
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock, Thread, current_thread
from typing import Any

import httpx
from attrs import field, frozen

from anninh_core.kernel.errors import DeliveryError, NeedsPerson, RetryLater, UnknownOutcome
from anninh_zalo.api.answers import RateHeaders, parse_date, parse_rates, parse_response
from anninh_zalo.api.calls import ApiCall
from anninh_zalo.errors.classify import Host

BASES: Mapping[Host, str] = {
    Host.OAUTH: "https://oauth.zaloapp.com",
    Host.OPENAPI: "https://openapi.zalo.me",
    Host.BUSINESS: "https://business.openapi.zalo.me",
    Host.BOT: "https://bot-api.zaloplatforms.com",
}

# These errors are raised before the first byte could be sent.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol, httpx.ProxyError)


@frozen(kw_only=True)
class NetworkSettings:
    """Network settings of the HTTP client.

    Attributes:
        bases: base address of each host, without a slash at the end.
        idle: seconds after which an unused connection is dropped; less than the server's own timeout, or a send could
            use a connection that is being closed.
        connect, read: timeouts in seconds.
        proxy: address of a proxy, "" for none.
    """

    bases: Mapping[Host, str] = BASES
    idle: float = 15
    connect: float = 5
    read: float = 20
    proxy: str = field(default="", repr=False)


class HttpClient:
    """Sends calls to Zalo. Threads may share it: each gets connections of its own, over one set of trusted
    certificates.

    Args:
        transport: opens a thread's connections; by default over the network.
        noticed: called with the limits in a response's headers.
        dated: called with the platform's time in a response of the account's API.
    """

    def __init__(
        self,
        settings: NetworkSettings | None = None,
        transport: Callable[[], httpx.BaseTransport] | None = None,
        noticed: Callable[[Host, RateHeaders], None] | None = None,
        dated: Callable[[datetime], None] | None = None,
    ) -> None:
        self._settings = settings or NetworkSettings()
        self._connect = transport or self._open_network_transport
        self._on_rates = noticed
        self._on_date = dated
        self._lock = Lock()
        self._transports: dict[Thread, httpx.BaseTransport] = {}
        self._ssl_context: Any = None

    def ask(self, call: ApiCall, *, token: str = "", proof_secret: str = "") -> Mapping[str, Any]:
        """Send the call and return the body of a successful response.

        Args:
            token: access token; for the bot platform the token that is part of the address.
            proof_secret: the app secret, if the application requires a proof that the caller knows it.

        Raises:
            DeliveryError: the class determines how to proceed. Only `UnknownOutcome` leaves open whether something was
                sent.
        """
        request = self._build_request(call, token, proof_secret)
        status, headers, content = self._send_request(call, request)
        self._report_headers(call.host, headers)
        return parse_response(call.host, status, content, sends=call.sends)

    def _report_headers(self, host: Host, headers: Mapping[str, str]) -> None:
        rates = parse_rates(headers)
        date = parse_date(headers)
        if rates is not None and self._on_rates is not None:
            self._on_rates(host, rates)
        if date is not None and self._on_date is not None and host is Host.OPENAPI:
            self._on_date(date)

    def _build_request(self, call: ApiCall, token: str, proof_secret: str) -> httpx.Request:
        path = f"/bot{token}/{call.path}" if call.host is Host.BOT else call.path
        headers = dict(call.headers)
        if token and call.host is not Host.BOT:
            headers["access_token"] = token
            if proof_secret:
                headers["appsecret_proof"] = compute_appsecret_proof(token, proof_secret)
        patience = self._settings.read if call.patience is None else call.patience
        timeout = httpx.Timeout(patience, connect=self._settings.connect)
        try:
            return httpx.Request(
                call.method,
                self._settings.bases[call.host] + path,
                params=call.query or None,
                json=call.body,
                data=call.form,
                files={"file": call.file} if call.file else None,
                headers=headers,
                extensions={"timeout": timeout.as_dict()},
            )
        except (ValueError, TypeError, httpx.InvalidURL):
            problem = NeedsPerson(
                "A base address, a token or a secret for {host} has characters that HTTP can't carry: correct the "
                "options.",
                host=call.host,
            )
        raise problem

    def _send_request(self, call: ApiCall, request: httpx.Request) -> tuple[int, Mapping[str, str], bytes]:
        """Send a request and return its response. Errors are raised outside the handler, as their cause holds the
        address.
        """
        try:
            response = self._get_thread_transport().handle_request(request)
            try:
                return response.status_code, response.headers, response.read()
            finally:
                response.close()
        except httpx.HTTPError as error:
            failure = self._to_delivery_error(call, error)
        except httpx.StreamError:
            failure = self._to_delivery_error(call, httpx.ReadError(""))
        raise failure

    @staticmethod
    def _to_delivery_error(call: ApiCall, error: httpx.HTTPError) -> DeliveryError:
        error_name = type(error).__name__
        if isinstance(error, _NOT_SENT):
            return RetryLater("{host} can't be reached ({reason}): try again later.", host=call.host, reason=error_name)
        if call.sends:
            return UnknownOutcome(
                "The connection to {host} broke before a response arrived ({reason}).",
                host=call.host,
                reason=error_name,
            )
        return RetryLater(
            "The connection to {host} broke before a response arrived ({reason}).", host=call.host, reason=error_name
        )

    def _get_thread_transport(self) -> httpx.BaseTransport:
        current = current_thread()
        with self._lock:
            for finished in [thread for thread in self._transports if not thread.is_alive() and thread is not current]:
                self._transports.pop(finished).close()
            if current not in self._transports:
                self._transports[current] = self._connect()
            return self._transports[current]

    def _open_network_transport(self) -> httpx.BaseTransport:
        self._ssl_context = self._ssl_context or httpx.create_ssl_context()
        limits = httpx.Limits(max_connections=4, max_keepalive_connections=4, keepalive_expiry=self._settings.idle)
        return httpx.HTTPTransport(verify=self._ssl_context, limits=limits, proxy=self._settings.proxy or None)

    def close(self) -> None:
        """Close all connections; idempotent."""
        with self._lock:
            while self._transports:
                self._transports.popitem()[1].close()


def compute_appsecret_proof(token: str, secret: str) -> str:
    """Return the proof that the sender of `token` also knows the app secret."""
    return hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()
