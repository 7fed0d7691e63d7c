"""The stream of events over a real network connection."""

import httpx
from tests.web.api.live import live_api

from anninh_core.usecase import person


def test_listener_does_not_delay_the_stop() -> None:
    """A listener receives a change over the connection, and the server stops without waiting for the listener to
    disconnect.
    """
    with live_api() as live:
        headers = {"Authorization": f"Bearer {live.new_token}"}
        with (
            httpx.Client(base_url=live.url, headers=headers, timeout=30) as client,
            client.stream("GET", "/api/v1/events") as events,
        ):
            lines = events.iter_lines()
            assert next(lines) == "event: ready"
            live.app.tips.record_walk_in(person(live.holder.id), "Có trộm xe máy ở chợ", unit="hoa-lu")
            event_line = next(line for line in lines if line.startswith("data: {") and "tip" in line)
            live.stop()
            last_lines = list(lines)

    assert events.headers["Content-Type"].startswith("text/event-stream")
    assert "trộm" not in event_line
    assert not [line for line in last_lines if line.startswith("event: change")]
