"""Tests of sealed names that only custodians can open, and of the files that are exchanged with custodians."""

from datetime import timedelta

import msgspec
import pytest
from attrs import evolve
from tests.domain.conftest import Trail
from tests.domain.identity.conftest import ADDRESS, NAME, Office, ask, enrol_key, record_named_message

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.details import decode_details, make_details_context
from anninh_core.domain.identity.custody.files import (
    BATCH,
    DETAIL_REQUEST,
    REWRAP_FILE,
    SEALED_FILE,
    DetailRequest,
    RewrapFile,
    RewrapItem,
    decode_file,
    encode_file,
)
from anninh_core.domain.identity.custody.service import Custodians
from anninh_core.domain.identity.disclosures import Disclosures
from anninh_core.domain.identity.kind import DISCLOSURE
from anninh_core.domain.identity.model import Disclosure
from anninh_core.domain.services import Services
from anninh_core.domain.tips import Tip
from anninh_core.kernel.crypto.signing import verify_signature
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.testing.clock import FixedClock
from anninh_core.usecase import Actor
from anninh_core.usecase.encryption.envelope import (
    derive_public_key,
    make_private_key,
    open_ciphertext,
    open_sealed,
)
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


def request_and_approve(
    identity: Disclosures, handler: Actor, custodian: Actor, tip: Tip, field: IdentityField = IdentityField.NAME
) -> Disclosure:
    request = ask(identity, handler, tip, field)
    return identity.approve_identity(custodian, request.id, reason="Cần xác minh")


def test_sealed_name_is_exported_to_a_custodian(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    clock: FixedClock,
    runner: UseCaseRunner,
    trail: Trail,
) -> None:
    """An exported request for a sealed name is signed by the authority, encrypted to one custodian, and contains all
    that is needed to judge it and to open the name.
    """
    enrol_key(custody, office)
    holder, secret = enrol_key(custody, office, office.holder.id)
    record_named_message(services, clock, "Tên Mới")
    disclosure = request_and_approve(identity, handler, custodian, tip)
    reader = derive_public_key(make_private_key())
    file = decode_file(identity.export_identity_request(handler, disclosure.id, reader=reader.hex()), SEALED_FILE)
    assert (file.about, file.key) == (disclosure.id, holder.id)
    assert verify_signature(file.signers[-1], "identity request", file.signed_bytes, file.signature)
    request = decode_file(open_sealed(secret, file.sealed, file.bound_to), DETAIL_REQUEST)
    assert request == DetailRequest(
        disclosure=disclosure.id,
        authority="hoa-lu",
        conversation=tip.conversation,
        field=IdentityField.NAME,
        purpose="Xác minh tại chỗ",
        ground="Điều 9",
        requested_by=handler.id,
        approved_by=custodian.id,
        reader=reader,
        until=clock.now() + timedelta(minutes=30),
        ciphertext=request.ciphertext,
        wrap=request.wrap,
    )
    opened = open_ciphertext(request.ciphertext, request.wrap, secret, make_details_context(tip.conversation))
    assert decode_details(opened).name == "Tên Mới"
    assert (trail()[-1].events, trail()[-1].facts["custodian"]) == (("identity.exported",), holder.id)


def test_sealed_name_is_exported_once(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    clock: FixedClock,
) -> None:
    """A sealed name isn't revealed on the server, its request is exported once, and a failed export doesn't use up the
    disclosure.
    """
    enrol_key(custody, office)
    enrol_key(custody, office, office.holder.id)
    record_named_message(services, clock, "Tên Mới")
    disclosure = request_and_approve(identity, handler, custodian, tip)
    with pytest.raises(WrongStep, match=f"disclosure {disclosure.id} asks for is sealed to custodians"):
        identity.reveal_identity(handler, disclosure.id)
    with pytest.raises(BadInput, match="isn't a public key: use the digits that `anninh custodians"):
        identity.export_identity_request(handler, disclosure.id, reader="xyz")
    reader = derive_public_key(make_private_key()).hex()
    identity.export_identity_request(handler, disclosure.id, reader=reader)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.export_identity_request(handler, disclosure.id, reader=reader)


