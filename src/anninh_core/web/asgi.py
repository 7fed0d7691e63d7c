"""The door as an ASGI application, for any ASGI server."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from datetime import timedelta

from anninh_core.app.app import App
from anninh_core.kernel.errors import MissingExtra

try:
    from starlette.applications import Starlette
    from starlette.exceptions import HTTPException
    from starlette.middleware import Middleware
    from starlette.routing import Route
except ImportError as missing:
    raise MissingExtra("the web door", "web") from missing

from anninh_core.web.answers import as_json
from anninh_core.web.background import Background
from anninh_core.web.door import HOOKS, Ahead, Door
from anninh_core.web.probes import LOOPBACK, Figures, Ready, alive
from anninh_core.web.shown import routes

BODY_PATIENCE = timedelta(seconds=10)
"""How long a webhook body may take to arrive, over a slow line too."""


def create_asgi(
    app: App,
    *,
    work: bool = False,
    metrics: bool = False,
    scrapers: Sequence[str] = LOOPBACK,
    patience: timedelta = BODY_PATIENCE,
) -> Starlette:
    """Build the door of an app.

    `POST /hook/{instance}` takes an event of a messenger instance and answers 200 only after it is durable, with
    `{"status": "stored"}` or `{"status": "seen before"}`; a platform's try whether anybody answers, which is not
    stored, gets `{"status": "probe"}`. `GET /{name}` shows the files by which messengers prove that the address is
    ours. Everything else is answered `{"error": SENTENCE}`: 400 not
    understood, 401 bad signature, 404, 405, 408 body too slow, 413 body too large, 500, 503 storage failed (with
    `Retry-After`). `GET /livez` says that the process runs. `GET /readyz` answers 200 where storage and keys answer,
    the storage's revision is current and the worker, if any, works; else 503; either way with the state of each check.

    Args:
        app: stays open and is closed by whoever opened it.
        work: also run the app's worker in a thread, from the server's start to its end. Where this application is
            mounted in another one, the other one's lifespan counts: run `app.worker` there.
        metrics: answer `GET /metrics` with figures for Prometheus. The app's storage is metered from then on.
        scrapers: networks that get them; this machine only, if not given, and never through a proxy.
        patience: how long a body may take to arrive.

    Raises:
        MissingExtra: figures are wanted and the extra `metrics` isn't installed.
        ConfigurationError: one of `scrapers` is no network, or a messenger's file can't be shown.
    """
    background = Background(app.worker) if work else None
    door, figures = _measured(app, patience, scrapers) if metrics else (Door(app, patience), [])
    ready = Ready(app, {"worker": background.state} if background else {})
    others = [*figures, Route("/livez", alive), Route("/readyz", ready.answer), *routes(app)]
    return _routed(door, others, background)


def _routed(door: Door, others: Sequence[Route], background: Background | None) -> Starlette:
    asgi = Starlette(
        routes=[Route(f"{HOOKS}{{instance}}", door, methods=["POST"]), *others],
        middleware=[Middleware(Ahead, door)],
        exception_handlers={HTTPException: as_json},
        lifespan=_lifespan(background),
    )
    asgi.router.redirect_slashes = False
    return asgi


def _lifespan(background: Background | None) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    return lambda _: background.running() if background else nullcontext()


def _measured(app: App, patience: timedelta, scrapers: Sequence[str]) -> tuple[Door, list[Route]]:
    """Return a door that is measured, and where the figures are read."""
    from anninh_core.web.metrics import Metrics  # noqa: PLC0415  it needs an extra of its own

    metrics = Metrics(app)
    figures = Figures(metrics.text, metrics.content_type, scrapers)
    return Door(app, patience, metrics.answered), [Route("/metrics", figures.answer)]
