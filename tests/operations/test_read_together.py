"""Several queries can be run together as one read."""

import pytest

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound, Refused
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor


@pytest.fixture
def officer(app: App) -> Actor:
    """A tip officer of the district."""
    return UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_officer")


@pytest.fixture
def auditor(app: App) -> Actor:
    """An auditor of the district."""
    return UnsafeLocalUsers(app).appoint("Kiểm Toán Mẫu", "hoa-lu", "auditor")


def _list_read_actions(app: App, auditor: Actor, tip: str) -> list[str]:
    """Return the actions of the journal entries in which the auditor sees reads of a tip."""
    app.internals.runner.flush_read_log(everything=True)
    return [numbered.entry.action for numbered in app.audit.trail(auditor, about=f"tip:{tip}", outcome="read").items]


def test_queries_together_leave_one_entry(app: App, officer: Actor, auditor: Actor) -> None:
    """Several queries about one tip that run together leave one entry in the journal, and return the results of each
    query.
    """
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    gateway = OperationGateway(app)
    arguments = {"tip_id": tip.id}
    tip_view, steps, talk = gateway.read_together(
        officer, [("tips.get", arguments), ("tips.can_do", arguments), ("tips.timeline", arguments)]
    )
    assert tip_view.text == "Mất trộm xe máy"
    assert steps == gateway.call(officer, "tips.can_do", arguments)
    assert talk.items
    assert _list_read_actions(app, auditor, tip.id) == ["tips.get"]


def test_joint_read_needs_every_permission(app: App, officer: Actor) -> None:
    """An officer without permission for one of the queries in a joint read is refused."""
    tip = app.tips.record_walk_in(officer, "Mất trộm xe máy", unit="hoa-lu")
    with pytest.raises(Refused):
        OperationGateway(app).read_together(officer, [("tips.get", {"tip_id": tip.id}), ("audit.verify", {})])


def test_missing_record_gives_the_same_error(app: App, officer: Actor) -> None:
    """A missing record gives the same error in a joint read as in the query alone."""
    with pytest.raises(NotFound):
        OperationGateway(app).read_together(
            officer, [("tips.get", {"tip_id": "none"}), ("tips.can_do", {"tip_id": "none"})]
        )


def test_commands_are_refused_in_joint_reads(app: App, officer: Actor) -> None:
    """A command in a joint read is refused."""
    with pytest.raises(TypeError, match="no query"):
        OperationGateway(app).read_together(officer, [("tips.list", {}), ("tips.claim", {"tip_id": "any"})])
