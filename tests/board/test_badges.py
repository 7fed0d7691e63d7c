"""Numbers at the links of the board's menu, which count waiting work."""

import re
from datetime import timedelta

from tests.board.visitor import ReceivedPage, Visitor

from anninh_core.app import App
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor

WORDS = "Nghe kể ở cổng chợ: có người bán pháo"


def test_badges_follow_changes(app: App, clock: FixedClock, officer: Actor, visitor: Visitor) -> None:
    """A badge counts an officer's own change at once, and changes by others after ten seconds."""
    assert read_tip_badge(visitor.get("/tips")) == 0
    screen = visitor.send(visitor.get("/tips/new").form("/tips/record_walk_in"), text=WORDS)
    assert read_tip_badge(screen) == 1

    app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    clock.advance(timedelta(seconds=10))

    assert read_tip_badge(visitor.get("/tips")) == 2


def read_tip_badge(screen: ReceivedPage) -> int:
    """Return the number at the menu's link to tips, or 0 without a badge."""
    match = re.search(r'href="/tips"[^>]*>[^<]*<span class="badge">(\d+)', screen.text)
    return int(match[1]) if match else 0
