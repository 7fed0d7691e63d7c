"""The numbers in the menu."""

import re
from datetime import timedelta

from tests.board.visitor import Shown, Visitor

from anninh_core.app import App
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor

WORDS = "Nghe kể ở cổng chợ: có người bán pháo"


def test_badges_follow_changes(app: App, clock: FixedClock, officer: Actor, visitor: Visitor) -> None:
    """A badge counts an officer's own change at once, and changes by others after ten seconds."""
    assert number(visitor.get("/tips")) == 0
    screen = visitor.send(visitor.get("/tips/new").form("/tips/record_walk_in"), text=WORDS)
    assert number(screen) == 1

    app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    clock.advance(timedelta(seconds=10))

    assert number(visitor.get("/tips")) == 2


def number(screen: Shown) -> int:
    """Return the number at the link to tips, 0 without a badge."""
    match = re.search(r'href="/tips"[^>]*>[^<]*<span class="badge">(\d+)', screen.text)
    return int(match[1]) if match else 0
