"""Use cases of custodians: two officers enrol a key, the holder of an old key wraps details for a new one, and nothing
new is encrypted to an ended key.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, islice

from anninh_core.domain.identity.custody.files import (
    BATCH,
    REWRAP_FILE,
    REWRAPPED,
    RewrapFile,
    RewrapItem,
    decode_file,
    encode_file,
)
from anninh_core.domain.identity.custody.kind import CUSTODIAN
from anninh_core.domain.identity.custody.model import Custodian
from anninh_core.domain.identity.states import CustodianState
from anninh_core.kernel.errors import AlreadyDone, BadInput, NotFound, Refused, WrongStep
from anninh_core.kernel.text import nfc, quote_text
from anninh_core.usecase.actor import Actor, ActorKind, person
from anninh_core.usecase.arguments import Cursor, CustodianKeyId, Limit, OfficerId, Reason
from anninh_core.usecase.encryption.envelope import WRAP_BYTES, Envelope, Wrap, compute_key_id
from anninh_core.usecase.marks import Service, command, query, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import Listing, ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

SealedDetails = Callable[[ReadSession], Iterator[tuple[str, Envelope]]]
"""Type of a function that yields conversation ids with their encrypted details."""
WrapAdder = Callable[[UnitOfWork, str, str, Wrap], bool]
"""Type of a function that takes a conversation id, the digest of its envelope, and a wrap to add; it returns whether
the wrap was added.
"""

_SEE = "identity.custodians.list"
_CHUNK = 200  # Number of wraps that one commit adds.


class Custodians(Service):
    """Use cases of custodians, who hold the keys to personal details.

    Args:
        sealed_details: yields all encrypted details.
        add_wrap: adds a wrap to the details of a conversation.
    """

    action_prefix = "governance"

    def __init__(self, runner: UseCaseRunner, sealed_details: SealedDetails, add_wrap: WrapAdder) -> None:
        super().__init__(runner)
        self._sealed_details = sealed_details
        self._add_wrap = add_wrap

    @command(Permission.GRANT, public=True, step_up=True)
    def propose_custodian(self, uow: UnitOfWork, public_key: str, *, officer_id: OfficerId = "") -> Custodian:
        """Propose a key to which personal details are to be encrypted. A second person confirms it.

        Args:
            public_key: in hexadecimal, as its holder's own machine shows it.
            officer_id: holder of the key, an officer who decides about identities; "" for the recovery key.

        Raises:
            BadInput: the text is no public key, or the officer doesn't decide about identities.
            WrongStep: the key is on record, in any state.
        """
        uow.permit(self.context.district.root)
        _require_person(uow.actor)
        key = parse_key(public_key)
        if officer_id and not self.runner.permits.units(person(officer_id), Permission.IDENTITY_APPROVE, uow.today):
            raise BadInput(
                "Officer {officer!r} doesn't decide about identities and so can't hold a key to them: name "
                "an officer who does.",
                officer=officer_id,
            )
        if uow.get(CUSTODIAN, compute_key_id(key)) is not None:
            raise WrongStep(
                "Key {key} is on record already: have its holder make another one.", key=compute_key_id(key)
            )
        custodian = Custodian(
            id=compute_key_id(key),
            unit=self.context.district.root,
            officer=officer_id,
            public_key=key.hex(),
            proposed_by=uow.actor.id,
            proposed_at=uow.at,
        )
        return self._save_custodian(uow, custodian, "custodian.proposed")

    @command(Permission.GRANT, public=True, daily=True, step_up=True)
    def confirm_custodian(self, uow: UnitOfWork, key_id: CustodianKeyId) -> Custodian:
        """Put a proposed key in use, as the second person.

        A recovery key replaces the previous one and other proposed ones: only one is in use, even if two are confirmed
        at the same moment.

        Compare the key's id with the id on its holder's machine over another channel than the key itself.

        Raises:
            Refused: the actor proposed it, or holds it.
            WrongStep: it was confirmed or ended before.
        """
        custodian = self._load_custodian(uow, key_id)
        _require_person(uow.actor)
        confirmed = custodian.confirmed(uow.actor.id, uow.at)
        if confirmed.is_recovery:
            for other in uow.iter_all(CUSTODIAN, "id", where={"officer": ""}):
                if other.id != key_id and other.state is not CustodianState.ENDED:
                    uow.save(CUSTODIAN, other.ended(uow.actor.id, uow.at))
        return self._save_custodian(uow, confirmed, "custodian.confirmed")

    @command(Permission.GRANT, public=True, irreversible=True, step_up=True)
    def end_custodian(self, uow: UnitOfWork, key_id: CustodianKeyId, *, reason: Reason) -> Custodian:
        """Encrypt nothing to a key any more, and drop the wraps for it.

        Its holder keeps details already opened, or copied together with the storage and its keys.

        Raises:
            WrongStep: it ended before; or it is the only custodian's key, or the recovery key, which only another one
                replaces.
        """
        custodian = self._load_custodian(uow, key_id)
        others = [
            active
            for active in self._list_active_custodians(uow)
            if active.id != key_id and active.is_recovery == custodian.is_recovery
        ]
        if custodian.state is CustodianState.ACTIVE and not others:
            raise WrongStep(
                "Key {key} is the only one of its kind: first propose another one with "
                "{act:identity.custodians.propose}, and wrap the details for it.",
                key=key_id,
            )
        for other in others:  # If two officers end the last two keys at the same moment, one key stays in use.
            uow.guard_version(CUSTODIAN, other)
        if not reason.strip():
            raise BadInput(
                "A key can't be ended without a reason: write one, such as that it was lost or handed over, "
                "or that its holder left."
            )
        uow.decide(f"custodian:{custodian.id}", rule="custody", reason="ended", text=nfc(reason))
        return self._save_custodian(uow, custodian.ended(uow.actor.id, uow.at), "custodian.ended")

    @query(Permission.UNIT_READ, public=True)
    def custodians(self, session: ReadSession, *, after: Cursor = "", limit: Limit = 50) -> Listing[Custodian]:
        """Return a page of all keys: proposed, in use, and ended."""
        session.permitted_units()
        return session.find(CUSTODIAN, "id", after=after, limit=limit)

    @query(Permission.GRANT, traced=True, public=True, step_up=True)
    def export_rewraps(self, session: ReadSession, key_id: CustodianKeyId, *, holder: CustodianKeyId) -> bytes:
        """Return a file that lets the holder of a key wrap details for a new key that can't open them yet.

        The file has no details. With `anninh custodians rewrap`, the holder opens nothing that the holder couldn't open
        before.

        Args:
            key_id: id of the new key, which is in use.
            holder: id of the key that wraps: a custodian's or the recovery key.

        Raises:
            WrongStep: the new key isn't in use.
        """
        new_key = self._load_custodian(session, key_id)
        old_key = self._load_custodian(session, holder)
        _require_active(new_key)
        items = tuple(
            RewrapItem(conversation=conversation, envelope=envelope.digest, wrap=envelope.wraps[old_key.id])
            for conversation, envelope in self._sealed_details(session)
            if new_key.id not in envelope.wraps and old_key.id in envelope.wraps
        )
        session.facts |= {"custodian": new_key.id, "wraps": len(items)}
        return encode_file(
            RewrapFile(format=BATCH, key=new_key.id, public_key=new_key.key, holder=old_key.id, items=items)
        )

    @workflow(Permission.GRANT, public=True, step_up=True)
    def import_rewraps(self, actor: Actor, data: bytes) -> int:
        """Import wraps that a holder made for a new key; return the number of details that it can open in addition.

        Details changed since the export are left out: export and wrap again. Existing wraps of the key are never
        replaced. If a holder wrapped wrongly for a key, the key is ended and another one enrolled.

        Raises:
            BadInput: the file is invalid, or the wrapping key can't open the details.
            WrongStep: the new key isn't in use.
        """
        file = decode_file(data, REWRAP_FILE, REWRAPPED)
        items = iter(file.items)
        added = 0
        for number in count(1):
            chunk = tuple(islice(items, _CHUNK))
            if not chunk:
                break
            add = partial(self.add_wraps, actor.for_step(str(number)), file.key, chunk)
            added += run_or_resume(actor, add, _count_added)
        return added

    @command(Permission.GRANT)
    def add_wraps(self, uow: UnitOfWork, key_id: str, items: Sequence[RewrapItem]) -> int:
        """Import a batch of a file's wraps; see `import_rewraps`."""
        custodian = self._load_custodian(uow, key_id)
        _require_person(uow.actor)
        _require_active(custodian)
        if any(len(item.wrap) != WRAP_BYTES for item in items):
            raise BadInput(
                "A wrap in this file has the wrong length: have the holder of the key wrap the details again."
            )
        uow.guard_version(CUSTODIAN, custodian)
        added = sum(self._add_wrap(uow, item.conversation, item.envelope, _build_wrap(key_id, item)) for item in items)
        uow.facts |= {"custodian": key_id, "wraps": added}
        uow.add_event("custodian.rewrapped")
        return added

    def _list_active_custodians(self, session: ReadSession) -> list[Custodian]:
        return [*session.iter_all(CUSTODIAN, "id", where={"state": CustodianState.ACTIVE.value})]

    def _load_custodian(self, session: ReadSession, key_id: str) -> Custodian:
        session.permit(self.context.district.root)
        custodian = session.get(CUSTODIAN, key_id)
        if custodian is None:
            raise NotFound("There is no key {id!r}: {see:act} lists the keys.", kind="custodian", id=key_id, see=_SEE)
        return custodian

    def _save_custodian(self, uow: UnitOfWork, custodian: Custodian, event: str) -> Custodian:
        uow.facts["custodian"] = custodian.id
        uow.add_event(event)
        return uow.save(CUSTODIAN, custodian)


def parse_key(public_key: str) -> bytes:
    """Return a public key from its hexadecimal digits.

    Raises:
        BadInput: the text isn't hexadecimal.
    """
    try:
        key = bytes.fromhex(public_key)
    except ValueError as error:
        raise BadInput(
            "{public_key} isn't a public key: use the digits that `anninh custodians make-key` shows.",
            public_key=quote_text(public_key),
        ) from error
    return key


def _count_added(done: AlreadyDone) -> int:
    added = done.facts["wraps"]
    assert isinstance(added, int)
    return added


def _build_wrap(key_id: str, item: RewrapItem) -> Wrap:
    return Wrap(key=key_id, wrap=item.wrap, proof=item.proof)


def _require_person(actor: Actor) -> None:
    if actor.kind is not ActorKind.PERSON:
        raise Refused("{actor} can't decide who holds keys to names: two officers decide that.", actor=actor.label)


def _require_active(custodian: Custodian) -> None:
    if custodian.state is not CustodianState.ACTIVE:
        raise WrongStep(
            "Key {key} is {state}, but must be in use: confirm a proposed key with {act:identity.custodians.confirm}.",
            key=custodian.id,
            state=custodian.state,
        )
