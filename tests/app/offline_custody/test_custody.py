"""Names that only custodians open: on their own machine, by a file that goes there and comes back."""

from datetime import timedelta

import pytest
from attrs import evolve
from tests.app.offline_custody.conftest import (
    NAME,
    OLD_NAME,
    People,
    approve,
    ask,
    enrol,
    hand_over,
    hear,
    new_key,
    stored,
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


def test_without_custodians_a_name_is_sealed_as_before(app: App, people: People) -> None:
    """By its own scope alone; a recovery key alone, which nobody would use, doesn't change that."""
    assert NAME in stored(app, hear(app, "u1", NAME))
    enrol(app, people, None)
    conversation = hear(app, "u2", NAME)
    assert NAME in stored(app, conversation)
    granted = approve(app, people, conversation)
    with pytest.raises(WrongStep, match="isn't sealed to custodians"):
        app.identity.export_identity_request(people.handler, granted.id, reader=new_key().public.hex())
    assert app.identity.reveal_identity(people.handler, granted.id).name == NAME


def test_a_name_goes_to_the_custodian_and_comes_back(
    app: App, people: People, key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """Whoever holds the storage and its keys reads it nowhere: not at rest, not in the request, not in the answer."""
    conversation = hear(app, "u1", NAME)
    reader = new_key()
    assert NAME not in stored(app, conversation)
    granted = approve(app, people, conversation)
    sent = app.identity.export_identity_request(people.handler, granted.id, reader=reader.public.hex())
    request = open_request(sent, key)
    assert (request.disclosure, request.purpose, request.ground, request.approved_by) == (
        granted.id,
        "Xác minh",
        "Điều 9",
        people.other.id,
    )
    answered = answer_request(request, key, anninh_clock.now())
    assert read_answer(answered, reader).values == (NAME,)
    for file in (sent, answered):
        assert NAME.encode() not in file
        assert "Xác minh".encode() not in file
    for other in (key, new_key()):
        with pytest.raises(BadInput, match=rf"This file is for key \w+, but your key is {other.id}: use the other key"):
            read_answer(answered, other)


def test_the_export_is_the_one_look(app: App, people: People, key: PrivateKey, anninh_clock: FixedClock) -> None:
    """A second one is refused, and so is the answer after the minutes."""
    granted = approve(app, people, hear(app, "u1", NAME))
    reader = new_key()
    sent = app.identity.export_identity_request(people.handler, granted.id, reader=reader.public.hex())
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        app.identity.export_identity_request(people.handler, granted.id, reader=reader.public.hex())
    anninh_clock.advance(timedelta(minutes=30))
    with pytest.raises(Refused, match="ended"):
        answer_request(open_request(sent, key), key, anninh_clock.now())
    actions = [one.entry.action for one in app.identity.disclosure_history(people.other, granted.id)]
    assert actions[-2:] == ["governance.export_identity_request"] * 2


def test_a_custodian_who_is_excluded_is_not_asked(app: App, people: People, key: PrivateKey) -> None:
    """Neither by name nor by chance; another one is."""
    other = enrol(app, people, people.other)
    granted = approve(app, people, hear(app, "u1", NAME))
    reader = new_key().public.hex()
    chief = UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", "tip_supervisor")
    app.tips.exclusions.add(chief, granted.case.removeprefix("tip:"), people.custodian.id, "người nhà")
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        app.identity.export_identity_request(people.handler, granted.id, reader=reader, custodian=key.id)
    sent = app.identity.export_identity_request(people.handler, granted.id, reader=reader)
    assert open_request(sent, other).disclosure == granted.id


def test_a_sealed_name_is_not_revealed_and_nothing_is_used_up_by_trying(
    app: App, people: People, key: PrivateKey
) -> None:
    """The sentence says the way; the address still opens as before."""
    conversation = hear(app, "u1", NAME)
    granted = approve(app, people, conversation)
    with pytest.raises(WrongStep, match="export_identity_request"):
        app.identity.reveal_identity(people.handler, granted.id)
    with pytest.raises(BadInput, match="public key"):
        app.identity.export_identity_request(people.handler, granted.id, reader="xyz")
    with pytest.raises(WrongStep, match="have another custodian, or the holder of the recovery key, wrap"):
        app.identity.export_identity_request(
            people.handler, granted.id, reader=key.public.hex(), custodian=new_key().id
        )
    assert app.identity.export_identity_request(people.handler, granted.id, reader=key.public.hex())
    address = approve(app, people, conversation, IdentityField.ADDRESS)
    assert app.identity.reveal_identity(people.handler, address.id).address is not None


def test_a_changed_name_is_sealed_anew_and_the_same_one_isnt(app: App, people: People, key: PrivateKey) -> None:
    """A name that is known costs nothing and changes nothing."""
    conversation = hear(app, "u1", OLD_NAME)
    first = app.internals.services.conversations.context.storage.records.get("conversation", conversation)
    assert first is not None
    before = sealed_name(app, conversation)
    hear(app, "u1", OLD_NAME)
    assert sealed_name(app, conversation) == before
    hear(app, "u1", NAME)
    assert sealed_name(app, conversation) != before


def sealed_name(app: App, conversation: str) -> str:
    """Return the sealed name as it is stored, and nothing of the talk, which counts what comes."""
    return stored(app, conversation).partition("ciphertext")[2].partition('"talk"')[0]


def test_the_title_of_a_group_is_no_personal_detail(app: App, people: People, key: PrivateKey) -> None:
    """Who writes in it is."""
    sender = hear(app, "u1", NAME, place=Place.GROUP)
    assert NAME not in stored(app, sender)
    assert key.id in stored(app, sender)


def test_names_of_before_are_sealed_by_the_worker(app: App, people: People, anninh_clock: FixedClock) -> None:
    """Once there are keys; then the job finds nothing more to do."""
    conversation = hear(app, "u1", NAME)
    job = app.worker.jobs["seal_details"]
    assert job.run() == 0
    enrol(app, people, None)
    key = enrol(app, people, people.custodian)
    assert [job.run(), job.run()] == [1, 0]
    assert NAME not in stored(app, conversation)
    assert ask(app, people, conversation, key, anninh_clock) == NAME


def test_a_disclosure_of_before_is_asked_anew(app: App, people: People, key: PrivateKey) -> None:
    """It asked for everything, which nobody opens at once any more."""
    granted = approve(app, people, hear(app, "u1", NAME))

    def put_back(uow: UnitOfWork) -> None:
        uow.permit(app.district.root)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, granted.id), field=IdentityField.WHOLE))

    app.internals.runner.run_command(people.chair, "test.put_back", Permission.GRANT, put_back)
    with pytest.raises(WrongStep, match="before names were entrusted to custodians: request a single field with"):
        app.identity.reveal_identity(people.handler, granted.id)
    with pytest.raises(WrongStep, match="reveal_identity"):
        app.identity.export_identity_request(people.handler, granted.id, reader=key.public.hex())


