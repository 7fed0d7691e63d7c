"""Functions that prepare a test world for disclosures, emergency openings and custodians' keys."""

from datetime import timedelta

from attrs import evolve
from tests.domain.world import TEXT, World

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.details import make_details_context
from anninh_core.domain.identity.custody.files import RewrapItem
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.lookups import iter_sealed_details
from anninh_core.domain.tips import Tip
from anninh_core.testing.steps import run_step
from anninh_core.usecase import Actor, system
from anninh_core.usecase.encryption.envelope import Envelope, derive_public_key, make_private_key
from anninh_core.usecase.encryption.envelope import rewrap as rewrap_batch
from anninh_core.usecase.read_session import ReadSession
from anninh_core.vocabulary.permissions import Permission


def receive_tip(world: World, *, emergency: bool = False) -> Tip:
    """Return a tip of a reporter with a known identity."""
    return run_step(
        world.app.internals.services.tips.intake.receive,
        # The tip's words mark the emergency, because an officer who marks an emergency can't open the address.
        system("router"),
        TEXT,
        unit="ninh-hoa",
        origin="one_to_one",
        conversation=world.message().sender,
        category="crime",
        emergency=emergency,
    )


def request_name(world: World, by: Actor) -> Disclosure:
    """Return the request of `by` for the name behind a new tip."""
    case = f"tip:{receive_tip(world).id}"
    return world.app.identity.request_identity(by, case, field=IdentityField.NAME, purpose="Xác minh", ground="Điều 9")


def approve_name_request(world: World) -> Disclosure:
    """Return an approved disclosure that the boss requested."""
    return world.app.identity.approve_identity(world.other, request_name(world, world.boss).id, reason="Cần xác minh")


def open_address(world: World) -> str:
    """Return the id of an emergency opening of an address, made by another officer than the one who runs the command
    under test.
    """
    case = f"tip:{receive_tip(world, emergency=True).id}"
    return world.app.identity.open_address_in_emergency(world.other, case, reason="Nguy hiểm").opening


def expire_disclosure(world: World) -> str:
    """Return the id of an approved disclosure that has expired."""
    approved = approve_name_request(world)
    world.clock.advance(timedelta(minutes=30))
    return approved.id


def new_public_key() -> str:
    """Return a new public key as hex digits; its private key is discarded."""
    return derive_public_key(make_private_key()).hex()


def propose_key(world: World, officer_id: str = "", public_key: str = "") -> str:
    """Return the id of a newly proposed custodian's key, or of a recovery key without `officer_id`."""
    return world.app.identity.custodians.propose(world.other, public_key or new_public_key(), officer_id=officer_id).id


def enrol_key(world: World, officer_id: str = "", public_key: str = "") -> str:
    """Return the id of a newly confirmed custodian's key, or of a recovery key without `officer_id`."""
    return world.app.identity.custodians.confirm(world.writer, propose_key(world, officer_id, public_key)).id


def enrol_two_keys(world: World) -> tuple[str, str]:
    """Enrol a recovery key and a custodian's key, so that names are encrypted to both, and return the keys' ids."""
    return enrol_key(world), enrol_key(world, world.boss.id)


def record_named_message(world: World) -> str:
    """Record a message with a sender's name, and return the sender's conversation id."""
    named = evolve(world.inbound_message(), sender_name="Người Thử")
    return run_step(
        world.app.internals.services.conversations.record_message, world.other, named, kind="chatter"
    ).sender


def approve_sealed_name_request(world: World) -> str:
    """Return the id of an approved disclosure of a name that only custodians can decrypt."""
    enrol_two_keys(world)
    conversation = record_named_message(world)
    approved = approve_name_request(world)
    assert approved.conversation == world.app.internals.context.names.pseudonym(conversation, approved.case)
    return approved.id


def rewrap_for_new_key(world: World) -> tuple[str, tuple[RewrapItem, ...]]:
    """Return the id of a new custodian's key, and the items rewrapped for it."""
    old, new = make_private_key(), make_private_key()
    enrol_key(world)
    holder = enrol_key(world, world.boss.id, derive_public_key(old).hex())
    conversation = record_named_message(world)
    key = enrol_key(world, world.other.id, derive_public_key(new).hex())
    sealed = dict(
        world.app.internals.services.custodians.runner.run_query(
            world.other, "test.sealed", Permission.GRANT, traced=False, body=_list_sealed_details
        )
    )
    envelope = sealed[conversation]
    rewrapped = rewrap_batch(envelope.wraps[holder], old, derive_public_key(new), make_details_context(conversation))
    item = RewrapItem(conversation=conversation, envelope=envelope.digest, wrap=rewrapped.wrap, proof=rewrapped.proof)
    return key, (item,)


def _list_sealed_details(session: ReadSession) -> list[tuple[str, Envelope]]:
    session.permit(session.context.district.root)
    return [*iter_sealed_details(session)]
