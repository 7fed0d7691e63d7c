"""Tests of custodians over a store: two people enrol a key, one key always remains, and names are rewrapped from key to
key.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import Trail
from tests.domain.identity.conftest import Office, enrol_key, record_named_message

from anninh_core.domain.identity.custody.details import make_details_context
from anninh_core.domain.identity.custody.files import (
    BATCH,
    REWRAP_FILE,
    REWRAPPED,
    RewrapFile,
    RewrapItem,
    decode_file,
    encode_file,
)
from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.identity.custody.service import Custodians
from anninh_core.domain.identity.states import CustodianState
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import BadInput, NotFound, Refused, WrongStep
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import Actor, system
from anninh_core.usecase.encryption.envelope import (
    derive_public_key,
    make_private_key,
    open_sealed,
    rewrap,
)
from anninh_core.usecase.runner import UseCaseRunner

REASON = "Mất khóa"
NOW = datetime(2021, 9, 1, tzinfo=UTC)


def get_key_states(custody: Custodians, office: Office) -> dict[str, str]:
    return {key.id: key.state.value for key in custody.custodians(office.chair).items}


def test_two_people_enrol_a_key(custody: Custodians, office: Office, trail: Trail, clock: FixedClock) -> None:
    """A custodian's key that was proposed is confirmed by a second person, and both acts are recorded with their
    times.
    """
    public = derive_public_key(make_private_key()).hex()
    proposed = custody.propose_custodian(office.chair, public, officer_id=office.holder.id)
    assert (proposed.state, proposed.officer, proposed.unit) == (CustodianState.PROPOSED, office.holder.id, "hoa-lu")
    assert (proposed.proposed_by, proposed.proposed_at, proposed.since) == (office.chair.id, clock.now(), None)
    assert (trail()[-1].events, trail()[-1].facts["custodian"]) == (("custodian.proposed",), proposed.id)
    with pytest.raises(Refused, match="proposed key"):
        custody.confirm_custodian(office.chair, proposed.id)
    clock.advance(timedelta(minutes=1))
    confirmed = custody.confirm_custodian(office.second, proposed.id)
    assert (confirmed.state, confirmed.confirmed_by, confirmed.since) == (
        CustodianState.ACTIVE,
        office.second.id,
        clock.now(),
    )
    assert trail()[-1].events == ("custodian.confirmed",)
    with pytest.raises(WrongStep, match=f"Key {proposed.id} is active: only a proposed key can be confirmed."):
        custody.confirm_custodian(office.second, proposed.id)
    with pytest.raises(WrongStep, match=f"Key {proposed.id} is on record already: have its holder make another one."):
        custody.propose_custodian(office.second, public, officer_id=office.other.id)


def test_proposer_and_holder_cant_confirm() -> None:
    """Neither the proposer nor the holder can confirm a custodian's key, a key without a holder is the recovery key,
    and an ended key stays ended.
    """
    key = Custodian(id="k", unit="u", officer="o1", public_key="00ff", proposed_by="o2", proposed_at=NOW)
    for by in ("o1", "o2"):
        with pytest.raises(Refused, match=f"Officer {by} proposed key k or holds it: a second person must"):
            key.confirmed(by, NOW)
    assert (key.is_recovery, evolve(key, officer="").is_recovery, key.key) == (False, True, b"\x00\xff")
    ended = key.ended("o3", NOW)
    assert (ended.state, ended.ended_by, ended.until) == (CustodianState.ENDED, "o3", NOW)
    with pytest.raises(WrongStep, match="Key k was ended already"):
        ended.ended("o3", NOW)
    with pytest.raises(WrongStep, match="Key k is ended: only a proposed key can be confirmed"):
        ended.confirmed("o3", NOW)


@pytest.mark.parametrize(
    ("public", "problem"),
    [
        ("", "must have 32 bytes, but this one has 0: copy it from"),
        ("xyz", "'xyz'"),
        ("00", "must have 32 bytes, but this one has 1: copy it from"),
        ("00" * 31, "must have 32 bytes, but this one has 31: copy it from"),
        ("00" * 33, "must have 32 bytes, but this one has 33: copy it from"),
    ],
)
def test_invalid_public_key_is_refused(custody: Custodians, office: Office, public: str, problem: str) -> None:
    """A public key of the wrong length or with invalid digits is refused."""
    with pytest.raises(BadInput, match=problem):
        custody.propose_custodian(office.chair, public)


def test_unpermitted_people_cant_hold_or_enrol_keys(custody: Custodians, office: Office, handler: Actor) -> None:
    """Only an officer who decides about identities can hold a key, and only an officer who grants roles can enrol
    one.
    """
    public = derive_public_key(make_private_key()).hex()
    for holder in (handler.id, "nobody"):
        with pytest.raises(BadInput, match=f"Officer '{holder}' doesn't decide about identities and so can't hold"):
            custody.propose_custodian(office.chair, public, officer_id=holder)
    with pytest.raises(Refused):
        custody.propose_custodian(office.holder, public)
    with pytest.raises(Refused, match="system:setup can't decide who holds keys"):
        custody.propose_custodian(system("setup"), public)
    key, _ = enrol_key(custody, office)
    for act in (custody.confirm_custodian, custody.export_rewraps, custody.end_custodian):
        arguments = {"holder": key.id} if act == custody.export_rewraps else {}
        arguments |= {"reason": REASON} if act == custody.end_custodian else {}
        with pytest.raises(Refused):
            act(handler, key.id, **arguments)
    with pytest.raises(NotFound, match=r"There is no key 'x': `identity\.custodians\.list` lists the keys"):
        custody.end_custodian(office.chair, "x", reason=REASON)


def test_new_recovery_key_ends_the_others(custody: Custodians, office: Office) -> None:
    """A confirmed recovery key ends the previous recovery key and all proposed ones, whatever their ids; custodians'
    keys stay.
    """
    custodian, _ = enrol_key(custody, office, office.holder.id)
    waiting = [
        custody.propose_custodian(office.chair, derive_public_key(make_private_key()).hex()).id for _ in range(5)
    ]
    chosen = sorted(waiting)[2]  # Some of the other proposed keys sort before the chosen key, and some after it.
    custody.confirm_custodian(office.second, chosen)
    ended = dict.fromkeys(waiting, "ended")
    assert get_key_states(custody, office) == {custodian.id: "active", **ended, chosen: "active"}
    with pytest.raises(WrongStep, match="only a proposed key can be confirmed"):
        custody.confirm_custodian(office.second, waiting[0] if waiting[0] != chosen else waiting[1])
    following, _ = enrol_key(custody, office)
    assert get_key_states(custody, office) == {custodian.id: "active", **ended, following.id: "active"}


def test_last_key_of_a_kind_cant_end(custody: Custodians, office: Office, trail: Trail, runner: UseCaseRunner) -> None:
    """The last active key of a kind can't be ended; any other key is ended with a recorded reason."""
    recovery, _ = enrol_key(custody, office)
    keys = [enrol_key(custody, office, office.holder.id)[0]]
    with pytest.raises(WrongStep, match=f"Key {recovery.id} is the only one of its kind"):
        custody.end_custodian(office.chair, recovery.id, reason=REASON)
    for _ in range(4):
        with pytest.raises(WrongStep, match=f"Key {keys[-1].id} is the only one of its kind"):
            custody.end_custodian(office.chair, keys[-1].id, reason=REASON)
        keys.append(enrol_key(custody, office, office.holder.id)[0])
        with pytest.raises(BadInput, match="A key can't be ended without a reason: write one"):
            custody.end_custodian(office.chair, keys[-2].id, reason=" ")
        ended = custody.end_custodian(office.chair, keys[-2].id, reason=REASON)
        assert (ended.state, ended.ended_by) == (CustodianState.ENDED, office.chair.id)
    assert trail()[-1].events == ("custodian.ended",)
    decisions = [*runner.context.storage.maintenance.scan("decision")]
    assert len(decisions) == 4
    assert {decision.columns["reason"] for decision in decisions} == {"ended"}


