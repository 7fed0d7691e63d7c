"""Tests of disclosures that expire unused or lose their permission or case, and of their history."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tests.domain.conftest import OfficerMaker
from tests.domain.identity.conftest import ask, list_history
from tests.support.purging import purge_scope

from anninh_core.domain.identity.disclosures import Disclosures
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import DisclosureState
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import DecryptionError, Refused, WrongStep
from anninh_core.ports.storages.changes import Entry
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import Actor
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.worker.jobs.departures import record_lapsed_disclosures


def test_unused_disclosures_lapse(
    *,
    identity: Disclosures,
    services: Services,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    name_request: Disclosure,
    clock: FixedClock,
    trail: Callable[[], list[Entry]],
) -> None:
    """An approved disclosure that isn't used lapses after its minutes, and a request after a week, each with an entry
    in the audit log.
    """
    waiting = ask(identity, handler, tip)
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    assert record_lapsed_disclosures(services) == 0
    clock.advance(timedelta(minutes=30))
    assert [record_lapsed_disclosures(services), record_lapsed_disclosures(services)] == [1, 0]
    assert (trail()[-1].actor, trail()[-1].facts["disclosure"]) == ("system:keeper", name_request.id)
    clock.advance(timedelta(days=7))
    with pytest.raises(WrongStep, match="waited"):
        identity.approve_identity(custodian, waiting.id, reason="Muộn")
    assert record_lapsed_disclosures(services) == 1
    states = [row.state for row in identity.disclosures(custodian, state=DisclosureState.LAPSED).items]
    assert states == [DisclosureState.LAPSED] * 2


def test_the_history_has_the_refusals_and_the_lapse(
    *,
    identity: Disclosures,
    services: Services,
    handler: Actor,
    officer: OfficerMaker,
    custodian: Actor,
    tip: Tip,
    name_request: Disclosure,
    clock: FixedClock,
) -> None:
    """A disclosure's history has refused readings (too early, by another officer, repeated, too late) and the lapse,
    but nothing about other disclosures.
    """
    other = officer("tip_officer", "hoa-lu")
    late = ask(identity, handler, tip)
    for actor in (handler, other):
        with pytest.raises(Refused):
            identity.reveal_identity(actor, name_request.id)
    for disclosure in (name_request, late):
        identity.approve_identity(custodian, disclosure.id, reason="Cần xác minh")
    identity.reveal_identity(handler, name_request.id)
    with pytest.raises(Refused):
        identity.reveal_identity(handler, name_request.id)
    clock.advance(timedelta(minutes=31))
    with pytest.raises(Refused):
        identity.reveal_identity(handler, late.id)
    record_lapsed_disclosures(services)
    identity.disclosures(custodian)
    assert list_history(identity, custodian, name_request) == [
        "request_identity done",
        "reveal_identity refused",
        "reveal_identity refused",
        "approve_identity done",
        "reveal_identity done",
        "reveal_identity refused",
    ]
    assert list_history(identity, custodian, late) == [
        "request_identity done",
        "approve_identity done",
        "reveal_identity refused",
        "lapse_disclosure done",
    ]


def test_officer_without_the_case_is_refused(
    *, identity: Disclosures, services: Services, handler: Actor, custodian: Actor, officer: OfficerMaker, tip: Tip
) -> None:
    """An officer who was excluded from the case or lost the role after the approval can't read the identity, and the
    history has the refusal.
    """
    chief = officer("tip_supervisor", "hoa-lu")
    leaver = officer("tip_officer", "hoa-lu")
    disclosures = [ask(identity, actor, tip) for actor in (handler, leaver)]
    for disclosure in disclosures:
        identity.approve_identity(custodian, disclosure.id, reason="Cần xác minh")
    services.tips.exclusions.exclude(chief, tip.id, handler.id, "người nhà")
    yesterday = local_date(services.units.context.clock.now()) - timedelta(days=1)
    services.units.revoke(officer("steering_chair", "hoa-lu"), leaver.id, "tip_officer", "hoa-lu", last_day=yesterday)
    for actor, disclosure in zip((handler, leaver), disclosures, strict=True):
        with pytest.raises(Refused):
            identity.reveal_identity(actor, disclosure.id)
        assert list_history(identity, custodian, disclosure)[-1] == "reveal_identity refused"


def test_purged_case_blocks_its_disclosures(
    *,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    name_request: Disclosure,
    runner: UseCaseRunner,
    services: Services,
    clock: FixedClock,
) -> None:
    """A disclosure of a purged case can be neither approved nor read, and lapses."""
    waiting = ask(identity, handler, tip)
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    purge_scope(runner.context, f"tip:{tip.id}")
    runner.context.encryptor.forget(f"tip:{tip.id}")
    with pytest.raises(DecryptionError):
        identity.reveal_identity(handler, name_request.id)
    with pytest.raises(WrongStep, match="purged"):
        identity.approve_identity(custodian, waiting.id, reason="Cần xác minh")
    clock.advance(timedelta(minutes=30))
    assert record_lapsed_disclosures(services) == 1
    assert list_history(identity, custodian, name_request)[-1] == "lapse_disclosure done"
