"""What an offer says, and what asking for it leaves."""

from typing import Any

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.kernel.errors import NotVisible
from anninh_core.operations import Door
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

pytestmark = pytest.mark.slow


def _open(app: App) -> tuple[Door, Actor, str]:
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    return Door(app), officer, app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="ninh-hoa").id


def _ask(door: Door, actor: Actor, tip: str) -> Any:
    return door.call(actor, "tips.can_do", {"tip_id": tip})


def test_an_offer_says_what_the_door_says() -> None:
    """Inputs and the second factor are those of the door's own table, without the record and the version seen."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        steps = _ask(door, officer, tip).steps
        assert {"tips.triage", "tips.claim"} <= {step.operation for step in steps}
        for step in steps:
            operation = door.operations[step.operation]
            fields = set(operation.request.__struct_fields__) - {operation.subject, "seen_version"}
            assert {one.name for one in step.inputs} == fields
            assert step.step_up == operation.step_up


def test_required_inputs_are_told_apart() -> None:
    """A face knows what it has to ask for: what can't be left out."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        (triage,) = (step for step in _ask(door, officer, tip).steps if step.operation == "tips.triage")
        assert {one.name for one in triage.inputs if one.required} == {"category"}
        assert {"unit", "urgency", "place"} <= {one.name for one in triage.inputs if not one.required}


def test_the_answer_names_the_version_that_it_is_about() -> None:
    """The version goes up with each change, so that an act can say which state it was chosen in."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        before = _ask(door, officer, tip).version
        assert app.tips.triage(officer, tip, category="crime", seen_version=before).version > before
        assert _ask(door, officer, tip).version > before


def test_asking_leaves_no_entry() -> None:
    """It shows nothing that is personal, and a page asks often: the journal stays as it was."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        before = len(app.internals.context.storage.journal.read(limit=1_000))
        for _ in range(3):
            _ask(door, officer, tip)
        assert len(app.internals.context.storage.journal.read(limit=1_000)) == before


def test_a_limited_sign_in_is_offered_what_it_is_good_for() -> None:
    """A token that is good for some operations is offered no others."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        limited = evolve(officer, sign_in=evolve(officer.sign_in, operations=frozenset({"tips.can_do", "tips.claim"})))
        assert [step.operation for step in _ask(door, limited, tip).steps] == ["tips.claim"]


def test_who_is_excluded_hears_that_there_is_none() -> None:
    """A conflict of interest hides what can be done as it hides the tip, in the words for one that isn't there."""
    with memory_app() as app:
        door, officer, tip = _open(app)
        boss = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor")
        app.tips.exclusions.add(boss, tip, officer.id, "người nhà")
        with pytest.raises(NotVisible) as hidden:
            _ask(door, officer, tip)
        with pytest.raises(NotVisible) as missing:
            _ask(door, officer, "no-such-tip")
        assert str(hidden.value).replace(tip, "no-such-tip") == str(missing.value)
