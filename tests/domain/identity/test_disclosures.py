"""Disclosures over a store."""

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


def test_an_identity_takes_two_people(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """One asks, another approves, the first reads, and all of it is on record."""
    with pytest.raises(Refused, match="second person must approve"):
        identity.reveal_identity(handler, request_.id)
    approved = identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    assert approved.state is DisclosureState.APPROVED
    revealed = identity.reveal_identity(handler, request_.id)
    assert (revealed.name, revealed.address, revealed.conversation) == (NAME, None, request_.conversation)
    assert (trail()[-1].action, trail()[-1].outcome) == ("governance.reveal_identity", "done")
    steps = [(step.entry.action, step.entry.outcome) for step in identity.disclosure_history(custodian, request_.id)]
    assert [action for action, outcome in steps if outcome != "refused"] == [
        f"governance.{verb}_identity" for verb in ("request", "approve", "reveal")
    ]


def test_what_another_officer_asked_for_is_not_there(
    *, identity: Disclosures, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """Whoever has a disclosure's id and didn't ask for it isn't told that it was granted."""
    chief = officer("tip_supervisor", "hoa-lu")
    for asker, other in ((handler, chief), (chief, handler)):
        asked = ask(identity, asker, f"tip:{tip.id}")
        identity.approve_identity(custodian, asked.id, reason="Cần xác minh")
        with pytest.raises(Refused, match="for which you have the permission"):
            identity.reveal_identity(other, asked.id)


@pytest.mark.parametrize("conversation", ["", "\U0010ffff"])
def test_a_disclosure_opens_nobody_but_the_resident_of_its_case(
    *,
    identity: Disclosures,
    runner: UseCaseRunner,
    handler: Actor,
    custodian: Actor,
    request_: Disclosure,
    conversation: str,
) -> None:
    """Whose case it was when it was approved, and is no longer, stays unknown."""
    approved = identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    uow = UnitOfWork(runner.context, runner.permits, system("router"), "identity.change")
    uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, approved.id), conversation=conversation))
    assert runner.commit(uow)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(handler, approved.id)


def test_an_identity_is_answered_under_its_name_in_the_case(
    *, identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, tip: Tip, runner: UseCaseRunner
) -> None:
    """What a disclosure opens leads to no other case of the same person."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    shown = identity.reveal_identity(handler, request_.id)
    assert shown.conversation == runner.context.names.pseudonym(tip.conversation, f"tip:{tip.id}")


def test_whose_identity_it_is_is_read_from_the_case(request_: Disclosure, tip: Tip, runner: UseCaseRunner) -> None:
    """Nobody says whose conversation, or which unit, a case is about: the record does."""
    assert (request_.conversation, request_.unit) == (
        tip.for_handlers(runner.context.names.pseudonym).conversation,
        "ninh-hoa",
    )


@pytest.mark.parametrize("case", ["tip:nothing", "inquiry:nothing"])
def test_an_identity_is_asked_for_a_case_that_is_there(identity: Disclosures, handler: Actor, case: str) -> None:
    """A case that nobody has opens nothing."""
    with pytest.raises(NotFound):
        ask(identity, handler, case)


@pytest.mark.parametrize("case", ["nonsense", "nonsense:1", "officer:x", "conversation:mock.1"])
def test_what_is_no_case_is_bad_input(identity: Disclosures, handler: Actor, case: str) -> None:
    """The way out is said."""
    with pytest.raises(BadInput, match="kind:id"):
        ask(identity, handler, case)


def test_a_case_taken_down_at_the_desk_hides_nobody(identity: Disclosures, services: Services, handler: Actor) -> None:
    """Who came in person has no conversation to open."""
    walk_in = services.tips.intake.record_walk_in(handler, "Mất xe", unit="ninh-hoa")
    with pytest.raises(BadInput, match="has no reporter who wrote in a chat: ask the officer who"):
        ask(identity, handler, walk_in)


def test_whoever_is_excluded_from_a_case_learns_nothing_of_its_reporter(
    *, identity: Disclosures, services: Services, handler: Actor, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """Neither asks, nor reads what was approved before, nor decides, nor sees that somebody asks."""
    chief = officer("tip_supervisor", "hoa-lu")
    asked = ask(identity, handler, tip)
    identity.approve_identity(custodian, asked.id, reason="Cần xác minh")
    other = ask(identity, chief, tip)
    for barred in (handler, custodian):
        services.tips.exclusions.exclude(chief, tip.id, barred.id, "người nhà")
    with pytest.raises(Refused, match="for which you have the permission"):
        ask(identity, handler, tip)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(handler, asked.id)
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.approve_identity(custodian, other.id, reason="x")
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.disclosure_history(custodian, other.id)
    assert identity.disclosures(custodian).items == ()


def test_only_the_program_opens_an_address(
    services: Services, officer: OfficerMaker, tip: Tip, trail: Callable[[], list[Entry]]
) -> None:
    """No role reads a name, an address or words by a conversation's id; whoever tries stands in the journal."""
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