def test_proposed_key_can_always_end(custody: Custodians, office: Office) -> None:
    """A proposed key can be ended even if no other key exists, because no name is encrypted to it yet."""
    waiting = custody.propose_custodian(office.chair, derive_public_key(make_private_key()).hex())
    assert custody.end_custodian(office.chair, waiting.id, reason=REASON).state is CustodianState.ENDED
    with pytest.raises(WrongStep, match="ended already"):
        custody.end_custodian(office.chair, waiting.id, reason=REASON)


def test_concurrent_endings_leave_one_key(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    clock: FixedClock,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """If two people end the last two custodians' keys at the same moment, the second is refused, and names are still
    encrypted.
    """
    first, other = (enrol_key(custody, office, holder.id)[0] for holder in (office.holder, office.other))
    storage = runner.context.storage
    commit = storage.commit

    def commit_after_other_ending(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        custody.end_custodian(office.second, other.id, reason=REASON)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", commit_after_other_ending)
    with pytest.raises(WrongStep, match="only one of its kind"):
        custody.end_custodian(office.chair, first.id, reason=REASON)
    assert get_key_states(custody, office) == {first.id: "active", other.id: "ended"}
    enrol_key(custody, office)
    conversation = runner.context.storage.records.get("conversation", record_named_message(services, clock))
    assert conversation is not None
    assert first.id in runner.context.open_body(conversation).decode()


def test_name_is_rewrapped_for_a_new_key(
    *, custody: Custodians, office: Office, services: Services, clock: FixedClock, trail: Trail
) -> None:
    """A file for rewrapping has wrapped keys but no names; the imported wraps are counted, and the new custodian's key
    alone decrypts the name.
    """
    enrol_key(custody, office)
    old, secret = enrol_key(custody, office, office.holder.id)
    conversation = record_named_message(services, clock)
    new, new_secret = enrol_key(custody, office, office.other.id)
    batch = custody.export_rewraps(office.chair, new.id, holder=old.id)
    assert (trail()[-1].outcome, trail()[-1].facts["wraps"], trail()[-1].facts["custodian"]) == ("read", 1, new.id)
    file = decode_file(batch, REWRAP_FILE, BATCH)
    assert (file.key, file.holder, file.public_key) == (new.id, old.id, new.key)
    (item,) = file.items
    assert item.conversation == conversation
    rewrapped = rewrap(item.wrap, secret, new.key, make_details_context(conversation))
    back = evolve(file, format=REWRAPPED, items=(evolve(item, wrap=rewrapped.wrap, proof=rewrapped.proof),))
    assert custody.import_rewraps(office.chair, encode_file(back)) == 1
    assert (trail()[-1].events, trail()[-1].facts["wraps"]) == (("custodian.rewrapped",), 1)
    assert custody.import_rewraps(office.chair, encode_file(back)) == 0
    assert decode_file(custody.export_rewraps(office.chair, new.id, holder=old.id), REWRAP_FILE).items == ()
    third, _ = enrol_key(custody, office, office.holder.id)
    (again,) = decode_file(custody.export_rewraps(office.chair, third.id, holder=new.id), REWRAP_FILE).items
    assert again.wrap == rewrapped.wrap
    assert open_sealed(new_secret, again.wrap, make_details_context(conversation))


def test_invalid_wraps_are_refused(custody: Custodians, office: Office) -> None:
    """Rewrapped keys are refused in a file of another format, with the wrong length or for a key that isn't in use;
    unknown items add nothing.
    """
    enrol_key(custody, office)
    key, _ = enrol_key(custody, office, office.holder.id)
    file = RewrapFile(format=REWRAPPED, key=key.id, public_key=key.key, holder="h", items=())
    assert custody.import_rewraps(office.chair, encode_file(file)) == 0
    with pytest.raises(
        BadInput, match="has the format 'anninh rewrap request 1', not 'anninh rewrap answer 1': use the right"
    ):
        custody.import_rewraps(office.chair, encode_file(evolve(file, format=BATCH)))
    for length in (0, 79, 81):
        items = (RewrapItem(conversation="c", envelope="e", wrap=bytes(length)),)
        with pytest.raises(BadInput, match="A wrap in this file has the wrong length: have the holder of"):
            custody.import_rewraps(office.chair, encode_file(evolve(file, items=items)))
    unknown = (RewrapItem(conversation="mock.9", envelope="e", wrap=bytes(80)),) * 201
    assert custody.import_rewraps(office.chair, encode_file(evolve(file, items=unknown))) == 0
    waiting = custody.propose_custodian(office.chair, derive_public_key(make_private_key()).hex())
    with pytest.raises(WrongStep, match=f"Key {waiting.id} is proposed, but must be in use: confirm a proposed key"):
        custody.import_rewraps(office.chair, encode_file(evolve(file, key=waiting.id, items=unknown[:1])))
    with pytest.raises(WrongStep, match="must be in use"):
        custody.export_rewraps(office.chair, waiting.id, holder=key.id)
