"""The address `/metrics`, which shows the figures of an app to Prometheus."""

import subprocess
import sys
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.web.conftest import Call, Event, FaultyStorage, build_caller

from anninh_core.app import App
from anninh_core.app.health import REST
from anninh_core.app.queue_age import QueueAge
from anninh_core.kernel.errors import ConfigurationError, StorageBusy
from anninh_core.ports.health import ok, warning
from anninh_core.ports.storages.queues import LANES, InboxState
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.mock.service import MockChat
from anninh_core.web import create_asgi, open_metrics

WORDS = "Kẻ trộm là ông Tên Giả, số 0900000000"
WITHOUT = """
import sys
sys.modules["prometheus_client"] = None
from anninh_core.kernel.errors import MissingExtra
from anninh_core.testing import memory_app
from anninh_core.web import create_asgi
with memory_app() as app:
    create_asgi(app)
    try:
        create_asgi(app, metrics=True)
    except MissingExtra as error:
        print(error)
"""
Figures = dict[tuple[str, ...], float]
"""Name of a metric and its label values, in the alphabetical order of the labels' names -> value."""


@pytest.fixture
def call(app: App) -> Call:
    """A function that calls a web server with metrics."""
    return build_caller(create_asgi(app, metrics=True))


def parse_metrics(call: Call) -> Figures:
    """Return the metrics of the web server, parsed as by Prometheus."""
    response = call("GET", "/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain")
    families = text_string_to_metric_families(response.text)
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in families
        for sample in family.samples
    }


def post_and_process(call: Call, event: Event, words: str = WORDS) -> None:
    request = event(words)
    assert call("POST", "/hook/oa", content=request.body, headers=request.headers).status_code == 200


def test_redelivered_event_is_counted_once(app: App, call: Call, event_function: Event) -> None:
    """An event that is delivered twice counts as received once, processed once, and its reply as settled once."""
    request = event_function("Cháy nhà ở xóm 3, đến ngay")
    for _ in range(2):
        call("POST", "/hook/oa", content=request.body, headers=request.headers)
    app.worker.drain()
    values = parse_metrics(call)

    assert values["anninh_received_total", "oa", "new"] == 1
    assert values["anninh_received_total", "oa", "again"] == 1
    assert values["anninh_processed_total", "oa", "done"] == 1
    assert values["anninh_settled_total", "emergency", "oa", "delivered"] == 1
    assert values["anninh_commit_seconds_count",] >= 3
    assert values["anninh_commit_change_sets_sum",] >= values["anninh_commit_seconds_count",]


@pytest.mark.parametrize(
    "end", [("recipient_gone", "failed"), ("expired_token", "needs_person"), ("rate_limit", "ready")]
)
def test_settled_messages_are_counted_by_state(
    app: App, call: Call, event_function: Event, chat: MockChat, end: tuple[str, str]
) -> None:
    """Settled messages are counted by their state."""
    failure, state = end
    chat.fail_next(failure)
    post_and_process(call, event_function, "Cháy nhà ở xóm 3, đến ngay")
    app.worker.step()

    assert parse_metrics(call)["anninh_settled_total", "emergency", "oa", state] == 1


def test_queue_metrics_show_the_oldest_event(app: App, call: Call, event_function: Event, clock: FixedClock) -> None:
    """The age of the oldest event counts from its arrival, and is zero once nothing waits."""
    post_and_process(call, event_function)
    clock.advance(timedelta(minutes=7))
    waiting = parse_metrics(call)
    app.worker.drain()
    done = parse_metrics(call)

    assert waiting["anninh_queue_rows", "inbox", "new"] == 1
    assert waiting["anninh_inbox_oldest_seconds",] == 420
    assert done["anninh_queue_rows", "inbox", "done"] == 1
    assert done["anninh_inbox_oldest_seconds",] == 0
    assert {key[1] for key in done if key[0] == "anninh_outbox_oldest_seconds"} == set(LANES)


def test_postponed_reply_ages_from_its_creation(
    app: App, call: Call, event_function: Event, chat: MockChat, clock: FixedClock
) -> None:
    """The age of a postponed reply counts from its creation, not from its next attempt."""
    chat.fail_next("rate_limit", after=timedelta(hours=2))
    post_and_process(call, event_function, "Hôm qua mất trộm ở nhà văn hoá")
    app.worker.step()
    clock.advance(timedelta(hours=1))

    assert parse_metrics(call)["anninh_outbox_oldest_seconds", "reply"] == pytest.approx(3600, abs=1)


def test_responses_are_counted_by_messenger_and_status(
    call: Call, storage: FaultyStorage, event_function: Event
) -> None:
    """Response times are counted by messenger and status; those of unknown messengers share one name."""
    post_and_process(call, event_function)
    storage.start_failing()
    request = event_function("Tin")
    call("POST", "/hook/oa", content=request.body, headers=request.headers)
    storage.recover()
    for number in range(20):
        call("POST", f"/hook/0900000{number:03}", content=b"{}")
    counts = {key[1:]: value for key, value in parse_metrics(call).items() if key[0] == "anninh_door_seconds_count"}

    assert counts == {("oa", "200"): 1, ("oa", "503"): 1, ("other", "404"): 20}


