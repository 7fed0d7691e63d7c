"""Custodians over a store: two people enrol a key, one is always left, and names are handed from key to key."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve
from tests.domain.conftest import Trail
from tests.domain.identity.conftest import Office, enrol, hear

from anninh_core.domain.identity.custody.details import about
from anninh_core.domain.identity.custody.files import (
    BATCH,
    REWRAP_FILE,
    REWRAPPED,
    RewrapFile,
    RewrapItem,
    decode,
    encode,
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
    make_private_key,
    open_sealed,
    public_key_of,
    rewrap,
)
from anninh_core.usecase.runner import UseCaseRunner

REASON = "Mất khóa"
NOW = datetime(2021, 9, 1, tzinfo=UTC)


def states(custody: Custodians, office: Office) -> dict[str, str]:
    return {one.id: one.state.value for one in custody.custodians(office.chair).items}


def test_a_key_is_put_in_use_by_two(custody: Custodians, office: Office, trail: Trail, clock: FixedClock) -> None:
    """Neither who proposed it nor whose it is; both stand on record, with the moments."""
    public = public_key_of(make_private_key()).hex()
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


def test_whose_key_it_is_confirms_it_not() -> None:
    """Nor does who proposed it; a key of nobody is the recovery key."""
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
def test_what_is_no_key_is_not_proposed(custody: Custodians, office: Office, public: str, problem: str) -> None:
    """By its length, or its digits."""
    with pytest.raises(BadInput, match=problem):
        custody.propose_custodian(office.chair, public)


def test_who_may_not_hold_or_enrol_keys(custody: Custodians, office: Office, handler: Actor) -> None:
    """An officer who doesn't decide about identities, nobody on record; whoever doesn't grant; the program itself."""
    public = public_key_of(make_private_key()).hex()
    for holder in (handler.id, "nobody"):
        with pytest.raises(BadInput, match=f"Officer '{holder}' doesn't decide about identities and so can't hold"):
            custody.propose_custodian(office.chair, public, officer_id=holder)
    with pytest.raises(Refused):
        custody.propose_custodian(office.holder, public)
    with pytest.raises(Refused, match="system:setup can't decide who holds keys"):
        custody.propose_custodian(system("setup"), public)
    key, _ = enrol(custody, office)
    for act in (custody.confirm_custodian, custody.export_rewraps, custody.end_custodian):
        arguments = {"holder": key.id} if act == custody.export_rewraps else {}
        arguments |= {"reason": REASON} if act == custody.end_custodian else {}
        with pytest.raises(Refused):
            act(handler, key.id, **arguments)
    with pytest.raises(NotFound, match=r"There is no key 'x': `identity\.custodians\.list` lists the keys"):
        custody.end_custodian(office.chair, "x", reason=REASON)


def test_one_recovery_key_is_in_use(custody: Custodians, office: Office) -> None:
    """Each new one ends the one before and those that wait; custodians' keys stay, whatever their ids."""
    custodian, _ = enrol(custody, office, office.holder.id)
    waiting = [custody.propose_custodian(office.chair, public_key_of(make_private_key()).hex()).id for _ in range(5)]
    chosen = sorted(waiting)[2]  # some of the others come before it, and some after
    custody.confirm_custodian(office.second, chosen)
    ended = dict.fromkeys(waiting, "ended")
    assert states(custody, office) == {custodian.id: "active", **ended, chosen: "active"}
    with pytest.raises(WrongStep, match="only a proposed key can be confirmed"):
        custody.confirm_custodian(office.second, waiting[0] if waiting[0] != chosen else waiting[1])
    following, _ = enrol(custody, office)
    assert states(custody, office) == {custodian.id: "active", **ended, following.id: "active"}


def test_of_each_kind_one_key_is_left(custody: Custodians, office: Office, trail: Trail, runner: UseCaseRunner) -> None:
    """The only custodian's, or the recovery key, isn't ended; of two either is, with a reason that stands on record."""
    recovery, _ = enrol(custody, office)
    keys = [enrol(custody, office, office.holder.id)[0]]
    with pytest.raises(WrongStep, match=f"Key {recovery.id} is the only one of its kind"):
        custody.end_custodian(office.chair, recovery.id, reason=REASON)
    for _ in range(4):
        with pytest.raises(WrongStep, match=f"Key {keys[-1].id} is the only one of its kind"):
            custody.end_custodian(office.chair, keys[-1].id, reason=REASON)
        keys.append(enrol(custody, office, office.holder.id)[0])
        with pytest.raises(BadInput, match="A key can't be ended without a reason: write one"):
            custody.end_custodian(office.chair, keys[-2].id, reason=" ")
        ended = custody.end_custodian(office.chair, keys[-2].id, reason=REASON)
        assert (ended.state, ended.ended_by) == (CustodianState.ENDED, office.chair.id)
    assert trail()[-1].events == ("custodian.ended",)
    decisions = [*runner.context.storage.maintenance.scan("decision")]
    assert len(decisions) == 4
    assert {one.columns["reason"] for one in decisions} == {"ended"}


