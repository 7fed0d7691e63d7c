"""Keys of custodians that come and go: who wraps for whom, and what is never lost by it."""

import os
from collections.abc import Sequence

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import NAME, OLD_NAME, People, ask, enrol, hand_over, hear, new_key, stored

from anninh_core.app import App
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import wrap_anew
from anninh_core.domain.identity.custody.details import about
from anninh_core.domain.identity.custody.files import BATCH, REWRAP_FILE, REWRAPPED, decode, encode
from anninh_core.kernel.crypto.signing import KeyChain
from anninh_core.kernel.errors import BadInput, DecryptionError, WrongStep
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import FixedClock
from anninh_core.usecase.encryption.envelope import WRAP_BYTES, Wrap, open_sealed


def test_a_lost_key(
    *, app: App, people: People, key: PrivateKey, recovery: PrivateKey, anninh_clock: FixedClock
) -> None:
    """The rehearsal: a new key is enrolled, the recovery key wraps for it, the lost one ends and its wraps go."""
    conversations = [hear(app, f"u{number}", NAME) for number in range(3)]
    with pytest.raises(WrongStep, match="only one of its kind"):
        app.identity.custodians.end(people.chair, key.id, reason="Mất khóa")
    new = enrol(app, people, people.other)
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversations[0], new, anninh_clock)
    assert [hand_over(app, people, recovery, new), hand_over(app, people, recovery, new)] == [3, 0]
    app.identity.custodians.end(people.chair, key.id, reason="Mất khóa")
    assert app.worker.jobs["seal_details"].run() == 3
    for conversation in conversations:
        assert key.id not in stored(app, conversation)
        assert ask(app, people, conversation, new, anninh_clock) == NAME
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversations[0], key, anninh_clock)
    assert key.id not in stored(app, hear(app, "u9", NAME))


def test_a_lost_recovery_key_is_replaced(
    *, app: App, people: People, key: PrivateKey, recovery: PrivateKey, anninh_clock: FixedClock
) -> None:
    """The custodian wraps for the new one; the old one ended with its confirmation."""
    conversation = hear(app, "u1", NAME)
    replacement = enrol(app, people, None)
    states = {one.id: one.state.value for one in app.identity.custodians.list(people.chair).items}
    assert states == {recovery.id: "ended", key.id: "active", replacement.id: "active"}
    assert hand_over(app, people, key, replacement) == 1
    assert ask(app, people, conversation, replacement, anninh_clock) == NAME


def test_no_name_is_lost_by_ending_keys_too_early(
    *, app: App, people: People, key: PrivateKey, recovery: PrivateKey, anninh_clock: FixedClock
) -> None:
    """Where nobody wrapped for the new keys, what the old holders open stays, and they still hand it over."""
    conversation = hear(app, "u1", NAME)
    enrol(app, people, None)
    new = enrol(app, people, people.other)
    app.identity.custodians.end(people.chair, key.id, reason="Bàn giao")
    app.worker.jobs["seal_details"].run()
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversation, new, anninh_clock)
    assert [hand_over(app, people, recovery, new), app.worker.jobs["seal_details"].run()] == [1, 0]
    assert ask(app, people, conversation, new, anninh_clock) == NAME


def test_one_person_who_grants_destroys_no_name(
    *, app: App, people: People, key: PrivateKey, recovery: PrivateKey, anninh_clock: FixedClock
) -> None:
    """Bytes of their own replace no wrap, neither the custodian's nor the recovery key's, and none is taken in."""
    conversation = hear(app, "u1", NAME)
    new = enrol(app, people, people.other)
    batch = decode(app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id), REWRAP_FILE, BATCH)
    forged = tuple(evolve(item, wrap=os.urandom(WRAP_BYTES)) for item in batch.items)
    assert [item.conversation for item in forged] == [conversation]
    for holder in (key, recovery):
        file = evolve(batch, format=REWRAPPED, key=holder.id, items=forged)
        assert app.identity.custodians.import_rewraps(people.chair, encode(file)) == 0
    with pytest.raises(
        BadInput, match=r"The wrap for key \w+ wasn't made by a holder who can open the details: have such a"
    ):
        app.identity.custodians.import_rewraps(people.chair, encode(evolve(batch, format=REWRAPPED, items=forged)))
    assert hand_over(app, people, recovery, new) == 1
    for holder in (key, new, recovery):
        assert ask(app, people, conversation, holder, anninh_clock) == NAME


