"""Names that only custodians open, and the files that go to them and come back."""

from datetime import timedelta

import msgspec
import pytest
from attrs import evolve
from tests.domain.conftest import Trail
from tests.domain.identity.conftest import ADDRESS, NAME, Office, ask, enrol, hear

from anninh_core.domain.identity import IdentityField
from anninh_core.domain.identity.custody.details import about, decode_details
from anninh_core.domain.identity.custody.files import (
    BATCH,
    DETAIL_REQUEST,
    REWRAP_FILE,
    SEALED_FILE,
    DetailRequest,
    RewrapFile,
    RewrapItem,
    decode,
    encode,
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
    make_private_key,
    open_ciphertext,
    open_sealed,
    public_key_of,
)
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


def granted(
    identity: Disclosures, handler: Actor, custodian: Actor, tip: Tip, field: IdentityField = IdentityField.NAME
) -> Disclosure:
    asked = ask(identity, handler, tip, field)
    return identity.approve_identity(custodian, asked.id, reason="Cần xác minh")


def test_a_sealed_name_goes_to_a_custodian(
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
    """Signed by the authority, sealed to one custodian; it has all that is needed to judge, and leads to the name."""
    enrol(custody, office)
    holder, secret = enrol(custody, office, office.holder.id)
    hear(services, clock, "Tên Mới")
    disclosure = granted(identity, handler, custodian, tip)
    reader = public_key_of(make_private_key())
    file = decode(identity.export_identity_request(handler, disclosure.id, reader=reader.hex()), SEALED_FILE)
    assert (file.about, file.key) == (disclosure.id, holder.id)
    assert verify_signature(file.signers[-1], "identity request", file.signed_bytes, file.signature)
    request = decode(open_sealed(secret, file.sealed, file.bound_to), DETAIL_REQUEST)
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
    opened = open_ciphertext(request.ciphertext, request.wrap, secret, about(tip.conversation))
    assert decode_details(opened).name == "Tên Mới"
    assert (trail()[-1].events, trail()[-1].facts["custodian"]) == (("identity.exported",), holder.id)


def test_a_sealed_name_is_handed_out_once_and_only_so(
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
    """It isn't revealed here, nor exported for what is no key; trying uses nothing up."""
    enrol(custody, office)
    enrol(custody, office, office.holder.id)
    hear(services, clock, "Tên Mới")
    disclosure = granted(identity, handler, custodian, tip)
    with pytest.raises(WrongStep, match=f"disclosure {disclosure.id} asks for is sealed to custodians"):
        identity.reveal_identity(handler, disclosure.id)
    with pytest.raises(BadInput, match="isn't a public key: use the digits that `anninh custodians"):
        identity.export_identity_request(handler, disclosure.id, reader="xyz")
    reader = public_key_of(make_private_key()).hex()
    identity.export_identity_request(handler, disclosure.id, reader=reader)
    with pytest.raises(Refused, match="and opens only once: request it again with"):
        identity.export_identity_request(handler, disclosure.id, reader=reader)


@pytest.mark.parametrize("is_sealed", [False, True])
def test_a_disclosure_of_before_opens_all_that_isnt_sealed(
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
    """It asked for everything, which nobody opens at once once a name went to custodians."""
    if is_sealed:
        enrol(custody, office)
        enrol(custody, office, office.holder.id)
        hear(services, clock, "Tên Mới")
    asked = granted(identity, handler, custodian, tip)

    def put_back(uow: UnitOfWork) -> None:
        uow.permit(asked.unit)
        uow.save(DISCLOSURE, evolve(uow.load(DISCLOSURE, asked.id), field=IdentityField.WHOLE))

    runner.run_command(custodian, "test.put_back", Permission.IDENTITY_APPROVE, put_back)
    with pytest.raises(WrongStep, match=r"isn't sealed to custodians: open it with `identity\.reveal_identity`"):
        identity.export_identity_request(handler, asked.id, reader=public_key_of(make_private_key()).hex())
    if is_sealed:
        with pytest.raises(WrongStep, match=f"Disclosure {asked.id} was requested before names were entrusted"):
            identity.reveal_identity(handler, asked.id)
    else:
        revealed = identity.reveal_identity(handler, asked.id)
        assert (revealed.name, revealed.address) == (NAME, ADDRESS)


def test_an_address_is_revealed_where_names_are_sealed(
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
    """No custodian is needed for it, nor asked; numbers are as closed as names."""
    enrol(custody, office)
    enrol(custody, office, office.holder.id)
    hear(services, clock, "Tên Mới")
    address = granted(identity, handler, custodian, tip, IdentityField.ADDRESS)
    with pytest.raises(WrongStep, match=r"isn't sealed to custodians: open it with `identity\.reveal_identity`"):
        identity.export_identity_request(handler, address.id, reader=public_key_of(make_private_key()).hex())
    revealed = identity.reveal_identity(handler, address.id)
    assert (revealed.address, revealed.name, revealed.numbers) == (ADDRESS, "", ())
    numbers = granted(identity, handler, custodian, tip, IdentityField.NUMBERS)
    with pytest.raises(WrongStep, match="asks for is sealed to custodians: have one open it with"):
        identity.reveal_identity(handler, numbers.id)


def test_the_custodian_who_is_named_is_asked(
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
    """Also the holder of the recovery key; one whose key opens nothing isn't, and whoever is excluded never is."""
    recovery, _ = enrol(custody, office)
    one, other = (enrol(custody, office, holder.id)[0] for holder in (office.holder, office.other))
    hear(services, clock, "Tên Mới")
    late, _ = enrol(custody, office, office.holder.id)
    reader = public_key_of(make_private_key()).hex()

    def asked(key: str = "") -> str:
        disclosure = granted(identity, handler, custodian, tip)
        return decode(
            identity.export_identity_request(handler, disclosure.id, reader=reader, custodian=key), SEALED_FILE
        ).key

    assert [asked(key) for key in (recovery.id, one.id, other.id)] == [recovery.id, one.id, other.id]
    assert asked() == min(one.id, other.id)
    for key, whose in ((late.id, late.id), ("x", "x")):
        with pytest.raises(
            WrongStep, match=rf"has a key to these details \(key asked for: {whose}\): have another custodian"
        ):
            asked(key)


def test_a_file_is_known_by_its_format() -> None:
    """Where one is asked for; what is no file at all is told by what it should have been."""
    file = RewrapFile(format=BATCH, key="k", public_key=b"p", holder="h", items=())
    data = encode(file)
    assert (
        decode(data, REWRAP_FILE) == decode(data, REWRAP_FILE, BATCH) == decode(data, REWRAP_FILE, "x", BATCH) == file
    )
    assert decode(b'{"a":1}', msgspec.json.Decoder(dict)) == {"a": 1}
    with pytest.raises(BadInput, match="has the format 'anninh rewrap request 1', not 'x': use the right file"):
        decode(data, REWRAP_FILE, "x", "y")
    for wrong in (b"", b"{}", b"\xff", b"[" * 100_000):
        with pytest.raises(BadInput, match=r"isn't a file of format 'x' .*: use the right file, or have it made again"):
            decode(wrong, REWRAP_FILE, "x")
        with pytest.raises(
            BadInput, match=r"""isn't a file of format "a custodian's" .*: use the right file, or have it made"""
        ):
            decode(wrong, REWRAP_FILE)


def test_files_are_made_by_name_and_show_no_secret() -> None:
    """A wrap is never taken for a proof because of its place."""
    with pytest.raises(TypeError):
        RewrapItem("c", "e", b"w")  # type: ignore[call-arg]
    item = RewrapItem(conversation="c", envelope="e", wrap=b"secret", proof=b"secret")
    assert "secret" not in repr(item)
