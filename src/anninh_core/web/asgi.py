"""Builds the web interface of an app as an ASGI application, for any ASGI server."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta
from typing import TYPE_CHECKING

from anninh_core.app.app import App
from anninh_core.kernel.errors import MissingExtra

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.routing import Route
except ImportError as missing:
    raise MissingExtra("the web door", "web") from missing

from anninh_core.web.background_worker import BackgroundWorker
from anninh_core.web.error_responses import json_error_handler
from anninh_core.web.fast_path import FastPath, Shortcut
from anninh_core.web.probes import LOOPBACK, AllowedNetworks, MetricsEndpoint, ReadinessEndpoint, liveness
from anninh_core.web.public_files import build_public_file_routes
from anninh_core.web.webhook_endpoint import WEBHOOK_PATH, WebhookEndpoint

if TYPE_CHECKING:  # At run time, the API is imported only when it is needed.
    from anninh_core.web.api.build import Api


def create_asgi(
    app: App,
    *,
    work: bool = False,
    metrics: bool = False,
    scrapers: Sequence[str] = LOOPBACK,
    patience: timedelta | None = None,
    api: bool = False,
) -> Starlette:
    """Build the web interface of an app as an ASGI application.

    `POST /hook/{instance}` takes an event of a messenger instance and answers 200 only after it is durable, with
    `{"status": "stored"}` or `{"status": "seen before"}`; a platform's test of the address, which is not stored, gets
    `{"status": "probe"}`. `GET /{name}` returns the files with which messengers verify that the address is ours.
    Everything else is answered `{"error": SENTENCE}`: 400 not understood, 401 bad signature, 404, 405, 408 body too
    slow, 413 body too large, 500, 503 storage failed or too much under way (with `Retry-After`). `GET /livez` answers
    that the process runs. `GET /readyz` answers 200 if the storage is writable, the keys answer, the storage's revision
    is current, the worker, if any, works, and the watchdog finds no fault; else 503; either way with the state of each
    check, and to `scrapers` with the reasons. `GET /readyz/door` leaves the watchdog out: it is for load balancers in
    front of several processes. The timeout for a whole request to arrive is up to the server; `serve` has one.

    Args:
        app: stays open; the caller that opened it closes it.
        work: also run the app's worker in a thread, from the server's start to its end. If this application is mounted
            in another one, the other one's lifespan counts: run `app.worker` there.
        metrics: answer `GET /metrics` with figures for Prometheus. The app's storage is metered from then on.
        scrapers: networks that get the figures, and the reasons of `/readyz`; this machine only, if not given, and
            never through a proxy.
        patience: time limit for a body to arrive; as in the app's settings, if not given.
        api: also answer the JSON API at `/api/v1/`, with its page at `/api/v1/docs`, to people who sign in.

    Raises:
        MissingExtra: `metrics` is set and the extra `metrics` isn't installed.
        ConfigurationError: an entry of `scrapers` isn't a network, or a messenger's file can't be shown.
    """
    background = BackgroundWorker(app.worker) if work else None
    patience = patience or timedelta(seconds=app.internals.web_settings.body_seconds)
    allowed = AllowedNetworks(scrapers)
    door, figures = _build_metered_endpoint(app, patience, allowed) if metrics else (WebhookEndpoint(app, patience), [])
    readiness = ReadinessEndpoint(app, {"worker": background.state} if background else {}, allowed)
    other_routes = [
        *figures,
        Route("/livez", liveness),
        Route("/readyz", readiness.answer),
        Route("/readyz/door", readiness.answer_door_probe),
        *build_public_file_routes(app),
    ]
    return _build_starlette(door, _build_api(app) if api else None, other_routes, background)


def _build_starlette(
    door: WebhookEndpoint, api: "Api | None", others: Sequence[Route], background: BackgroundWorker | None
) -> Starlette:
    shortcuts = [Shortcut(WEBHOOK_PATH, door.answer, frozenset({"POST"}))]
    routes = [Route(f"{WEBHOOK_PATH}{{instance}}", door, methods=["POST"]), *others]
    if api is not None:
        shortcuts.append(Shortcut(api.prefix, api.endpoint.answer, deep=True))
        routes.append(Route(f"{api.prefix}{{rest:path}}", api.endpoint))
    asgi = Starlette(
        routes=routes,
        middleware=[Middleware(FastPath, shortcuts)],
        exception_handlers={HTTPException: json_error_handler},
        lifespan=_build_lifespan(background),
    )
    asgi.router.redirect_slashes = False
    asgi.state.when_stopping = _close_no_streams if api is None else api.close
    return asgi


def _close_no_streams() -> None:
    """Do nothing when the server stops: without the API there are no event streams to close."""


def _build_api(app: App) -> "Api":
    from anninh_core.web.api.build import build_api  # noqa: PLC0415  webhooks alone need none of it

    return build_api(app)


def _build_lifespan(background: BackgroundWorker | None) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    return lambda _: background.run() if background else nullcontext()


def _build_metered_endpoint(
    app: App, patience: timedelta, allowed: AllowedNetworks
) -> tuple[WebhookEndpoint, list[Route]]:
    """Return a webhook endpoint that counts its responses for Prometheus, and the route of `/metrics`."""
    from anninh_core.web.metrics.figures import Metrics  # noqa: PLC0415  it needs an extra of its own

    metrics = Metrics(app)
    figures = MetricsEndpoint(metrics.text, metrics.content_type, allowed)
    return WebhookEndpoint(app, patience, metrics.observe_answer), [Route("/metrics", figures.answer)]
