"""Only a supervisor can see whether two tips have the same reporter, and each query about that is in the journal."""

import pytest
from tests.messaging.conftest import THEFT, Appoint

from anninh_core.app import App
from anninh_core.domain.tips.kind import TIP
from anninh_core.domain.tips.model import Tip
from anninh_core.kernel.errors import Refused
from anninh_core.ports.storages.changes import entry_from
from anninh_core.testing import Dialog

AN = "Thử Văn An"
BINH = "Thử Thị Bình"
STORIES = (THEFT, "Có nhóm thanh niên đánh nhau ở chợ xã")


@pytest.fixture
def three_tips(app: App, dialog: Dialog) -> list[Tip]:
    """Two tips of one resident and one of another, oldest first."""
    for name, story in ((AN, STORIES[0]), (BINH, THEFT), (AN, STORIES[1])):
        dialog.says(name, story)
    stored = app.internals.context.iter_readable(TIP, app.internals.context.storage.maintenance.scan(TIP.name))
    return sorted(stored, key=lambda tip: tip.id)


def test_supervisor_sees_the_same_reporters_tips(app: App, appoint: Appoint, three_tips: list[Tip]) -> None:
    """A supervisor sees the other tip of the same reporter, and the entry names both tips."""
    first, _, second = three_tips
    chief = appoint("tip_supervisor")
    assert [tip.id for tip in app.tips.from_same_reporter(chief, first.id).items] == [second.id]
    entry = entry_from([*app.internals.context.storage.journal.read(0, 1000)][-1].content)
    assert entry.facts["case"] == f"tip:{first.id}"
    assert {name.partition("@")[0] for name in entry.named} == {f"tip:{first.id}", f"tip:{second.id}"}


def test_handler_cannot_link_tips(app: App, appoint: Appoint, three_tips: list[Tip]) -> None:
    """A handler sees different conversations for two tips of one reporter, and may not query the reporter's tips."""
    handler = appoint("tip_officer")
    first, _, second = (app.tips.get(handler, tip.id) for tip in three_tips)
    assert first.conversation != second.conversation
    with pytest.raises(Refused):
        app.tips.from_same_reporter(handler, first.id)


def test_excluding_tips_are_not_linked(app: App, appoint: Appoint, three_tips: list[Tip]) -> None:
    """A tip from which the supervisor is excluded isn't shown, and for a walk-in tip no other tips are shown."""
    first, _, second = three_tips
    chief = appoint("tip_supervisor")
    other = appoint("tip_supervisor")
    app.tips.exclusions.add(other, second.id, chief.id, reason="Người nhà")
    assert app.tips.from_same_reporter(chief, first.id).items == ()
    walk_in = app.tips.record_walk_in(chief, "Có trộm ở chợ", unit="hoa-lu")
    assert app.tips.from_same_reporter(chief, walk_in.id).items == ()
