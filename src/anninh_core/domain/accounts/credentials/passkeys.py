"""Passkeys by WebAuthn: options for the browser, and verification of the device's responses.

A device must verify its user (by a finger, a face or a PIN), so that a passkey counts as two factors. Errors in the
journal name the problem without any value of the response, because strangers write these values.
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
"""Minutes that a device waits for its user; the ticket is valid as long."""

_LONGEST_ID = 1024  # Greatest length of a credential's id in bytes; WebAuthn allows no more.
_WRONG = (ValueError, TypeError, LookupError, AttributeError, OverflowError, EOFError, RecursionError, struct.error)
"""Errors that the parsing of a forged response may raise, in addition to the library's own errors."""


@frozen(kw_only=True)
class PasskeyRules:
    """The relying party that passkeys belong to.

    Attributes:
        rp_id: domain that the passkeys belong to; a passkey of another domain never matches.
        rp_name: name that devices show.
        origins: origins of the pages on which officers sign in.
    """

    rp_id: str
    rp_name: str
    origins: tuple[str, ...]


@frozen(kw_only=True)
class PasskeyUse:
    """A verified response of a device.

    Attributes:
        id: id of the passkey.
        sign_count: number of its signatures, according to the device.
    """

    id: str
    sign_count: int


@frozen(kw_only=True)
class ClaimedPasskey:
    """Officer and passkey that a response names, before it is verified."""

    officer: str
    id: str = field(repr=False)


def build_creation_options(
    rules: PasskeyRules, officer: str, name: str, existing: Sequence[Passkey], challenge: bytes
) -> str:
    """Return the options with which a browser creates a passkey, as JSON.

    Args:
        rules: relying party.
        officer: id of the owner; the device stores it, and returns it at a sign-in.
        name: name of the owner that the device shows.
        existing: the owner's other passkeys: a device that holds one of them creates no second one.
        challenge: challenge of this attempt.
    """
    webauthn, structs = _load_webauthn()
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
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=decode_base64url(passkey.id)) for passkey in existing
        ],
    )
    return str(webauthn.options_to_json(options))


def build_request_options(rules: PasskeyRules, allowed: Sequence[Passkey], challenge: bytes) -> str:
    """Return the options with which a browser requests a signature of a passkey, as JSON.

    Args:
        rules: relying party.
        allowed: passkeys that may sign; if empty, any passkey on the device.
        challenge: challenge of this attempt.
    """
    webauthn, structs = _load_webauthn()
    options = webauthn.generate_authentication_options(
        rp_id=rules.rp_id,
        challenge=challenge,
        timeout=MINUTES_SHOWN * 60_000,
        allow_credentials=[
            structs.PublicKeyCredentialDescriptor(id=decode_base64url(passkey.id)) for passkey in allowed
        ],
        user_verification=structs.UserVerificationRequirement.REQUIRED,
    )
    return str(webauthn.options_to_json(options))


def read_new_passkey(rules: PasskeyRules, credential: str, challenge: bytes, name: str, at: datetime) -> Passkey:
    """Verify a device's registration response and return the new passkey.

    Raises:
        NotSignedIn: the response is invalid.
    """
    webauthn, _ = _load_webauthn()

    def verify_registration() -> Passkey:
        answer = webauthn.helpers.parse_registration_credential_json(credential)
        _require_own_page(webauthn, answer.response.client_data_json)
        registration = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=list(rules.origins),
            require_user_verification=True,
        )
        if len(registration.credential_id) > _LONGEST_ID:
            raise ValueError("id")
        return Passkey(
            id=encode_base64url(registration.credential_id),
            name=name,
            public_key=encode_base64url(registration.credential_public_key),
            sign_count=registration.sign_count,
            added_at=at,
        )

    return _convert_errors(verify_registration)


def read_claimed_passkey(credential: str) -> ClaimedPasskey:
    """Return the officer and the passkey that a response names, not yet verified.

    Raises:
        NotSignedIn: the response can't be read.
    """
    webauthn, _ = _load_webauthn()

    def parse_claim() -> ClaimedPasskey:
        answer = webauthn.helpers.parse_authentication_credential_json(credential)
        return ClaimedPasskey(
            officer=(answer.response.user_handle or b"").decode("ascii"), id=encode_base64url(answer.raw_id)
        )

    return _convert_errors(parse_claim)


def verify_passkey_use(rules: PasskeyRules, passkey: Passkey, credential: str, challenge: bytes) -> PasskeyUse:
    """Verify a device's response to a challenge and return the use of the passkey.

    Raises:
        NotSignedIn: the response is invalid, or its signature count isn't above the stored one, as of a repeated
            response or a copied passkey.
    """
    webauthn, _ = _load_webauthn()

    def verify_response() -> PasskeyUse:
        answer = webauthn.helpers.parse_authentication_credential_json(credential)
        _require_own_page(webauthn, answer.response.client_data_json)
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=rules.rp_id,
            expected_origin=list(rules.origins),
            credential_public_key=decode_base64url(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
        if encode_base64url(verified.credential_id) != passkey.id:
            raise ValueError("another passkey")
        return PasskeyUse(id=passkey.id, sign_count=verified.new_sign_count)

    return _convert_errors(verify_response)


def encode_base64url(value: bytes) -> str:
    """Return bytes in WebAuthn's encoding: base64url without padding."""
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Return the bytes of a text in WebAuthn's encoding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _convert_errors(read: Callable[[], T]) -> T:
    """Return the result of `read`; raise the errors that forged responses cause as `NotSignedIn`.

    The new error is raised outside the handler, because the original error quotes the response.
    """
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415  `_load` has seen that it is there

    try:
        return read()
    except (WebAuthnException, *_WRONG) as error:
        problem = type(error).__name__
    raise NotSignedIn("The device's response for the passkey is invalid ({reason}): try again.", reason=problem)


def _require_own_page(webauthn: "ModuleType", client_data: bytes) -> None:
    """Raise `ValueError` if another site's page showed our page in a frame when the device signed."""
    if webauthn.helpers.parse_client_data_json(client_data).cross_origin:
        raise ValueError("a frame of another page")


def _load_webauthn() -> tuple["ModuleType", "ModuleType"]:
    try:
        import webauthn  # noqa: PLC0415  only where somebody has a passkey
        from webauthn.helpers import structs  # noqa: PLC0415  as above
    except ImportError:
        raise MissingExtra("signing in by a passkey", "passkeys") from None
    return webauthn, structs
