"""Middleware that rejects requests from other sites and sets security headers on each response."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from anninh_core.board.config import BoardConfig

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "connect")),
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SAFE = frozenset({"GET", "HEAD"})
_KNOWN = _SAFE | {"POST"}
_WRONG_HOST = "This board isn't reached under this name."
_FOREIGN = "This form wasn't sent by a page of the board. Open the board anew and try again."


class BrowserGuard:
    """Rejects requests sent by other sites' pages, and sets headers that limit what a browser may do with a
    response.
    """

    def __init__(self, app: ASGIApp, config: BoardConfig) -> None:
        self._app = app
        self._config = config

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Reject a request, or pass it to the application and add the headers to its response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
                if self._config.is_https:
                    headers["Strict-Transport-Security"] = "max-age=31536000"
            await send(message)

        refusal = self._find_refusal(scope["method"], Headers(scope=scope))
        await (refusal or self._app)(scope, receive, send_with_headers)

    def _find_refusal(self, method: str, headers: Headers) -> PlainTextResponse | None:
        host = headers.get("host", "")
        if len(headers.getlist("host")) != 1 or not self._config.knows_host(host):
            return PlainTextResponse(_WRONG_HOST, 421)
        if method not in _KNOWN:
            return PlainTextResponse("", 405, {"Allow": ", ".join(sorted(_KNOWN))})
        if method not in _SAFE and not self._is_own_request(headers, host):
            return PlainTextResponse(_FOREIGN, 403)
        return None

    def _is_own_request(self, headers: Headers, host: str) -> bool:
        """Return whether one of the board's own pages sent the request.

        Browsers state it in the header `Origin` or `Sec-Fetch-Site`, and no page can change these.
        """
        origin = headers.get("origin")
        site = headers.get("sec-fetch-site")
        if origin is not None and not self._config.is_own_origin(origin, host):
            return False
        return site == "same-origin" if site is not None else origin is not None
