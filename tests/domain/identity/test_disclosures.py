"""Tests of disclosures of reporters' identities over a store."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import OfficerMaker
from tests.domain.identity.conftest import ADDRESS, NAME, ask
from tests.support.purging import purge_scope

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.disclosures import Disclosures
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.identity.states import DisclosureState
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import ChangeSet, Entry, Outcome
from anninh_core.testing.clock import FixedClock
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, person, system
from anninh_core.usecase.decision import DECISION
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


def test_disclosure_takes_two_people(
    identity: Disclosures, handler: Actor, custodian: Actor, name_request: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """An officer requests an identity, another person approves, the first officer reads the identity, and all of it is
    recorded.
    """
    with pytest.raises(Refused, match="second person must approve"):
        identity.reveal_identity(handler, name_request.id)
    approved = identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    assert approved.state is DisclosureState.APPROVED
    revealed = identity.reveal_identity(handler, name_request.id)
    assert (revealed.name, revealed.address, revealed.conversation) == (NAME, None, name_request.conversation)
    assert (trail()[-1].action, trail()[-1].outcome) == ("governance.reveal_identity", "done")
    steps = [
        (step.entry.action, step.entry.outcome) for step in identity.disclosure_history(custodian, name_request.id)
    ]
    assert [action for action, outcome in steps if outcome != "refused"] == [
        f"governance.{verb}_identity" for verb in ("request", "approve", "reveal")
    ]


def test_others_disclosures_look_missing(
    *, identity: Disclosures, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """An officer can't read another officer's disclosure, and doesn't learn that it was approved."""
    chief = officer("tip_supervisor", "hoa-lu")
    for asker, other in ((handler, chief), (chief, handler)):
        disclosure = ask(identity, asker, f"tip:{tip.id}")
        identity.approve_identity(custodian, disclosure.id, reason="Cần xác minh")
        with pytest.raises(Refused, match="for which you have the permission"):
            identity.reveal_identity(other, disclosure.id)


@pytest.mark.parametrize("conversation", ["", "\U0010ffff"])
def test_disclosure_opens_only_the_cases_reporter(
    *,
    identity: Disclosures,
    runner: UseCaseRunner,
    handler: Actor,
    custodian: Actor,
    name_request: Disclosure,
    conversation: str,
) -> None:
    """A disclosure isn't opened if its conversation is no longer the conversation of its case."""
    approved = identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    uow = UnitOfWork(runner.context, runner.permits, system("router"), "identity.change")
    uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, approved.id), conversation=conversation))
    assert runner.commit(uow)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(handler, approved.id)


def test_revealed_identity_has_the_cases_pseudonym(
    *,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    name_request: Disclosure,
    tip: Tip,
    runner: UseCaseRunner,
) -> None:
    """A revealed identity has the pseudonym used in the case, so that it leads to no other case of the same person."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    revealed = identity.reveal_identity(handler, name_request.id)
    assert revealed.conversation == runner.context.names.pseudonym(tip.conversation, f"tip:{tip.id}")


def test_conversation_and_unit_come_from_the_case(name_request: Disclosure, tip: Tip, runner: UseCaseRunner) -> None:
    """The conversation and unit of a disclosure are read from the case's record, not from the caller."""
    assert (name_request.conversation, name_request.unit) == (
        tip.for_handlers(runner.context.names.pseudonym).conversation,
        "ninh-hoa",
    )


@pytest.mark.parametrize("case", ["tip:nothing", "inquiry:nothing"])
def test_request_needs_an_existing_case(identity: Disclosures, handler: Actor, case: str) -> None:
    """A request for the identity behind a case that doesn't exist is refused."""
    with pytest.raises(NotFound):
        ask(identity, handler, case)


@pytest.mark.parametrize("case", ["nonsense", "nonsense:1", "officer:x", "conversation:mock.1"])
def test_invalid_case_is_refused(identity: Disclosures, handler: Actor, case: str) -> None:
    """A request for the identity behind something that isn't a case is refused with the remedy."""
    with pytest.raises(BadInput, match="kind:id"):
        ask(identity, handler, case)


def test_walk_in_case_has_no_identity(identity: Disclosures, services: Services, handler: Actor) -> None:
    """A case recorded at the desk has no conversation to open."""
    walk_in = services.tips.intake.record_walk_in(handler, "Mất xe", unit="ninh-hoa")
    with pytest.raises(BadInput, match="has no reporter who wrote in a chat: ask the officer who"):
        ask(identity, handler, walk_in)