def test_metrics_survive_a_storage_failure(
    app: App, call: Call, event_function: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the storage doesn't answer, the metrics show the failure and keep their counters."""

    def raise_storage_error(*_: object) -> None:
        raise StorageBusy(WORDS)

    post_and_process(call, event_function)
    up = parse_metrics(call)
    monkeypatch.setattr(QueueAge, "of", raise_storage_error)
    down = parse_metrics(call)

    assert (up["anninh_storage_up",], down["anninh_storage_up",]) == (1, 0)
    assert down["anninh_received_total", "oa", "new"] == 1
    assert ("anninh_queue_rows", "inbox", "new") not in down


def test_labels_have_no_personal_data(app: App, call: Call, event_function: Event) -> None:
    """No label has words, names, platform ids or conversation ids."""
    request = event_function(WORDS)
    call("POST", "/hook/oa", content=request.body, headers=request.headers)
    (row,) = app.internals.context.storage.queues.inbox((InboxState.NEW,))
    app.worker.drain()
    text = call("GET", "/metrics").text

    assert [piece for piece in (row.conversation, row.id, "Tên Giả", "0900000000", "Người Mẫu") if piece in text] == []


def test_each_app_has_its_own_metrics(app: App, call: Call, event_function: Event, durable_app: App) -> None:
    """Each app has its own registry of metrics."""
    post_and_process(call, event_function)
    other = parse_metrics(build_caller(create_asgi(durable_app, metrics=True)))

    assert parse_metrics(call)["anninh_received_total", "oa", "new"] == 1
    assert ("anninh_received_total", "oa", "new") not in other


def test_metrics_are_off_by_default(app: App) -> None:
    """Without the option `metrics` there is no `/metrics`."""
    assert build_caller(create_asgi(app))("GET", "/metrics").status_code == 404


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::1", "unknown"])
def test_metrics_are_for_loopback_only(app: App, host: str) -> None:
    """Clients on other hosts or behind a proxy get 404 for `/metrics`."""
    asgi = create_asgi(app, metrics=True)

    assert build_caller(asgi, host)("GET", "/metrics").status_code == 404
    assert build_caller(asgi)("GET", "/metrics", headers={"X-Forwarded-For": host}).status_code == 404
    for loopback in ("::1", "127.0.0.2", "::ffff:127.0.0.1"):
        assert build_caller(asgi, loopback)("GET", "/metrics").status_code == 200


def test_named_networks_get_the_metrics(app: App) -> None:
    """Clients in networks that the settings name get the metrics, and an invalid network is refused at the start."""
    asgi = create_asgi(app, metrics=True, scrapers=["192.0.2.0/24"])

    assert build_caller(asgi, "192.0.2.7")("GET", "/metrics").status_code == 200
    assert build_caller(asgi)("GET", "/metrics").status_code == 404
    with pytest.raises(ConfigurationError, match=r"write it like 10\.0\.0\.0/8"):
        create_asgi(app, metrics=True, scrapers=["192.0.2.7/24"])


def test_worker_serves_its_metrics(app: App, event_function: Event) -> None:
    """A process without a web server serves its metrics on a port until its block ends."""
    request = event_function("Cháy nhà ở xóm 3, đến ngay")
    with open_metrics(app, 0) as url:
        app.intake.accept("oa", request)
        app.worker.drain()
        text = httpx.get(url).text
        with (
            pytest.raises(
                ConfigurationError, match=r"can't listen on '127\.0\.0\.1', port \d+ .*: choose another host or port"
            ),
            open_metrics(app, get_port(url)),
        ):
            pass

    assert 'anninh_processed_total{messenger="oa",state="done"} 1.0' in text
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)


def test_worker_serves_its_probes(durable_app: App, clock: FixedClock, caplog: pytest.LogCaptureFixture) -> None:
    """A worker's metrics port also answers `/livez` and `/readyz`, as the web server does, and nothing else."""
    with open_metrics(durable_app, 0) as url:
        responses = [httpx.get(urljoin(url, path)) for path in ("/livez", "/readyz?verbose", "/", "/hook/oa")]
        durable_app.internals.context.storage.close()
        clock.advance(REST)
        down = [httpx.get(urljoin(url, path)) for path in ("/livez", "/readyz", "/metrics")]

    assert [response.status_code for response in responses] == [200, 200, 404, 404]
    checks = {"storage": "ok", "writing": "ok", "keys": "ok", "migrations": "ok"}
    assert responses[1].json() == {"status": "ready", "checks": checks}
    assert [response.status_code for response in down] == [200, 503, 200]
    assert down[1].json()["checks"]["storage"] == "failed"
    assert "anninh_storage_up 0.0" in down[2].text
    assert "not ready, storage failed" in caplog.text


def get_port(url: str) -> int:
    return urlsplit(url).port or 0


def test_missing_client_names_the_extra() -> None:
    """Without the Prometheus client library the web server starts unless metrics are requested; the error then names
    the package to install.
    """
    out = subprocess.run([sys.executable, "-c", WITHOUT], check=True, capture_output=True, text=True).stdout

    assert "pip install 'anninh[metrics]'" in out


def test_metrics_have_the_last_health_checks(app: App, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The metrics show each messenger's checks by name and level as of the last daily health check, without calling the
    messenger.
    """
    assert not [name for name, *_ in parse_metrics(call) if name == "anninh_messenger_checks"]
    checks = (ok("token", "good"), warning("groups", "a", "b"), warning("groups", "c", "d"))
    monkeypatch.setattr(type(app.internals.messengers["oa"]), "health", lambda _self: checks, raising=False)
    app.worker.jobs["check_health"].run()
    monkeypatch.undo()
    values = parse_metrics(call)

    assert values["anninh_messenger_checks", "ok", "oa", "token"] == 1
    assert values["anninh_messenger_checks", "warning", "oa", "groups"] == 2
