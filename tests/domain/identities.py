"""Prepare a world for disclosures, emergency openings and custodians' keys."""

from datetime import timedelta

from attrs import evolve
from tests.domain.world import TEXT, World

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.details import about
from anninh_core.domain.identity.custody.files import RewrapItem
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.lookups import iter_sealed_details
from anninh_core.domain.tips import Tip
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.encryption.envelope import Envelope, make_private_key, public_key_of
from anninh_core.usecase.encryption.envelope import rewrap as rewrap_batch
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission


def report(world: World, *, emergency: bool = False) -> Tip:
    """Return a tip of a reporter with a known identity."""
    return run_step(
        world.app.internals.services.tips.intake.receive,
        system("router"),  # marked by its words, because an officer who marks an emergency can't open the address
        TEXT,
        unit="ninh-hoa",
        origin="one_to_one",
        conversation=world.message().sender,
        category="crime",
        emergency=emergency,
    )


def ask(world: World, by: Actor) -> Disclosure:
    """Request the name behind a tip."""
    case = f"tip:{report(world).id}"
    return world.app.identity.request_identity(by, case, field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9")


def approve(world: World) -> Disclosure:
    """Return an approved disclosure that the boss requested."""
    return world.app.identity.approve_identity(world.other, ask(world, world.boss).id, reason="Cần xác minh")


def open_address(world: World) -> str:
    """Return the id of an address opening by another officer than the one who runs the command under test."""
    case = f"tip:{report(world, emergency=True).id}"
    return world.app.identity.open_address_in_emergency(world.other, case, reason="Nguy hiểm").opening


def lapse(world: World) -> str:
    """Return the id of an expired disclosure."""
    approved = approve(world)
    world.clock.advance(timedelta(minutes=30))
    return approved.id


def new_public_key() -> str:
    """Return the public key of a discarded private key."""
    return public_key_of(make_private_key()).hex()


def propose(world: World, officer_id: str = "", public_key: str = "") -> str:
    """Return the id of a proposed key."""
    return world.app.identity.custodians.propose(world.other, public_key or new_public_key(), officer_id=officer_id).id


def enrol(world: World, officer_id: str = "", public_key: str = "") -> str:
    """Return the id of a key in use."""
    return world.app.identity.custodians.confirm(world.writer, propose(world, officer_id, public_key)).id


def custodians(world: World) -> tuple[str, str]:
    """Enrol the recovery key and a custodian's key, so that names are encrypted to both."""
    return enrol(world), enrol(world, world.boss.id)


def record_named_message(world: World) -> str:
    """Record a message with a sender's name, and return the sender's conversation id."""
    named = evolve(world.inbound(), sender_name="Người Thử")
    return run_step(
        world.app.internals.services.conversations.record_message, world.other, named, kind="chatter"
    ).sender


def approve_sealed(world: World) -> str:
    """Return the id of an approved disclosure of a name that only custodians can decrypt."""
    custodians(world)
    conversation = record_named_message(world)
    approved = approve(world)
    assert approved.conversation == world.app.internals.context.names.pseudonym(conversation, approved.case)
    return approved.id


def rewrap(world: World) -> tuple[str, tuple[RewrapItem, ...]]:
    """Return the id of a new key, and the items rewrapped for it."""
    old, new = make_private_key(), make_private_key()
    enrol(world)
    holder = enrol(world, world.boss.id, public_key_of(old).hex())
    conversation = record_named_message(world)
    key = enrol(world, world.other.id, public_key_of(new).hex())
    sealed = dict(
        world.app.internals.services.custodians.runner.run_query(
            world.other, "test.sealed", Permission.GRANT, traced=False, body=_read_sealed
        )
    )
    envelope = sealed[conversation]
    rewrapped = rewrap_batch(envelope.wraps[holder], old, public_key_of(new), about(conversation))
    item = RewrapItem(conversation=conversation, envelope=envelope.digest, wrap=rewrapped.wrap, proof=rewrapped.proof)
    return key, (item,)


def _read_sealed(session: ReadSession) -> list[tuple[str, Envelope]]:
    session.permit(session.context.district.root)
    return [*iter_sealed_details(session)]
