"""Passkeys by WebAuthn: what is asked of a person's device, and whether what it answers is right.

A device has to make sure of its person (a finger, a face, a PIN), so that it counts as two factors. What is wrong is
said for the journal, without any value of the answer: strangers write these.
"""

import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from attrs import field, frozen

from anninh_core.domain.accounts.model import Passkey
from anninh_core.kernel.errors import MissingExtra, NotSignedIn

if TYPE_CHECKING:
    from types import ModuleType

T = TypeVar("T")

MINUTES_SHOWN = 10
"""How long a device waits for its person; the ticket holds as long."""

_LONGEST_ID = 1024  # bytes of a credential's id; WebAuthn allows no more
_WRONG = (ValueError, TypeError, LookupError, AttributeError, OverflowError, EOFError, RecursionError, struct.error)
"""What reading an answer that a stranger made up may end in, besides the library's own errors."""


@frozen(kw_only=True)
class PasskeyRules:
    """For whom passkeys are.

    Attributes:
        rp_id: the domain that they belong to: what was made for another never fits.
        rp_name: how devices show it.
        origins: of the pages from which people sign in.
    """

    rp_id: str
    rp_name: str
    origins: tuple[str, ...]


@frozen(kw_only=True)
class PasskeyUse:
    """What a right answer of a device showed.

    Attributes:
        id: of the passkey.
        sign_count: how often it has signed, as it says.
    """

    id: str
    sign_count: int


@frozen(kw_only=True)
class ClaimedPasskey:
    """Whom an answer names, before anything of it was checked."""

    officer: str
    id: str = field(repr=False)


def creation_options(rules: PasskeyRules, officer: str, name: str, known: Sequence[Passkey], challenge: bytes) -> str:
    """Return what a browser makes a passkey by, as JSON.

    Args:
        rules: for whom it is.
        officer: whose it will be; the device keeps the id, and shows it when its person signs in.
        name: how the device shows its owner.
        known: the owner's others: no device makes a second one.
        challenge: of this try.
    """
    webauthn, structs = _load()
    options = webauthn.generate_registration_options(
        rp_id=rules.rp_id,
        rp_name=rules.rp_name,
        user_id=officer.encode(),
        user_name=name,
        challenge=challenge,
        timeout=MINUTES_SHOWN * 60_000,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[structs.PublicKeyCredentialDescriptor(id=from_base64(one.id)) for one in known],
    )
    return str(webauthn.options_to_json(options))


def request_options(rules: PasskeyRules, known: Sequence[Passkey], challenge: bytes) -> str:
    """Return what a browser asks a device by, as JSON.

    Args:
        rules: for whom the passkey is.
        known: the ones that may answer; none for any that the device has.
        challenge: of this try.
    """
    webauthn, structs = _load()
    options = webauthn.generate_authentication_options(
        rp_id=rules.rp_id,
        challenge=challenge,
        timeout=MINUTES_SHOWN * 60_000,
        allow_credentials=[structs.PublicKeyCredentialDescriptor(id=from_base64(one.id)) for one in known],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return str(webauthn.options_to_json(options))


def read_new(rules: PasskeyRules, credential: str, challenge: bytes, name: str, at: datetime) -> Passkey:
    """Return the passkey that a device has made.

    Raises:
        NotSignedIn: the answer is wrong.
    """
    webauthn, _ = _load()

    def read() -> Passkey:
        answer = webauthn.helpers.parse_registration_credential_json(credential)
        _require_own_page(webauthn, answer.response.client_data_json)
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=list(rules.origins),
            require_user_verification=True,
        )
        if len(made.credential_id) > _LONGEST_ID:
            raise ValueError("id")
        return Passkey(
            id=to_base64(made.credential_id),
            name=name,
            public_key=to_base64(made.credential_public_key),
            sign_count=made.sign_count,
            added_at=at,
        )

    return _checked(read)


def read_claim(credential: str) -> ClaimedPasskey:
    """Return whom an answer names, which is still to be checked.

    Raises:
        NotSignedIn: it names nobody.
    """
    webauthn, _ = _load()

    def read() -> ClaimedPasskey:
        answer = webauthn.helpers.parse_authentication_credential_json(credential)
        return ClaimedPasskey(officer=(answer.response.user_handle or b"").decode("ascii"), id=to_base64(answer.raw_id))

    return _checked(read)


def check_use(rules: PasskeyRules, passkey: Passkey, credential: str, challenge: bytes) -> PasskeyUse:
    """Return what an answer shows that a passkey signed.

    Raises:
        NotSignedIn: it is wrong, was given before, or is a copy's that has signed less often.
    """
    webauthn, _ = _load()

    def read() -> PasskeyUse:
        answer = webauthn.helpers.parse_authentication_credential_json(credential)
        _require_own_page(webauthn, answer.response.client_data_json)
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=list(rules.origins),
            credential_public_key=from_base64(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        if to_base64(shown.credential_id) != passkey.id:
            raise ValueError("another passkey")
        return PasskeyUse(id=passkey.id, sign_count=shown.new_sign_count)

    return _checked(read)


def to_base64(value: bytes) -> str:
    """Return bytes as WebAuthn writes them."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def from_base64(text: str) -> bytes:
    """Return the bytes that WebAuthn wrote so."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _checked(read: Callable[[], T]) -> T:
    """Return what is read of an answer; errors are raised outside the handler, for what they come from quotes it."""
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  `_load` has seen that it is there

    try:
        return read()
    except (WebAuthnException, *_WRONG) as error:
        problem = type(error).__name__
    raise NotSignedIn("The device's response for the passkey is invalid ({reason}): try again.", reason=problem)


def _require_own_page(webauthn: "ModuleType", client_data: bytes) -> None:
    """Check that a page of ours asked the device, and not one that shows ours in a frame."""
    if webauthn.helpers.parse_client_data_json(client_data).cross_origin:
        raise ValueError("a frame of another page")


def _load() -> tuple["ModuleType", "ModuleType"]:
    try:
        import webauthn  # noqa: PLC0415  only where somebody has a passkey
        from webauthn.helpers import structs  # noqa: PLC0415  as above
    except ImportError:
        raise MissingExtra("signing in by a passkey", "passkeys") from None
    return webauthn, structs
