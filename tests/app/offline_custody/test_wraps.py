"""Rules for changes of custodians' keys: who wraps details for a new key, and that no change loses a name."""

import os
from collections.abc import Sequence

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import (
    NAME,
    OLD_NAME,
    People,
    ask,
    enrol_key,
    generate_key,
    read_stored_content,
    record_person_message,
    wrap_for_new_key,
)

from anninh_core.app import App
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import rewrap_batch
from anninh_core.domain.identity.custody.details import make_details_context
from anninh_core.domain.identity.custody.files import BATCH, REWRAP_FILE, REWRAPPED, decode_file, encode_file
from anninh_core.kernel.crypto.signing import KeyChain
from anninh_core.kernel.errors import BadInput, DecryptionError, WrongStep
from anninh_core.ports.storages.changes import ChangeSet, Outcome
from anninh_core.testing import FixedClock
from anninh_core.usecase.encryption.envelope import WRAP_BYTES, Wrap, open_sealed


def test_recovery_key_replaces_lost_key(
    *, app: App, people: People, key: PrivateKey, recovery_key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """After a custodian loses a key, the holder of the recovery key wraps the names for a new key; then the lost key
    ends, and its wraps are removed.
    """
    conversations = [record_person_message(app, f"u{number}", NAME) for number in range(3)]
    with pytest.raises(WrongStep, match="only one of its kind"):
        app.identity.custodians.end(people.chair, key.id, reason="Mất khóa")
    new = enrol_key(app, people, people.other)
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversations[0], new, anninh_clock)
    assert [wrap_for_new_key(app, people, recovery_key, new), wrap_for_new_key(app, people, recovery_key, new)] == [
        3,
        0,
    ]
    app.identity.custodians.end(people.chair, key.id, reason="Mất khóa")
    assert app.worker.jobs["seal_details"].run() == 3
    for conversation in conversations:
        assert key.id not in read_stored_content(app, conversation)
        assert ask(app, people, conversation, new, anninh_clock) == NAME
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversations[0], key, anninh_clock)
    assert key.id not in read_stored_content(app, record_person_message(app, "u9", NAME))


