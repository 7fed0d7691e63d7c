"""Names that only custodians decrypt: on their own machine, by a request file and an answer file."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import (
    NAME,
    OLD_NAME,
    People,
    approve_disclosure,
    ask,
    enrol_key,
    generate_key,
    read_stored_content,
    record_person_message,
    wrap_for_new_key,
)
from tests.support.purging import purge_scope

from anninh_core.app import App
from anninh_core.app.doctor.people_checks import check_custodians
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import answer_request, open_request, read_answer
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, DecryptionError, NotFound, Refused, WrongStep
from anninh_core.testing import FixedClock, UnsafeLocalUsers
from anninh_core.usecase import system
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.messages import Place
from anninh_core.vocabulary.permissions import Permission


def test_without_custodians_server_decrypts_names(app: App, people: People) -> None:
    """Without a custodian's key, names are encrypted for the server, which reveals them; a recovery key alone doesn't
    change that.
    """
    assert NAME in read_stored_content(app, record_person_message(app, "u1", NAME))
    enrol_key(app, people, None)
    conversation = record_person_message(app, "u2", NAME)
    assert NAME in read_stored_content(app, conversation)
    disclosure = approve_disclosure(app, people, conversation)
    with pytest.raises(WrongStep, match="isn't sealed to custodians"):
        app.identity.export_identity_request(people.handler, disclosure.id, reader=generate_key().public.hex())
    assert app.identity.reveal_identity(people.handler, disclosure.id).name == NAME


def test_name_is_disclosed_by_custodian_files(
    app: App, people: People, key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """The custodian's answer discloses the name to the reader; it is readable neither in the storage nor in the two
    files.
    """
    conversation = record_person_message(app, "u1", NAME)
    reader = generate_key()
    assert NAME not in read_stored_content(app, conversation)
    disclosure = approve_disclosure(app, people, conversation)
    request_file = app.identity.export_identity_request(people.handler, disclosure.id, reader=reader.public.hex())
    request = open_request(request_file, key)
    assert (request.disclosure, request.purpose, request.ground, request.approved_by) == (
        disclosure.id,
        "Xác minh",
        "Điều 9",
        people.other.id,
    )
    answer_file = answer_request(request, key, anninh_clock.now())
    assert read_answer(answer_file, reader).values == (NAME,)
    for file in (request_file, answer_file):
        assert NAME.encode() not in file
        assert "Xác minh".encode() not in file
    for other in (key, generate_key()):
        with pytest.raises(BadInput, match=rf"This file is for key \w+, but your key is {other.id}: use the other key"):
            read_answer(answer_file, other)


def test_disclosure_is_exported_once(app: App, people: People, key: PrivateKey, anninh_clock: FixedClock) -> None:
    """A second export is refused, and so is an answer after the time limit."""
    disclosure = approve_disclosure(app, people, record_person_message(app, "u1", NAME))
    reader = generate_key()
    request_file = app.identity.export_identity_request(people.handler, disclosure.id, reader=reader.public.hex())
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        app.identity.export_identity_request(people.handler, disclosure.id, reader=reader.public.hex())
    anninh_clock.advance(timedelta(minutes=30))
    with pytest.raises(Refused, match="ended"):
        answer_request(open_request(request_file, key), key, anninh_clock.now())
    actions = [line.entry.action for line in app.identity.disclosure_history(people.other, disclosure.id)]
    assert actions[-2:] == ["governance.export_identity_request"] * 2


def test_excluded_custodian_gets_no_request(app: App, people: People, key: PrivateKey) -> None:
    """A request never goes to an excluded custodian, even if named; another custodian gets it."""
    other = enrol_key(app, people, people.other)
    disclosure = approve_disclosure(app, people, record_person_message(app, "u1", NAME))
    reader = generate_key().public.hex()
    chief = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_supervisor")
    app.tips.exclusions.add(chief, disclosure.case.removeprefix("tip:"), people.custodian.id, "người nhà")
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        app.identity.export_identity_request(people.handler, disclosure.id, reader=reader, custodian=key.id)
    request_file = app.identity.export_identity_request(people.handler, disclosure.id, reader=reader)
    assert open_request(request_file, other).disclosure == disclosure.id


def test_failed_attempts_do_not_use_up_disclosure(app: App, people: People, key: PrivateKey) -> None:
    """Revealing an encrypted name fails with a hint to the export, and failed attempts don't use up the disclosure; an
    address is still revealed.
    """
    conversation = record_person_message(app, "u1", NAME)
    disclosure = approve_disclosure(app, people, conversation)
    with pytest.raises(WrongStep, match="export_identity_request"):
        app.identity.reveal_identity(people.handler, disclosure.id)
    with pytest.raises(BadInput, match="public key"):
        app.identity.export_identity_request(people.handler, disclosure.id, reader="xyz")
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        app.identity.export_identity_request(
            people.handler, disclosure.id, reader=key.public.hex(), custodian=generate_key().id
        )
    assert app.identity.export_identity_request(people.handler, disclosure.id, reader=key.public.hex())
    address = approve_disclosure(app, people, conversation, IdentityField.ADDRESS)
    assert app.identity.reveal_identity(people.handler, address.id).address is not None


def test_only_changed_name_is_encrypted_again(app: App, people: People, key: PrivateKey) -> None:
    """A changed name is encrypted again, an unchanged one isn't."""
    conversation = record_person_message(app, "u1", OLD_NAME)
    first = app.internals.services.conversations.context.storage.records.get("conversation", conversation)
    assert first is not None
    before = read_encrypted_name(app, conversation)
    record_person_message(app, "u1", OLD_NAME)
    assert read_encrypted_name(app, conversation) == before
    record_person_message(app, "u1", NAME)
    assert read_encrypted_name(app, conversation) != before


