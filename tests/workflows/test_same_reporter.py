"""Whether two tips are of the same reporter is for a supervisor to ask, and the question stays on record."""

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
def tips(app: App, dialog: Dialog) -> list[Tip]:
    """Two tips of one resident and one of another, oldest first."""
    for name, story in ((AN, STORIES[0]), (BINH, THEFT), (AN, STORIES[1])):
        dialog.says(name, story)
    found = app.internals.context.iter_readable(TIP, app.internals.context.storage.maintenance.scan(TIP.name))
    return sorted(found, key=lambda tip: tip.id)


def test_a_supervisor_is_told(app: App, appoint: Appoint, tips: list[Tip]) -> None:
    """The other one, not the neighbour's; the entry names the tip asked about and the one shown."""
    first, _, second = tips
    chief = appoint("tip_supervisor")
    assert [tip.id for tip in app.tips.from_same_reporter(chief, first.id).items] == [second.id]
    entry = entry_from([*app.internals.context.storage.journal.read(0, 1000)][-1].content)
    assert entry.facts["case"] == f"tip:{first.id}"
    assert {name.partition("@")[0] for name in entry.named} == {f"tip:{first.id}", f"tip:{second.id}"}


def test_a_handler_is_not(app: App, appoint: Appoint, tips: list[Tip]) -> None:
    """Who reads both tips sees two names, and may not ask."""
    handler = appoint("tip_officer")
    first, _, second = (app.tips.get(handler, tip.id) for tip in tips)
    assert first.conversation != second.conversation
    with pytest.raises(Refused):
        app.tips.from_same_reporter(handler, first.id)


def test_not_what_excludes_the_supervisor(app: App, appoint: Appoint, tips: list[Tip]) -> None:
    """A tip from which a conflict of interest keeps them away isn't shown, and none is told of a walk-in."""
    first, _, second = tips
    chief = appoint("tip_supervisor")
    other = appoint("tip_supervisor")
    app.tips.exclusions.add(other, second.id, chief.id, reason="Người nhà")
    assert app.tips.from_same_reporter(chief, first.id).items == ()
    walk_in = app.tips.record_walk_in(chief, "Có trộm ở chợ", unit="hoa-lu")
    assert app.tips.from_same_reporter(chief, walk_in.id).items == ()
