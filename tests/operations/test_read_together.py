"""Several queries as one look."""

import pytest

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.operations import Door
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def officer(app: App) -> Actor:
    """Handles tips."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def auditor(app: App) -> Actor:
    """Reads the trail."""
    return UnsafeLocalUsers(app).appoint("Kiểm Toán Mẫu", "hoa-lu", "auditor")


def _reads(app: App, auditor: Actor, tip: str) -> list[str]:
    """Return the actions of the looks at a tip."""
    app.internals.runner.write_looks(everything=True)
    return [one.entry.action for one in app.audit.trail(auditor, about=f"tip:{tip}", outcome="read").items]


def test_queries_together_leave_one_entry(app: App, officer: Actor, auditor: Actor) -> None:
    """What a page shows of a tip by three queries leaves one entry, and answers what each of them does."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    door = Door(app)
    given = {"tip_id": tip.id}
    shown, steps, talk = door.read_together(
        officer, [("tips.get", given), ("tips.can_do", given), ("tips.timeline", given)]
    )
    assert shown.text == "Mất trộm xe máy"
    assert steps == door.call(officer, "tips.can_do", given)
    assert talk.items
    assert _reads(app, auditor, tip.id) == ["tips.get"]


def test_permission_of_each(app: App, officer: Actor) -> None:
    """Somebody who may do the first query and not the second is refused."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    with pytest.raises(Refused):
        Door(app).read_together(officer, [("tips.get", {"tip_id": tip.id}), ("audit.verify", {})])


def test_missing_record_gives_the_same_error(app: App, officer: Actor) -> None:
    """A record that isn't there is told as by the query alone."""
    with pytest.raises(NotFound):
        Door(app).read_together(officer, [("tips.get", {"tip_id": "none"}), ("tips.can_do", {"tip_id": "none"})])


def test_commands_are_refused_in_joint_reads(app: App, officer: Actor) -> None:
    """Nothing that changes something is taken for a look."""
    with pytest.raises(TypeError, match="no query"):
        Door(app).read_together(officer, [("tips.list", {}), ("tips.claim", {"tip_id": "any"})])