def read_encrypted_name(app: App, conversation: str) -> str:
    """Return the encrypted name as stored, without the talk, which changes with each message."""
    return read_stored_content(app, conversation).partition("ciphertext")[2].partition('"talk"')[0]


def test_group_sender_name_is_encrypted(app: App, people: People, key: PrivateKey) -> None:
    """The name of a sender in a group is encrypted for the custodian."""
    sender = record_person_message(app, "u1", NAME, place=Place.GROUP)
    assert NAME not in read_stored_content(app, sender)
    assert key.id in read_stored_content(app, sender)


def test_worker_encrypts_existing_names(app: App, people: People, anninh_clock: FixedClock) -> None:
    """Once custodians have keys, the worker encrypts existing names for them, once."""
    conversation = record_person_message(app, "u1", NAME)
    job = app.worker.jobs["seal_details"]
    assert job.run() == 0
    enrol_key(app, people, None)
    key = enrol_key(app, people, people.custodian)
    assert [job.run(), job.run()] == [1, 0]
    assert NAME not in read_stored_content(app, conversation)
    assert ask(app, people, conversation, key, anninh_clock) == NAME


def test_old_whole_identity_disclosure_is_refused(app: App, people: People, key: PrivateKey) -> None:
    """An earlier disclosure of the whole identity is refused, with a hint to request a single field."""
    disclosure = approve_disclosure(app, people, record_person_message(app, "u1", NAME))

    def store_old_disclosure(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, disclosure.id), field=IdentityField.WHOLE))

    app.internals.runner.run_command(people.chair, "test.put_back", Permission.GRANT, store_old_disclosure)
    with pytest.raises(WrongStep, match="before names were entrusted to custodians: request a single field with"):
        app.identity.reveal_identity(people.handler, disclosure.id)
    with pytest.raises(WrongStep, match="reveal_identity"):
        app.identity.export_identity_request(people.handler, disclosure.id, reader=key.public.hex())


def test_doctor_names_former_custodian(app: App, people: People, key: PrivateKey, anninh_clock: FixedClock) -> None:
    """The doctor names a former custodian with a key still in use."""
    assert key.id
    yesterday = local_date(anninh_clock.now()) - timedelta(days=1)
    app.internals.services.units.revoke(
        people.chair, people.custodian.id, "identity_custodian", "hoa-lu", last_day=yesterday
    )
    messages = [check.what for check in check_custodians(app)]
    assert any(people.custodian.id in message for message in messages), messages


def test_system_actor_enrols_no_key(app: App, people: People) -> None:
    """The system actor that sets up a store can neither propose nor confirm a key."""
    with pytest.raises(Refused, match="can't decide who holds keys to names: two officers decide that"):
        app.identity.custodians.propose(system("setup"), generate_key().public.hex())
    proposed = app.identity.custodians.propose(people.chair, generate_key().public.hex())
    with pytest.raises(Refused, match="can't decide who holds keys to names: two officers decide that"):
        app.identity.custodians.confirm(system("setup"), proposed.id)