def test_the_decision_about_an_identity_is_a_persons(
    identity: Disclosures, custodian: Actor, request_: Disclosure, runner: UseCaseRunner
) -> None:
    """The decision record names who decided and why."""
    identity.refuse_identity(custodian, request_.id, reason="Chưa cần thiết")
    (record,) = runner.context.storage.maintenance.scan("decision")
    decision = runner.context.open_record(DECISION, record)
    assert (decision.by, decision.text, decision.subject) == (
        custodian.id,
        "Chưa cần thiết",
        f"disclosure:{request_.id}",
    )
    with pytest.raises(Refused):
        identity.approve_identity(system("router"), request_.id, reason="x")


def test_whoever_holds_both_roles_still_needs_another(
    identity: Disclosures, services: Services, officer: OfficerMaker, custodian: Actor, tip: Tip
) -> None:
    """A custodian who asks can't approve, whatever roles they hold."""
    both = officer("tip_officer", "hoa-lu")
    run_step(services.units.record_grant, system("setup"), both.id, "identity_custodian", "hoa-lu")
    asked = ask(identity, both, tip)
    with pytest.raises(Refused, match="second person"):
        identity.approve_identity(both, asked.id, reason="tự duyệt")
    assert [one.id for one in identity.disclosures(custodian, state=DisclosureState.REQUESTED).items] == [asked.id]


def test_the_address_is_asked_for_by_itself(identity: Disclosures, handler: Actor, custodian: Actor, tip: Tip) -> None:
    """Whoever is granted the address doesn't learn the name."""
    asked = ask(identity, handler, tip, IdentityField.ADDRESS)
    identity.approve_identity(custodian, asked.id, reason="Cần đến nhà")
    revealed = identity.reveal_identity(handler, asked.id)
    assert (revealed.name, revealed.address) == ("", ADDRESS)


@pytest.mark.parametrize("field", ["whole", "phone", ""])
def test_one_field_is_asked_for(identity: Disclosures, handler: Actor, tip: Tip, field: str) -> None:
    """Everything at once can't be asked for, nor what there is not."""
    with pytest.raises(BadInput, match="name, address, numbers"):
        ask(identity, handler, tip, field)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("purpose", "ground", "needed"),
    [
        ("", "Điều 9", "needs a purpose: write what you need it for"),
        ("Xác minh", " ", "needs a ground: name the rule or article of law that allows it"),
    ],
)
def test_purpose_and_ground_are_owed(
    identity: Disclosures, handler: Actor, tip: Tip, *, purpose: str, ground: str, needed: str
) -> None:
    """Without either nothing is asked for."""
    with pytest.raises(BadInput, match=needed):
        identity.request_identity(handler, f"tip:{tip.id}", field=IdentityField.NAME, purpose=purpose, ground=ground)


def test_an_identity_closes_again(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, clock: FixedClock
) -> None:
    """At minute 31 nothing is read any more."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    clock.advance(timedelta(minutes=31))
    with pytest.raises(Refused, match="ended"):
        identity.reveal_identity(handler, request_.id)


def test_it_is_looked_at_once(identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure) -> None:
    """A second look is refused, within the time too."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    identity.reveal_identity(handler, request_.id)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.reveal_identity(handler, request_.id)


