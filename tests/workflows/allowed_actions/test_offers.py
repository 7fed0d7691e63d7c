"""Offers list the steps that an officer can carry out on a record; requesting them leaves no traces."""

from typing import Any

import pytest
from attrs import evolve

from anninh_core.app import App
from anninh_core.kernel.errors import NotVisible
from anninh_core.operations import OperationGateway
from anninh_core.testing import UnsafeLocalUsers, memory_app
from anninh_core.usecase import Actor

pytestmark = pytest.mark.slow


def _record_tip(app: App) -> tuple[OperationGateway, Actor, str]:
    officer = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "ninh-hoa", "tip_officer")
    return OperationGateway(app), officer, app.tips.record_walk_in(officer, "Có trộm ở chợ", unit="ninh-hoa").id


def _list_tip_offers(gateway: OperationGateway, actor: Actor, tip: str) -> Any:
    return gateway.call(actor, "tips.can_do", {"tip_id": tip})


def test_offer_has_its_operations_inputs() -> None:
    """Each offered step has the inputs and the second factor of its operation, without the record's id and
    `seen_version`.
    """
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        steps = _list_tip_offers(gateway, officer, tip).steps
        assert {"tips.triage", "tips.claim"} <= {step.operation for step in steps}
        for step in steps:
            operation = gateway.operations[step.operation]
            fields = set(operation.request.__struct_fields__) - {operation.subject, "seen_version"}
            assert {step_input.name for step_input in step.inputs} == fields
            assert step.step_up == operation.step_up


def test_required_inputs_are_marked() -> None:
    """An offered step marks which of its inputs are required."""
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        (triage,) = (step for step in _list_tip_offers(gateway, officer, tip).steps if step.operation == "tips.triage")
        assert {step_input.name for step_input in triage.inputs if step_input.required} == {"category"}
        assert {"unit", "urgency", "place"} <= {
            step_input.name for step_input in triage.inputs if not step_input.required
        }


def test_offer_has_the_records_version() -> None:
    """An offer has the version of its record, so that a step can name the version for which it was chosen; the version
    increases with each change.
    """
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        before = _list_tip_offers(gateway, officer, tip).version
        assert app.tips.triage(officer, tip, category="crime", seen_version=before).version > before
        assert _list_tip_offers(gateway, officer, tip).version > before


def test_requesting_offers_writes_no_entry() -> None:
    """Requesting offers writes no journal entry, because offers have no personal data and the board requests them
    often.
    """
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        before = len(app.internals.context.storage.journal.read(limit=1_000))
        for _ in range(3):
            _list_tip_offers(gateway, officer, tip)
        assert len(app.internals.context.storage.journal.read(limit=1_000)) == before


def test_limited_token_is_offered_its_operations() -> None:
    """A token that is limited to some operations is offered only these operations."""
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        limited = evolve(officer, sign_in=evolve(officer.sign_in, operations=frozenset({"tips.can_do", "tips.claim"})))
        assert [step.operation for step in _list_tip_offers(gateway, limited, tip).steps] == ["tips.claim"]


def test_excluded_officer_gets_no_offers() -> None:
    """An excluded officer who requests a tip's offers gets the same error as for a missing tip."""
    with memory_app() as app:
        gateway, officer, tip = _record_tip(app)
        boss = UnsafeLocalUsers(app).appoint("Chỉ huy", "hoa-lu", "tip_supervisor")
        app.tips.exclusions.add(boss, tip, officer.id, "người nhà")
        with pytest.raises(NotVisible) as hidden:
            _list_tip_offers(gateway, officer, tip)
        with pytest.raises(NotVisible) as missing:
            _list_tip_offers(gateway, officer, "no-such-tip")
        assert str(hidden.value).replace(tip, "no-such-tip") == str(missing.value)