def test_doctor_names_a_holder_who_left(app: App, people: People, key: PrivateKey, anninh_clock: FixedClock) -> None:
    """Their key is still in use."""
    assert key.id
    yesterday = local_date(anninh_clock.now()) - timedelta(days=1)
    app.internals.services.units.revoke(
        people.chair, people.custodian.id, "identity_custodian", "hoa-lu", last_day=yesterday
    )
    told = [check.what for check in check_custodians(app)]
    assert any(people.custodian.id in message for message in told), told


def test_no_part_of_the_program_enrols_a_key(app: App, people: People) -> None:
    """Whoever sets a store up grants roles, and counts as no second person."""
    with pytest.raises(Refused, match="can't decide who holds keys to names: two officers decide that"):
        app.identity.custodians.propose(system("setup"), new_key().public.hex())
    proposed = app.identity.custodians.propose(people.chair, new_key().public.hex())
    with pytest.raises(Refused, match="can't decide who holds keys to names: two officers decide that"):
        app.identity.custodians.confirm(system("setup"), proposed.id)


def test_what_was_purged_is_gone_for_every_key(app: App, people: People, key: PrivateKey) -> None:
    """The envelope lies inside what the identity's scope seals: its key's destruction reaches holders too."""
    conversation = hear(app, "u1", NAME)
    granted = approve(app, people, conversation)
    purge_scope(app.internals.context, f"identity:{conversation}")
    app.internals.context.encryptor.forget(f"identity:{conversation}")
    with pytest.raises(DecryptionError):
        app.identity.export_identity_request(people.handler, granted.id, reader=key.public.hex())
    record = app.internals.context.storage.records.get("conversation", conversation)
    assert record is not None
    assert b"wraps" not in record.body
    new = enrol(app, people, people.other)
    assert hand_over(app, people, key, new) == 0


def test_a_key_takes_two_people(app: App, people: People) -> None:
    """Neither whoever proposed it nor whose it is confirms it; before that nothing is sealed to it."""
    key = new_key()
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


def test_who_holds_no_key(app: App, people: People) -> None:
    """An officer who doesn't decide about identities, somebody unknown, a key that is none, whoever may not grant."""
    with pytest.raises(BadInput, match="doesn't decide about identities"):
        app.identity.custodians.propose(people.chair, new_key().public.hex(), officer_id=people.handler.id)
    with pytest.raises(BadInput, match="doesn't decide about identities"):
        app.identity.custodians.propose(people.chair, new_key().public.hex(), officer_id="nobody")
    with pytest.raises(BadInput, match="public key"):
        app.identity.custodians.propose(people.chair, "abcd")
    with pytest.raises(NotFound, match=r"There is no key 'nothing': `identity.custodians.list` lists the keys"):
        app.identity.custodians.confirm(people.second, "nothing")
    with pytest.raises(Refused):
        app.identity.custodians.propose(people.handler, new_key().public.hex())


def test_a_file_that_was_altered_is_refused(
    app: App, people: People, key: PrivateKey, anninh_clock: FixedClock
) -> None:
    """A request moved to another disclosure, an answer too."""
    reader = new_key()
    granted = approve(app, people, hear(app, "u1", NAME))
    sent = app.identity.export_identity_request(people.handler, granted.id, reader=reader.public.hex())
    with pytest.raises(DecryptionError):
        open_request(sent.replace(granted.id.encode(), b"another"), key)
    answered = answer_request(open_request(sent, key), key, anninh_clock.now())
    with pytest.raises(DecryptionError):
        read_answer(answered.replace(granted.id.encode(), b"another"), reader)
    with pytest.raises(
        BadInput, match="format 'anninh identity request 1', not 'anninh identity answer 1': use the right file"
    ):
        read_answer(sent, reader)


def test_whose_key_is_the_only_one_cannot_leave_yet(app: App, people: People, key: PrivateKey) -> None:
    """Nobody would open a name any more; with another one's key in use the officer goes."""
    with pytest.raises(WrongStep, match=r"custodians: 1 of hoa-lu\. Name a successor who is permitted to do it"):
        app.units.hand_over(people.chair, people.custodian.id, to={})
    enrol(app, people, people.other)
    assert app.units.hand_over(people.chair, people.custodian.id, to={}).moved == {}