def test_excluded_officer_learns_nothing_of_the_reporter(
    *, identity: Disclosures, services: Services, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """An officer excluded from a case can't request the reporter's identity, read an approved one, decide, or see
    requests.
    """
    chief = officer("tip_supervisor", "hoa-lu")
    disclosure = ask(identity, handler, tip)
    identity.approve_identity(custodian, disclosure.id, reason="Cần xác minh")
    other = ask(identity, chief, tip)
    for barred in (handler, custodian):
        services.tips.exclusions.exclude(chief, tip.id, barred.id, "người nhà")
    with pytest.raises(Refused, match="for which you have the permission"):
        ask(identity, handler, tip)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(handler, disclosure.id)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.approve_identity(custodian, other.id, reason="x")
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.disclosure_history(custodian, other.id)
    assert identity.disclosures(custodian).items == ()


def test_only_the_program_opens_an_address(
    services: Services, officer: OfficerMaker, tip: Tip, trail: Callable[[], list[Entry]]
) -> None:
    """No role may read a name, an address or a message by a conversation's id, and each attempt is recorded as
    refused.
    """
    conversations = services.conversations
    for role in services.units.context.district.roles:
        actor = officer(role, "hoa-lu")
        for look in (
            lambda actor=actor: conversations.who(actor, tip.conversation),
            lambda actor=actor: conversations.by_platform_id(actor, tip.conversation, "m-1"),
        ):
            before = len(trail())
            with pytest.raises(Refused):
                look()
            assert [entry.outcome for entry in trail()[before:]] == ["refused"]
    for part in ("router", "keeper", "clock", "setup"):
        with pytest.raises(Refused):
            conversations.who(system(part), tip.conversation)


def test_decision_names_person_and_reason(
    identity: Disclosures, custodian: Actor, name_request: Disclosure, runner: UseCaseRunner
) -> None:
    """The record of a decision about an identity names the person and the reason, and a system actor can't decide."""
    identity.refuse_identity(custodian, name_request.id, reason="Chưa cần thiết")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.by, decision.text, decision.subject) == (
        custodian.id,
        "Chưa cần thiết",
        f"disclosure:{name_request.id}",
    )
    with pytest.raises(Refused):
        identity.approve_identity(system("router"), name_request.id, reason="x")