def test_a_wrap_that_opens_nothing_costs_no_name(
    *, app: App, people: People, key: PrivateKey, recovery: PrivateKey, anninh_clock: FixedClock
) -> None:
    """A holder who wraps wrongly for both new keys: what was sealed with the name stays, and another key gets it."""
    conversation = hear(app, "u1", NAME)
    replacement = enrol(app, people, None)
    new = enrol(app, people, people.other)
    sealed = decode(app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id), REWRAP_FILE, BATCH)
    content_key = open_sealed(key.secret, sealed.items[0].wrap, about(conversation))
    for wrong in (replacement, new):
        bad = Wrap(key=wrong.id, wrap=os.urandom(WRAP_BYTES))
        proof = KeyChain.derive(content_key).sign("envelope wrap", bad.signed_bytes)
        (item,) = sealed.items
        file = evolve(sealed, format=REWRAPPED, key=wrong.id, items=(evolve(item, wrap=bad.wrap, proof=proof),))
        assert app.identity.custodians.import_rewraps(people.chair, encode(file)) == 1
    app.identity.custodians.end(people.chair, key.id, reason="Bàn giao")
    assert app.worker.jobs["seal_details"].run() == 0
    with pytest.raises(DecryptionError):
        ask(app, people, conversation, new, anninh_clock)
    third = enrol(app, people, people.custodian)
    assert hand_over(app, people, recovery, third) == 1
    assert ask(app, people, conversation, third, anninh_clock) == NAME


def test_of_two_recovery_keys_confirmed_at_once_one_is_in_use(
    app: App, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that was first takes the place of the other, which is told."""
    first, second = new_key(), new_key()
    for proposed in (first, second):
        app.identity.custodians.propose(people.chair, proposed.public.hex())
    storage = app.internals.context.storage
    commit = storage.commit

    def overtaken(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        app.identity.custodians.confirm(people.second, first.id)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", overtaken)
    with pytest.raises(WrongStep, match="is ended: only a proposed key can be confirmed"):
        app.identity.custodians.confirm(people.second, second.id)
    states = {one.id: one.state.value for one in app.identity.custodians.list(people.chair).items}
    assert states == {first.id: "active", second.id: "ended"}


def test_a_recovery_key_that_is_proposed_meanwhile_does_not_join_one(
    app: App, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proposed and confirmed while another confirmation was on its way, which knew nothing of it."""
    first, second = new_key(), new_key()
    app.identity.custodians.propose(people.chair, first.public.hex())
    storage = app.internals.context.storage
    commit = storage.commit

    def overtaken(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        app.identity.custodians.propose(people.chair, second.public.hex())
        app.identity.custodians.confirm(people.second, second.id)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", overtaken)
    with pytest.raises(WrongStep, match="is ended: only a proposed key can be confirmed"):
        app.identity.custodians.confirm(people.second, first.id)
    states = {one.id: one.state.value for one in app.identity.custodians.list(people.chair).items}
    assert states == {first.id: "ended", second.id: "active"}


def test_a_batch_takes_no_details_along_and_wraps_for_whom_was_told(app: App, people: People, key: PrivateKey) -> None:
    """A file that names another key than the new holder told is refused; so is one for another holder."""
    hear(app, "u1", NAME)
    new = enrol(app, people, people.other)
    batch = app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id)
    assert NAME.encode() not in batch
    assert b"ciphertext" not in batch
    with pytest.raises(
        BadInput, match=r"The file asks to wrap the details for key \w+, but you named key \w+: ask the person who made"
    ):
        wrap_anew(batch, key, new_key().id)
    with pytest.raises(BadInput, match=r"This file is for key \w+, but your key is \w+: use the other key"):
        wrap_anew(batch, new, new.id)
    with pytest.raises(BadInput, match="not 'anninh rewrap answer 1'"):
        app.identity.custodians.import_rewraps(people.chair, batch)
    with pytest.raises(BadInput, match=r"This isn't a file of format 'anninh rewrap answer 1' .*: use the right file"):
        app.identity.custodians.import_rewraps(people.chair, b"nonsense")


def test_details_that_changed_meanwhile_are_left_out(
    *, app: App, people: People, key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """What was sealed anew is sealed to the new key already: the old wrap doesn't overwrite it."""
    conversation = hear(app, "u1", OLD_NAME)
    new = enrol(app, people, people.other)
    batch = app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id)
    hear(app, "u1", NAME)
    assert app.identity.custodians.import_rewraps(people.chair, wrap_anew(batch, key, new.id)) == 0
    assert ask(app, people, conversation, new, anninh_clock) == NAME