def test_purged_name_is_lost_for_every_key(app: App, people: People, key: PrivateKey) -> None:
    """After a purge no key opens the name: its envelope is encrypted under the scope's key too."""
    conversation = record_person_message(app, "u1", NAME)
    disclosure = approve_disclosure(app, people, conversation)
    purge_scope(app.internals.context, f"identity:{conversation}")
    app.internals.context.encryptor.forget(f"identity:{conversation}")
    with pytest.raises(DecryptionError):
        app.identity.export_identity_request(people.handler, disclosure.id, reader=key.public.hex())
    record = app.internals.context.storage.records.get("conversation", conversation)
    assert record is not None
    assert b"wraps" not in record.body
    new_holder = enrol_key(app, people, people.other)
    assert wrap_for_new_key(app, people, key, new_holder) == 0


def test_key_needs_a_second_person(app: App, people: People) -> None:
    """A key is confirmed by another officer than its proposer, and isn't used before."""
    key = generate_key()
    app.identity.custodians.propose(people.chair, key.public.hex(), officer_id=people.custodian.id)
    with pytest.raises(Refused, match="second person"):
        app.identity.custodians.confirm(people.chair, key.id)
    with pytest.raises(WrongStep, match="on record already"):
        app.identity.custodians.propose(people.second, key.public.hex(), officer_id=people.custodian.id)
    with pytest.raises(WrongStep, match="must be in use"):
        app.identity.custodians.export_rewraps(people.chair, key.id, holder=key.id)
    app.identity.custodians.confirm(people.second, key.id)
    with pytest.raises(WrongStep, match="is active: only a proposed key can be confirmed"):
        app.identity.custodians.confirm(people.second, key.id)


def test_invalid_key_holders_are_refused(app: App, people: People) -> None:
    """A key is refused for an officer who doesn't decide about identities or doesn't exist, if it is invalid, and from
    a proposer who may not grant roles.
    """
    with pytest.raises(BadInput, match="doesn't decide about identities"):
        app.identity.custodians.propose(people.chair, generate_key().public.hex(), officer_id=people.handler.id)
    with pytest.raises(BadInput, match="doesn't decide about identities"):
        app.identity.custodians.propose(people.chair, generate_key().public.hex(), officer_id="nobody")
    with pytest.raises(BadInput, match="public key"):
        app.identity.custodians.propose(people.chair, "abcd")
    with pytest.raises(NotFound, match=r"There is no key 'nothing': `identity.custodians.list` lists the keys"):
        app.identity.custodians.confirm(people.second, "nothing")
    with pytest.raises(Refused):
        app.identity.custodians.propose(people.handler, generate_key().public.hex())


def test_altered_file_is_refused(app: App, people: People, key: PrivateKey, anninh_clock: FixedClock) -> None:
    """A request or an answer altered to name another disclosure can't be decrypted."""
    reader = generate_key()
    disclosure = approve_disclosure(app, people, record_person_message(app, "u1", NAME))
    request_file = app.identity.export_identity_request(people.handler, disclosure.id, reader=reader.public.hex())
    with pytest.raises(DecryptionError):
        open_request(request_file.replace(disclosure.id.encode(), b"another"), key)
    answer_file = answer_request(open_request(request_file, key), key, anninh_clock.now())
    with pytest.raises(DecryptionError):
        read_answer(answer_file.replace(disclosure.id.encode(), b"another"), reader)
    with pytest.raises(
        BadInput, match="format 'anninh identity request 1', not 'anninh identity answer 1': use the right file"
    ):
        read_answer(request_file, reader)


def test_last_custodian_cannot_leave(app: App, people: People, key: PrivateKey) -> None:
    """The only custodian can't leave office before another custodian's key is in use."""
    with pytest.raises(WrongStep, match=r"custodians: 1 of hoa-lu\. Name a successor who is permitted to do it"):
        app.units.hand_over(people.chair, people.custodian.id, to={})
    enrol_key(app, people, people.other)
    assert app.units.hand_over(people.chair, people.custodian.id, to={}).moved == {}