def test_requester_with_both_roles_cant_approve(
    identity: Disclosures, services: Services, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """A custodian can't approve their own request, whatever roles they have."""
    both = officer("tip_officer", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    disclosure = ask(identity, both, tip)
    with pytest.raises(Refused, match="second person"):
        identity.approve_identity(both, disclosure.id, reason="tự duyệt")
    assert [row.id for row in identity.disclosures(custodian, state=DisclosureState.REQUESTED).items] == [disclosure.id]


def test_address_disclosure_hides_the_name(identity: Disclosures, handler: Actor, custodian: Actor, tip: Tip) -> None:
    """A disclosure of the address doesn't reveal the name."""
    disclosure = ask(identity, handler, tip, IdentityField.ADDRESS)
    identity.approve_identity(custodian, disclosure.id, reason="Cần đến nhà")
    revealed = identity.reveal_identity(handler, disclosure.id)
    assert (revealed.name, revealed.address) == ("", ADDRESS)


@pytest.mark.parametrize("field", ["whole", "phone", ""])
def test_request_names_one_known_field(identity: Disclosures, handler: Actor, tip: Tip, field: str) -> None:
    """A request for an identity that names all fields at once or an unknown field is refused."""
    with pytest.raises(BadInput, match="name, address, numbers"):
        ask(identity, handler, tip, field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("purpose", "ground", "needed"),
    [
        ("", "Điều 9", "needs a purpose: write what you need it for"),
        ("Xác minh", " ", "needs a ground: name the rule or article of law that allows it"),
    ],
)
def test_purpose_and_ground_are_required(
    identity: Disclosures, handler: Actor, tip: Tip, *, purpose: str, ground: str, needed: str
) -> None:
    """A request for an identity without a purpose or without a legal ground is refused."""
    with pytest.raises(BadInput, match=needed):
        identity.request_identity(handler, f"tip:{tip.id}", field=IdentityField.NAME, purpose=purpose, ground=ground)


def test_disclosure_expires(
    identity: Disclosures, handler: Actor, custodian: Actor, name_request: Disclosure, clock: FixedClock
) -> None:
    """An approved disclosure can't be read after 30 minutes."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    clock.advance(timedelta(minutes=31))
    with pytest.raises(Refused, match="ended"):
        identity.reveal_identity(handler, name_request.id)


def test_disclosure_opens_once(
    identity: Disclosures, handler: Actor, custodian: Actor, name_request: Disclosure
) -> None:
    """A second reading of a disclosure is refused, even within the approved time."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    identity.reveal_identity(handler, name_request.id)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.reveal_identity(handler, name_request.id)


def test_second_approval_changes_nothing(
    identity: Disclosures, custodian: Actor, name_request: Disclosure, clock: FixedClock
) -> None:
    """A second approval of a disclosure is refused, and the time runs from the first."""
    first = identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    clock.advance(timedelta(minutes=5))
    with pytest.raises(WrongStep, match="approved already"):
        identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    (row,) = identity.disclosures(custodian).items
    assert row.until == first.until


def test_concurrent_readings_open_once(
    *,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    name_request: Disclosure,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If two readings of a disclosure are committed at once, one succeeds; the other runs again, and is refused because
    the identity was opened.
    """
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    storage = runner.context.storage
    answered = []
    commit = storage.commit

    def commit_after_other_reading(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        answered.append(identity.reveal_identity(handler, name_request.id).name)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", commit_after_other_reading)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.reveal_identity(handler, name_request.id)
    assert answered == [NAME]


def test_journal_has_no_identity(
    identity: Disclosures, handler: Actor, custodian: Actor, name_request: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """The journal has neither the disclosed identity nor the text of the request."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    identity.reveal_identity(handler, name_request.id)
    journal_text = str(trail())
    for secret in (NAME, ADDRESS.id, name_request.conversation, "Xác minh", "Điều 9"):
        assert secret not in journal_text.replace(ADDRESS.messenger, ""), secret


def test_a_purged_identity_opens_no_more(
    *,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    name_request: Disclosure,
    tip: Tip,
    runner: UseCaseRunner,
) -> None:
    """An approved disclosure of a purged identity can't be opened."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    purge_scope(runner.context, f"identity:{tip.conversation}")
    runner.context.encryptor.forget(f"identity:{tip.conversation}")
    with pytest.raises(DecryptionError):
        identity.reveal_identity(handler, name_request.id)


def test_another_officer_reads_nothing(
    identity: Disclosures, officer: OfficerMaker, custodian: Actor, name_request: Disclosure
) -> None:
    """Only the officer who requested a disclosure can read it."""
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(officer("tip_officer", "hoa-lu"), name_request.id)


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_approval_time_is_bounded(
    identity: Disclosures, custodian: Actor, name_request: Disclosure, minutes: int
) -> None:
    """An approval lasts from one minute to one day."""
    with pytest.raises(BadInput, match="1 to 1440"):
        identity.approve_identity(custodian, name_request.id, minutes=minutes, reason="x")


def test_unknown_disclosure_is_refused(identity: Disclosures, handler: Actor) -> None:
    """A request for an unknown disclosure is refused to strangers, and gives officers an error too."""
    with pytest.raises(Refused):
        identity.reveal_identity(person("nobody"), "x")
    with pytest.raises((NotFound, Refused)):
        identity.reveal_identity(handler, "x")


@pytest.mark.parametrize("minutes", [1, 30, 1440])
def test_approval_lasts_its_minutes(
    identity: Disclosures, custodian: Actor, name_request: Disclosure, clock: FixedClock, minutes: int
) -> None:
    """The approval of a disclosure lasts the given minutes, by default half an hour."""
    arguments = {} if minutes == 30 else {"minutes": minutes}
    approved = identity.approve_identity(custodian, name_request.id, reason="Cần xác minh", **arguments)
    assert approved.until == clock.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(("ground", "rule"), [("Điều 9", "Điều 9"), ("", "identity")])
def test_a_decision_cites_the_ground(
    *, identity: Disclosures, custodian: Actor, name_request: Disclosure, runner: UseCaseRunner, ground: str, rule: str
) -> None:
    """A decision about an identity cites the legal ground of the request, or `identity` for an earlier version's
    request without a ground.
    """

    def store_ground(uow: UnitOfWork) -> None:
        uow.permit(name_request.unit)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, name_request.id), ground=ground))

    runner.run_command(custodian, "test.put_back", Permission.IDENTITY_APPROVE, store_ground)
    identity.approve_identity(custodian, name_request.id, reason="Cần xác minh")
    (record,) = runner.context.storage.maintenance.scan("decision")
    assert runner.context.open_record(DECISION, record).rule == rule