def test_lost_recovery_key_is_replaced(
    *, app: App, people: People, key: PrivateKey, recovery_key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """A new recovery key ends the old one when it is confirmed, and the custodian wraps the names for it."""
    conversation = record_person_message(app, "u1", NAME)
    replacement = enrol_key(app, people, None)
    states = {key_record.id: key_record.state.value for key_record in app.identity.custodians.list(people.chair).items}
    assert states == {recovery_key.id: "ended", key.id: "active", replacement.id: "active"}
    assert wrap_for_new_key(app, people, key, replacement) == 1
    assert ask(app, people, conversation, replacement, anninh_clock) == NAME


def test_ending_keys_early_loses_no_name(
    *, app: App, people: People, key: PrivateKey, recovery_key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """If an ended key had not been wrapped for the new keys, its holders can still open its names and wrap them."""
    conversation = record_person_message(app, "u1", NAME)
    enrol_key(app, people, None)
    new = enrol_key(app, people, people.other)
    app.identity.custodians.end(people.chair, key.id, reason="Bàn giao")
    app.worker.jobs["seal_details"].run()
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        ask(app, people, conversation, new, anninh_clock)
    assert [wrap_for_new_key(app, people, recovery_key, new), app.worker.jobs["seal_details"].run()] == [1, 0]
    assert ask(app, people, conversation, new, anninh_clock) == NAME


def test_forged_wrap_replaces_nothing(
    *, app: App, people: People, key: PrivateKey, recovery_key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """A forged wrap replaces no existing wrap, and isn't accepted for a new key."""
    conversation = record_person_message(app, "u1", NAME)
    new = enrol_key(app, people, people.other)
    batch = decode_file(app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id), REWRAP_FILE, BATCH)
    forged = tuple(evolve(item, wrap=os.urandom(WRAP_BYTES)) for item in batch.items)
    assert [item.conversation for item in forged] == [conversation]
    for holder in (key, recovery_key):
        file = evolve(batch, format=REWRAPPED, key=holder.id, items=forged)
        assert app.identity.custodians.import_rewraps(people.chair, encode_file(file)) == 0
    with pytest.raises(
        BadInput, match=r"The wrap for key \w+ wasn't made by a holder who can open the details: have such a"
    ):
        app.identity.custodians.import_rewraps(people.chair, encode_file(evolve(batch, format=REWRAPPED, items=forged)))
    assert wrap_for_new_key(app, people, recovery_key, new) == 1
    for holder in (key, new, recovery_key):
        assert ask(app, people, conversation, holder, anninh_clock) == NAME


def test_useless_wrap_loses_no_name(
    *, app: App, people: People, key: PrivateKey, recovery_key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """If a holder makes useless wraps for the new keys, the recovery key can still wrap the name for another key."""
    conversation = record_person_message(app, "u1", NAME)
    replacement = enrol_key(app, people, None)
    new = enrol_key(app, people, people.other)
    sealed = decode_file(
        app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id), REWRAP_FILE, BATCH
    )
    content_key = open_sealed(key.secret, sealed.items[0].wrap, make_details_context(conversation))
    for wrong in (replacement, new):
        useless_wrap = Wrap(key=wrong.id, wrap=os.urandom(WRAP_BYTES))
        proof = KeyChain.from_secret(content_key).sign("envelope wrap", useless_wrap.signed_bytes)
        (item,) = sealed.items
        file = evolve(
            sealed, format=REWRAPPED, key=wrong.id, items=(evolve(item, wrap=useless_wrap.wrap, proof=proof),)
        )
        assert app.identity.custodians.import_rewraps(people.chair, encode_file(file)) == 1
    app.identity.custodians.end(people.chair, key.id, reason="Bàn giao")
    assert app.worker.jobs["seal_details"].run() == 0
    with pytest.raises(DecryptionError):
        ask(app, people, conversation, new, anninh_clock)
    third = enrol_key(app, people, people.custodian)
    assert wrap_for_new_key(app, people, recovery_key, third) == 1
    assert ask(app, people, conversation, third, anninh_clock) == NAME


def test_concurrent_recovery_keys_leave_one_active(app: App, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two recovery keys confirmed at the same time, the first stays active and the other confirmation is refused."""
    first, second = generate_key(), generate_key()
    for proposed in (first, second):
        app.identity.custodians.propose(people.chair, proposed.public.hex())
    storage = app.internals.context.storage
    commit = storage.commit

    def commit_after_other_key(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        app.identity.custodians.confirm(people.second, first.id)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", commit_after_other_key)
    with pytest.raises(WrongStep, match="is ended: only a proposed key can be confirmed"):
        app.identity.custodians.confirm(people.second, second.id)
    states = {key_record.id: key_record.state.value for key_record in app.identity.custodians.list(people.chair).items}
    assert states == {first.id: "active", second.id: "ended"}


def test_recovery_key_proposed_meanwhile_stays_only(app: App, people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a second recovery key is proposed and confirmed during a confirmation, the first confirmation is refused."""
    first, second = generate_key(), generate_key()
    app.identity.custodians.propose(people.chair, first.public.hex())
    storage = app.internals.context.storage
    commit = storage.commit

    def commit_after_other_key(change_sets: Sequence[ChangeSet]) -> Sequence[Outcome]:
        monkeypatch.setattr(storage, "commit", commit)
        app.identity.custodians.propose(people.chair, second.public.hex())
        app.identity.custodians.confirm(people.second, second.id)
        return commit(change_sets)

    monkeypatch.setattr(storage, "commit", commit_after_other_key)
    with pytest.raises(WrongStep, match="is ended: only a proposed key can be confirmed"):
        app.identity.custodians.confirm(people.second, first.id)
    states = {key_record.id: key_record.state.value for key_record in app.identity.custodians.list(people.chair).items}
    assert states == {first.id: "ended", second.id: "active"}


def test_batch_for_another_key_is_refused(app: App, people: People, key: PrivateKey) -> None:
    """A batch contains no names, and is refused if it is for another new key or another holder than named."""
    record_person_message(app, "u1", NAME)
    new = enrol_key(app, people, people.other)
    batch = app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id)
    assert NAME.encode() not in batch
    assert b"ciphertext" not in batch
    with pytest.raises(
        BadInput, match=r"The file asks to wrap the details for key \w+, but you named key \w+: ask the person who made"
    ):
        rewrap_batch(batch, key, generate_key().id)
    with pytest.raises(BadInput, match=r"This file is for key \w+, but your key is \w+: use the other key"):
        rewrap_batch(batch, new, new.id)
    with pytest.raises(BadInput, match="not 'anninh rewrap answer 1'"):
        app.identity.custodians.import_rewraps(people.chair, batch)
    with pytest.raises(BadInput, match=r"This isn't a file of format 'anninh rewrap answer 1' .*: use the right file"):
        app.identity.custodians.import_rewraps(people.chair, b"nonsense")


def test_old_wrap_does_not_overwrite_new_details(
    *, app: App, people: People, key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """Details that changed meanwhile are encrypted for the new key already, and an old wrap doesn't overwrite them."""
    conversation = record_person_message(app, "u1", OLD_NAME)
    new = enrol_key(app, people, people.other)
    batch = app.identity.custodians.export_rewraps(people.chair, new.id, holder=key.id)
    record_person_message(app, "u1", NAME)
    assert app.identity.custodians.import_rewraps(people.chair, rewrap_batch(batch, key, new.id)) == 0
    assert ask(app, people, conversation, new, anninh_clock) == NAME