@pytest.mark.parametrize("is_sealed", [False, True])
def test_earlier_disclosure_opens_only_unsealed_details(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    clock: FixedClock,
    runner: UseCaseRunner,
    is_sealed: bool,
) -> None:
    """A disclosure of an earlier version opens the whole identity, unless the name has been sealed to custodians."""
    if is_sealed:
        enrol_key(custody, office)
        enrol_key(custody, office, office.holder.id)
        record_named_message(services, clock, "Tên Mới")
    disclosure = request_and_approve(identity, handler, custodian, tip)

    def store_as_whole_identity(uow: UnitOfWork) -> None:
        uow.permit(disclosure.unit)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, disclosure.id), field=IdentityField.WHOLE))

    runner.run_command(custodian, "test.put_back", Permission.IDENTITY_APPROVE, store_as_whole_identity)
    with pytest.raises(WrongStep, match=r"isn't sealed to custodians: open it with `identity\.reveal_identity`"):
        identity.export_identity_request(handler, disclosure.id, reader=derive_public_key(make_private_key()).hex())
    if is_sealed:
        with pytest.raises(WrongStep, match=f"Disclosure {disclosure.id} was requested before names were entrusted"):
            identity.reveal_identity(handler, disclosure.id)
    else:
        revealed = identity.reveal_identity(handler, disclosure.id)
        assert (revealed.name, revealed.address) == (NAME, ADDRESS)


def test_address_is_never_sealed(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    clock: FixedClock,
) -> None:
    """A reporter's address is revealed without a custodian; phone numbers are sealed like names."""
    enrol_key(custody, office)
    enrol_key(custody, office, office.holder.id)
    record_named_message(services, clock, "Tên Mới")
    address = request_and_approve(identity, handler, custodian, tip, IdentityField.ADDRESS)
    with pytest.raises(WrongStep, match=r"isn't sealed to custodians: open it with `identity\.reveal_identity`"):
        identity.export_identity_request(handler, address.id, reader=derive_public_key(make_private_key()).hex())
    revealed = identity.reveal_identity(handler, address.id)
    assert (revealed.address, revealed.name, revealed.numbers) == (ADDRESS, "", ())
    numbers = request_and_approve(identity, handler, custodian, tip, IdentityField.NUMBERS)
    with pytest.raises(WrongStep, match="asks for is sealed to custodians: have one open it with"):
        identity.reveal_identity(handler, numbers.id)


def test_request_goes_to_the_chosen_custodian(
    *,
    custody: Custodians,
    office: Office,
    services: Services,
    identity: Disclosures,
    handler: Actor,
    custodian: Actor,
    tip: Tip,
    clock: FixedClock,
) -> None:
    """The request for a sealed name goes to the requested custodian, who may hold the recovery key, but not to a key
    that can't open the details.
    """
    recovery, _ = enrol_key(custody, office)
    first, second = (enrol_key(custody, office, holder.id)[0] for holder in (office.holder, office.other))
    record_named_message(services, clock, "Tên Mới")
    late, _ = enrol_key(custody, office, office.holder.id)
    reader = derive_public_key(make_private_key()).hex()

    def export_to_custodian(key: str = "") -> str:
        disclosure = request_and_approve(identity, handler, custodian, tip)
        return decode_file(
            identity.export_identity_request(handler, disclosure.id, reader=reader, custodian=key), SEALED_FILE
        ).key

    assert [export_to_custodian(key) for key in (recovery.id, first.id, second.id)] == [
        recovery.id,
        first.id,
        second.id,
    ]
    assert export_to_custodian() == min(first.id, second.id)
    for key, shown_key in ((late.id, late.id), ("x", "x")):
        with pytest.raises(
            WrongStep, match=rf"has a key to these details \(key asked for: {shown_key}\): have another custodian"
        ):
            export_to_custodian(key)


def test_file_format_is_checked() -> None:
    """A file exchanged with custodians is checked against the expected formats, and the error names the right
    format.
    """
    file = RewrapFile(format=BATCH, key="k", public_key=b"p", holder="h", items=())
    data = encode_file(file)
    assert (
        decode_file(data, REWRAP_FILE)
        == decode_file(data, REWRAP_FILE, BATCH)
        == decode_file(data, REWRAP_FILE, "x", BATCH)
        == file
    )
    assert decode_file(b'{"a":1}', msgspec.json.Decoder(dict)) == {"a": 1}
    with pytest.raises(BadInput, match="has the format 'anninh rewrap request 1', not 'x': use the right file"):
        decode_file(data, REWRAP_FILE, "x", "y")
    for wrong in (b"", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(BadInput, match=r"isn't a file of format 'x' .*: use the right file, or have it made again"):
            decode_file(wrong, REWRAP_FILE, "x")
        with pytest.raises(
            BadInput, match=r"""isn't a file of format "a custodian's" .*: use the right file, or have it made"""
        ):
            decode_file(wrong, REWRAP_FILE)


def test_rewrap_items_take_keywords_and_hide_secrets() -> None:
    """Rewrap items take only keyword arguments, so that a wrap is never taken for a proof, and their repr shows no
    secret.
    """
    with pytest.raises(TypeError):
        RewrapItem("c", "e", b"w")  # type: ignore[call-arg]
    item = RewrapItem(conversation="c", envelope="e", wrap=b"secret", proof=b"secret")
    assert "secret" not in repr(item)
