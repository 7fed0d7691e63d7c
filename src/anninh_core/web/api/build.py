"""Builds the JSON API of an app from its parts."""

from collections.abc import Callable
from datetime import timedelta

from attrs import frozen
from starlette.responses import Response
from starlette.types import Receive

from anninh_core.app.app import App
from anninh_core.operations import OperationGateway
from anninh_core.operations.downloads import Downloads
from anninh_core.web.api.authentication import Authentication
from anninh_core.web.api.call_threads import CallThreads
from anninh_core.web.api.calls import Authenticate, Calls
from anninh_core.web.api.document.served import ServedDocument
from anninh_core.web.api.endpoint import ApiEndpoint, Routes
from anninh_core.web.api.events.endpoint import EventsEndpoint
from anninh_core.web.api.events.feed import ChangeFeed
from anninh_core.web.api.files.downloads import DownloadEndpoint
from anninh_core.web.api.files.uploads import UploadEndpoint
from anninh_core.web.api.idempotency import Replays
from anninh_core.web.api.rate_limits import Addresses, RequestRateLimiter
from anninh_core.web.api.replies import NO_STORE
from anninh_core.web.api.request import PREFIX, ApiRequest
from anninh_core.web.api.sign_in.endpoint import SignInEndpoint
from anninh_core.web.bodies.places import BodyPlaces
from anninh_core.workflows.changes import ChangeVisibility


@frozen
class Api:
    """The JSON API of an app, as the web server mounts it.

    Attributes:
        prefix: common beginning of its addresses.
        close: ends the streams, so that the server can stop.
    """

    endpoint: ApiEndpoint
    close: Callable[[], None]
    prefix: str = PREFIX


def build_api(app: App, authenticate: Authenticate | None = None) -> Api:
    """Build the JSON API of an app.

    Args:
        authenticate: returns the actor of a request; the app's accounts and authenticators, if not given.

    Raises:
        ConfigurationError: a proxy in the settings isn't a network.
    """
    limits = app.internals.web_settings.api
    gateway = OperationGateway(app)
    threads = CallThreads(limits.threads, limits.waiting)
    authenticate = authenticate or Authentication(app)
    calls = Calls(gateway, authenticate, RequestRateLimiter(limits.account_pace.to_rate()), Replays(app, gateway))
    feed = ChangeFeed(app.internals.context.storage.journal, threads)
    events = EventsEndpoint(
        calls, feed, ChangeVisibility(app.internals.runner, app.internals.find_verb), threads, limits.streams
    )
    endpoint = ApiEndpoint(
        find=gateway.find,
        calls=calls,
        threads=threads,
        routes=_build_routes(app, gateway, threads, calls, events),
        places=BodyPlaces(limits.large_bodies),
        patience=timedelta(seconds=app.internals.web_settings.body_seconds),
        pace=RequestRateLimiter(limits.address_pace.to_rate()),
        addresses=Addresses(limits.proxies),
        new_id=app.internals.context.ids.new,
    )
    return Api(endpoint, events.close)


def _build_routes(
    app: App, gateway: OperationGateway, threads: CallThreads, calls: Calls, events: EventsEndpoint
) -> Routes:
    document = ServedDocument(app, gateway, threads)
    patience = timedelta(seconds=app.internals.web_settings.body_seconds)
    uploads = UploadEndpoint(calls, gateway.uploads, threads, patience)
    downloads = DownloadEndpoint(calls, gateway, Downloads(gateway, app.internals.runner), threads, patience)
    sign_in = SignInEndpoint(app, RequestRateLimiter(app.internals.web_settings.api.sign_in_pace.to_rate()), patience)
    return {
        "docs": {"GET": document.page},
        "docs.css": {"GET": document.page},
        "docs.js": {"GET": document.page},
        "downloads": {"POST": downloads.prepare},
        "downloads/": {"GET": downloads.answer},
        "events": {"GET": events.answer},
        "health": {"GET": _respond_healthy},
        "openapi.json": {"GET": document.document},
        "set-up": {"POST": sign_in.set_up},
        "sign-in": {"POST": sign_in.sign_in_by_password},
        "sign-in/chat": {"POST": sign_in.by_chat_code},
        "sign-in/chat-code": {"POST": sign_in.send_chat_code},
        "sign-in/passkey": {"POST": sign_in.sign_in_by_passkey},
        "sign-in/passkey/options": {"POST": sign_in.begin_by_passkey},
        "sign-in/provider": {"POST": sign_in.begin_at_provider},
        "sign-in/provider/callback": {"POST": sign_in.sign_in_by_provider},
        "uploads": {"POST": uploads.answer},
    }


async def _respond_healthy(_: ApiRequest, __: Receive) -> Response:
    """Respond that the API runs; storage and worker are checked by `/readyz`."""
    return Response(b'{"status":"ok"}', headers=NO_STORE, media_type="application/json")
