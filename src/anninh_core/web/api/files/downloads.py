"""`POST /api/v1/downloads` and `GET /api/v1/downloads/{id}`: files for clients that load them by a URL."""

from datetime import timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.kernel.decoding import DECODE_ERRORS
from anninh_core.operations import BadArguments, OperationGateway
from anninh_core.operations.downloads import Downloads
from anninh_core.operations.faults import find_faults
from anninh_core.usecase.actor import Actor
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Calls
from anninh_core.web.api.replies import build_response
from anninh_core.web.api.request import ApiRequest
from anninh_core.web.bodies.places import SMALL_BODY, BodyPlaces
from anninh_core.web.bodies.reading import read_body_in_time, require_length

PATH = "downloads"


class DownloadRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A request for a download: the operation that returns the file, and its arguments."""

    operation: Annotated[str, Meta(max_length=100)]
    arguments: msgspec.Raw = msgspec.Raw(b"{}")


class DownloadEndpoint:
    """Issues download ids to authenticated callers, and sends the file of an id only to the caller who got the id.

    Args:
        patience: time limit for a body to arrive.
    """

    def __init__(
        self, calls: Calls, gateway: OperationGateway, downloads: Downloads, threads: CallThreads, patience: timedelta
    ) -> None:
        self._calls = calls
        self._gateway = gateway
        self._downloads = downloads
        self._threads = threads
        self._patience = patience
        self._places = BodyPlaces(1)
        self._decoder = msgspec.json.Decoder(DownloadRequest)

    async def prepare(self, request: ApiRequest, receive: Receive) -> Response:
        """Return a new download id for the file that a request names."""
        request.require_json()
        require_length(tuple(request.headers.items()), SMALL_BODY)
        with self._places.enter() as place:
            body = await read_body_in_time(receive, SMALL_BODY, place, self._patience)
        return await self._threads.run(self._issue_download_id, request, body)

    async def answer(self, request: ApiRequest, receive: Receive) -> Response:  # noqa: ARG002  as other handlers
        """Return the file that belongs to a download id."""
        return await self._threads.run(self._send_file, request)

    def _issue_download_id(self, request: ApiRequest, body: bytes) -> Response:
        actor = self._calls.admit(request)
        try:
            download = self._decoder.decode(body)
        except DECODE_ERRORS:
            raise BadArguments(PATH, find_faults(body, DownloadRequest)) from None
        return build_response(
            self._gateway, self._downloads.prepare(actor, download.operation, bytes(download.arguments))
        )

    def _send_file(self, request: ApiRequest) -> Response:
        actor: Actor = self._calls.admit(request)
        return build_response(self._gateway, self._downloads.take(actor, request.path.partition("/")[2]))
