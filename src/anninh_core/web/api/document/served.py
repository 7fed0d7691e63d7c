"""Serves the OpenAPI document and its web page. The document is built on the first request."""

import inspect
from collections.abc import Mapping
from importlib.resources import files
from threading import Lock

import msgspec
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.app.app import App
from anninh_core.operations import OperationGateway
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.document.openapi import build_document
from anninh_core.web.api.request import ApiRequest

_PAGE_FILES: Mapping[str, str] = {"docs": "text/html", "docs.css": "text/css", "docs.js": "text/javascript"}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
)


class ServedDocument:
    """Serves the OpenAPI document of the API, and the web page that shows it.

    Args:
        threads: where the document is made.
    """

    def __init__(self, app: App, gateway: OperationGateway, threads: CallThreads) -> None:
        self._app = app
        self._gateway = gateway
        self._threads = threads
        self._lock = Lock()
        self._made: bytes | None = None

    async def document(self, _: ApiRequest, __: Receive) -> Response:
        """Respond with the OpenAPI document."""
        body = self._made or await self._threads.run(self._make_document)
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-cache"})

    async def page(self, request: ApiRequest, _: Receive) -> Response:
        """Respond with the web page that shows the OpenAPI document, or with a file of the page. The page loads nothing
        from other sites.
        """
        name = "docs.html" if request.path == "docs" else request.path
        body = files(__package__).joinpath("page", name).read_bytes()
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": _POLICY, "Referrer-Policy": "no-referrer"}
        return Response(body, media_type=_PAGE_FILES[request.path], headers=headers)

    def _make_document(self) -> bytes:
        with self._lock:
            if self._made is None:
                self._made = msgspec.json.encode(build_document(self._gateway, describe_subjects(self._app)))
            return self._made


def describe_subjects(app: App) -> Mapping[str, str]:
    """Return the description of each noun of an app, in a sentence."""
    nouns = {name: getattr(type(app), name, None) for name in dir(type(app)) if not name.startswith("_")}
    return {name: inspect.getdoc(noun) or "" for name, noun in nouns.items() if hasattr(noun, "func")}