def test_a_key_that_waits_is_ended_without_another(custody: Custodians, office: Office) -> None:
    """Nothing is sealed to it yet."""
    waiting = custody.propose_custodian(office.chair, public_key_of(make_private_key()).hex())
    assert custody.end_custodian(office.chair, waiting.id, reason=REASON).state is CustodianState.ENDED
    with pytest.raises(WrongStep, match="ended already"):
        custody.end_custodian(office.chair, waiting.id, reason=REASON)


def test_of_the_last_two_keys_one_stays(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    clock: FixedClock,
    runner: UseCaseRunner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two people who each end another one at the same moment: the second is told, and names are still sealed."""
    one, other = (enrol(custody, office, holder.id)[0] for holder in (office.holder, office.other))
    storage = runner.context.storage
    commit = storage.commit

    def overtaken(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        custody.end_custodian(office.second, other.id, reason=REASON)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", overtaken)
    with pytest.raises(WrongStep, match="only one of its kind"):
        custody.end_custodian(office.chair, one.id, reason=REASON)
    assert states(custody, office) == {one.id: "active", other.id: "ended"}
    enrol(custody, office)
    conversation = runner.context.storage.records.get("conversation", hear(services, clock))
    assert conversation is not None
    assert one.id in runner.context.open_body(conversation).decode()


def test_a_name_is_handed_from_key_to_key(
    *, custody: Custodians, office: Office, services: Services, clock: FixedClock, trail: Trail
) -> None:
    """The file has wraps and no names; what comes back is counted, and opens the name with the new key alone."""
    enrol(custody, office)
    old, secret = enrol(custody, office, office.holder.id)
    conversation = hear(services, clock)
    new, new_secret = enrol(custody, office, office.other.id)
    batch = custody.export_rewraps(office.chair, new.id, holder=old.id)
    assert (trail()[-1].outcome, trail()[-1].facts["wraps"], trail()[-1].facts["custodian"]) == ("read", 1, new.id)
    file = decode(batch, REWRAP_FILE, BATCH)
    assert (file.key, file.holder, file.public_key) == (new.id, old.id, new.key)
    (item,) = file.items
    assert item.conversation == conversation
    made = rewrap(item.wrap, secret, new.key, about(conversation))
    back = evolve(file, format=REWRAPPED, items=(evolve(item, wrap=made.wrap, proof=made.proof),))
    assert custody.import_rewraps(office.chair, encode(back)) == 1
    assert (trail()[-1].events, trail()[-1].facts["wraps"]) == (("custodian.rewrapped",), 1)
    assert custody.import_rewraps(office.chair, encode(back)) == 0
    assert decode(custody.export_rewraps(office.chair, new.id, holder=old.id), REWRAP_FILE).items == ()
    third, _ = enrol(custody, office, office.holder.id)
    (again,) = decode(custody.export_rewraps(office.chair, third.id, holder=new.id), REWRAP_FILE).items
    assert again.wrap == made.wrap
    assert open_sealed(new_secret, again.wrap, about(conversation))


def test_what_is_no_wrap_is_not_taken_in(custody: Custodians, office: Office) -> None:
    """Another file, a wrap of another length, a key that isn't in use; a file without wraps adds nothing."""
    enrol(custody, office)
    key, _ = enrol(custody, office, office.holder.id)
    file = RewrapFile(format=REWRAPPED, key=key.id, public_key=key.key, holder="h", items=())
    assert custody.import_rewraps(office.chair, encode(file)) == 0
    with pytest.raises(
        BadInput, match="has the format 'anninh rewrap request 1', not 'anninh rewrap answer 1': use the right"
    ):
        custody.import_rewraps(office.chair, encode(evolve(file, format=BATCH)))
    for length in (0, 79, 81):
        items = (RewrapItem(conversation="c", envelope="e", wrap=bytes(length)),)
        with pytest.raises(BadInput, match="A wrap in this file has the wrong length: have the holder of"):
            custody.import_rewraps(office.chair, encode(evolve(file, items=items)))
    unknown = (RewrapItem(conversation="mock.9", envelope="e", wrap=bytes(80)),) * 201
    assert custody.import_rewraps(office.chair, encode(evolve(file, items=unknown))) == 0
    waiting = custody.propose_custodian(office.chair, public_key_of(make_private_key()).hex())
    with pytest.raises(WrongStep, match=f"Key {waiting.id} is proposed, but must be in use: confirm a proposed key"):
        custody.import_rewraps(office.chair, encode(evolve(file, key=waiting.id, items=unknown[:1])))
    with pytest.raises(WrongStep, match="must be in use"):
        custody.export_rewraps(office.chair, waiting.id, holder=key.id)
