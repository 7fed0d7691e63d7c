"""The stream of events over a real connection."""

import httpx
from tests.web.api.live import live_api

from anninh_core.usecase import person


def test_a_listener_hears_and_the_server_stops_all_the_same() -> None:
    """What is noted down comes over the line; a server that stops doesn't wait for whoever listens."""
    with live_api() as live:
        headers = {"Authorization": f"Bearer {live.token}"}
        with (
            httpx.Client(base_url=live.url, headers=headers, timeout=30) as client,
            client.stream("GET", "/api/v1/events") as events,
        ):
            lines = events.iter_lines()
            assert next(lines) == "event: ready"
            live.app.tips.record_walk_in(person(live.holder.id), "Có trộm xe máy ở chợ", unit="hoa-lu")
            heard = next(line for line in lines if line.startswith("data: {") and "tip" in line)
            live.stop()
            rest = list(lines)

    assert events.headers["Content-Type"].startswith("text/event-stream")
    assert "trộm" not in heard
    assert not [line for line in rest if line.startswith("event: change")]
