"""The numbers in the menu."""

import re
from datetime import timedelta

from tests.board.visitor import Shown, Visitor

from anninh_core.app import App
from anninh_core.testing import FixedClock
from anninh_core.usecase import Actor

WORDS = "Nghe kể ở cổng chợ: có người bán pháo"


def test_badges_follow_changes(app: App, clock: FixedClock, officer: Actor, visitor: Visitor) -> None:
    """What one does oneself counts at once; what another does is there after ten seconds."""
    assert number(visitor.get("/tips")) == 0
    shown = visitor.send(visitor.get("/tips/new").form("/tips/record_walk_in"), text=WORDS)
    assert number(shown) == 1

    app.tips.record_walk_in(officer, WORDS, unit="hoa-lu")
    clock.advance(timedelta(seconds=10))

    assert number(visitor.get("/tips")) == 2


def number(shown: Shown) -> int:
    """Return the number beside the link to tips."""
    found = re.search(r'href="/tips"[^>]*>[^<]*<span class="badge">(\d+)', shown.text)
    return int(found[1]) if found else 0
