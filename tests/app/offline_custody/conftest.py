"""Fixtures with an authority that has a custodian, a recovery key, and a resident with a name that only key holders can
decrypt.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from anninh_core.app import App
from anninh_core.app.offline_custody.key_files import PrivateKey
from anninh_core.app.offline_custody.offline import answer_request, open_request, read_answer, rewrap_batch
from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.tips import Tip
from anninh_core.testing import FixedClock, UnsafeLocalUsers, memory_app
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.encryption.envelope import make_private_key
from anninh_core.vocabulary.messages import Address, InboundMessage, Place

NAME = "Thử Thị Báo"
OLD_NAME = "Thử Văn Cũ"
ROUTER = system("router")


@frozen
class People:
    """The officers of the district in these tests.

    Attributes:
        chair, second: grant roles, and enrol keys together.
        custodian, other: decide about identities.
        handler: requests identities.
    """

    chair: Actor
    second: Actor
    custodian: Actor
    other: Actor
    handler: Actor


@pytest.fixture
def app(anninh_clock: FixedClock) -> Iterator[App]:
    with memory_app(clock=anninh_clock) as opened:
        yield opened


@pytest.fixture
def people(app: App) -> People:
    roles = ("steering_chair", "steering_chair", "identity_custodian", "identity_custodian", "tip_officer")
    return People(*(UnsafeLocalUsers(app).appoint("Cán bộ Mẫu", "hoa-lu", role) for role in roles))


def generate_key() -> PrivateKey:
    """Return a new private key."""
    return PrivateKey(secret=make_private_key())


def enrol_key(app: App, people: People, holder: Actor | None) -> PrivateKey:
    """Enrol a custodian's key: one officer proposes it, another confirms it; without a holder it is the recovery
    key.
    """
    key = generate_key()
    officer = "" if holder is None else holder.id
    app.identity.custodians.propose(people.chair, key.public.hex(), officer_id=officer)
    app.identity.custodians.confirm(people.second, key.id)
    return key


@pytest.fixture
def recovery_key(app: App, people: People) -> PrivateKey:
    return enrol_key(app, people, None)


@pytest.fixture
def key(app: App, people: People, recovery_key: PrivateKey) -> PrivateKey:
    """The custodian's key; the recovery key is enrolled too."""
    assert recovery_key.id
    return enrol_key(app, people, people.custodian)


def record_person_message(app: App, person: str, name: str, *, place: Place = Place.PERSON) -> str:
    """Record a message from a person with a name, and return the sender's conversation id."""
    sender = Address("mock", Place.PERSON, person)
    message = InboundMessage(
        id=f"m-{app.internals.context.ids.new()}",
        conversation=sender if place is Place.PERSON else Address("mock", place, "group"),
        sender=sender,
        text="Có trộm",
        sent_at=app.internals.context.clock.now(),
        sender_name=name,
    )
    return run_step(app.internals.services.conversations.record_message, ROUTER, message, kind="tip").sender


def report(app: App, conversation: str) -> Tip:
    """Create a tip from a resident's conversation."""
    receive = app.internals.services.tips.intake.receive
    return run_step(receive, ROUTER, "Có trộm", unit="ninh-hoa", origin="one_to_one", conversation=conversation)


def approve_disclosure(
    app: App, people: People, conversation: str, field: IdentityField = IdentityField.NAME
) -> Disclosure:
    """Approve the disclosure of one identity field to the officer who handles the tip."""
    request = app.identity.request_identity(
        people.handler, f"tip:{report(app, conversation).id}", field=field, purpose="Xác minh", ground="Điều 9"
    )
    return app.identity.approve_identity(people.other, request.id, reason="Cần xác minh")


def read_stored_content(app: App, conversation: str) -> str:
    """Return the decrypted content of a conversation's record, as text."""
    record = app.internals.context.storage.records.get("conversation", conversation)
    assert record is not None
    return repr(app.internals.context.open_body(record).decode())


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "custodian.key"


def ask(app: App, people: People, conversation: str, key: PrivateKey, now_by: FixedClock) -> str:
    """Return a name after the whole process: request, approval, exported file, and the custodian's answer."""
    reader = generate_key()
    disclosure = approve_disclosure(app, people, conversation)
    request_file = app.identity.export_identity_request(
        people.handler, disclosure.id, reader=reader.public.hex(), custodian=key.id
    )
    answer_file = answer_request(open_request(request_file, key), key, now_by.now())
    (name,) = read_answer(answer_file, reader).values
    return name


def wrap_for_new_key(app: App, people: People, old: PrivateKey, new: PrivateKey) -> int:
    """Let the holder of an old key wrap the details for a new key; return the number of wraps."""
    batch = app.identity.custodians.export_rewraps(people.chair, new.id, holder=old.id)
    return app.identity.custodians.import_rewraps(people.chair, rewrap_batch(batch, old, new.id))