def test_a_second_click_approves_nothing_twice(
    identity: Disclosures, custodian: Actor, request_: Disclosure, clock: FixedClock
) -> None:
    """The minutes run from the first click."""
    first = identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    clock.advance(timedelta(minutes=5))
    with pytest.raises(WrongStep, match="approved already"):
        identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    (shown,) = identity.disclosures(custodian).items
    assert shown.until == first.until


def test_of_two_browsers_one_is_answered(
    *,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    request_: Disclosure,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Both read the approval, one commits; the other runs again, and is told that it was opened."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    storage = runner.context.storage
    answered = []
    commit = storage.commit

    def overtaken(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        answered.append(identity.reveal_identity(handler, request_.id).name)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", overtaken)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.reveal_identity(handler, request_.id)
    assert answered == [NAME]


def test_the_journal_names_nobody(
    identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, trail: Callable[[], list[Entry]]
) -> None:
    """Neither what was opened, nor the words in which it was asked for."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    identity.reveal_identity(handler, request_.id)
    told = str(trail())
    for secret in (NAME, ADDRESS.id, request_.conversation, "Xác minh", "Điều 9"):
        assert secret not in told.replace(ADDRESS.messenger, ""), secret


def test_a_purged_identity_opens_no_more(
    *, identity: Disclosures, handler: Actor, custodian: Actor, request_: Disclosure, tip: Tip, runner: UseCaseRunner
) -> None:
    """An approval doesn't outlive what it was about."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    purge_scope(runner.context, f"identity:{tip.conversation}")
    runner.context.encryptor.forget(f"identity:{tip.conversation}")
    with pytest.raises(DecryptionError):
        identity.reveal_identity(handler, request_.id)


def test_another_officer_reads_nothing(
    identity: Disclosures, officer: OfficerMaker, custodian: Actor, request_: Disclosure
) -> None:
    """An approval is for the officer who asked."""
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    with pytest.raises(Refused, match="for which you have the permission"):
        identity.reveal_identity(officer("tip_officer", "hoa-lu"), request_.id)


@pytest.mark.parametrize("minutes", [0, -1, 1441])
def test_no_identity_opens_without_end(
    identity: Disclosures, custodian: Actor, request_: Disclosure, minutes: int
) -> None:
    """A minute at least, a day at most."""
    with pytest.raises(BadInput, match="1 to 1440"):
        identity.approve_identity(custodian, request_.id, minutes=minutes, reason="x")


def test_an_unknown_disclosure(identity: Disclosures, handler: Actor) -> None:
    """Strangers are refused, those who may ask are told."""
    with pytest.raises(Refused):
        identity.reveal_identity(person("nobody"), "x")
    with pytest.raises((NotFound, Refused)):
        identity.reveal_identity(handler, "x")


@pytest.mark.parametrize("minutes", [1, 30, 1440])
def test_an_approval_lasts_as_long_as_it_says(
    identity: Disclosures, custodian: Actor, request_: Disclosure, clock: FixedClock, minutes: int
) -> None:
    """Half an hour where nothing is said."""
    given = {} if minutes == 30 else {"minutes": minutes}
    approved = identity.approve_identity(custodian, request_.id, reason="Cần xác minh", **given)
    assert approved.until == clock.now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(("ground", "rule"), [("Điều 9", "Điều 9"), ("", "identity")])
def test_a_decision_cites_the_ground(
    *, identity: Disclosures, custodian: Actor, request_: Disclosure, runner: UseCaseRunner, ground: str, rule: str
) -> None:
    """That was named when it was asked; requests of earlier versions named none."""

    def put_back(uow: UnitOfWork) -> None:
        uow.permit(request_.unit)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, request_.id), ground=ground))

    runner.run_command(custodian, "test.put_back", Permission.IDENTITY_APPROVE, put_back)
    identity.approve_identity(custodian, request_.id, reason="Cần xác minh")
    (record,) = runner.context.storage.maintenance.scan("decision")
    assert runner.context.open_record(DECISION, record).rule == rule
