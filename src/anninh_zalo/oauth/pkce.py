"""Proof that the client that exchanges an authorization code is the one that requested it (RFC 7636, S256)."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode

from anninh_core.kernel.errors import ConfigurationError

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def generate_verifier() -> str:
    """Return a new code verifier, which is a secret of 43 characters for one consent."""
    return _encode_base64url(secrets.token_bytes(32))


def compute_code_challenge(verifier: str) -> str:
    """Return the public challenge of a code verifier, which is the base64url form of its digest, without padding."""
    return _encode_base64url(hashlib.sha256(verifier.encode()).digest())


def validate_verifier(verifier: str, option: str) -> str:
    """Check and return a configured code verifier, "" for none; some applications have a fixed pair in the developer
    console.

    Raises:
        ConfigurationError: not 43 to 128 letters, digits or `-._~`.
    """
    if verifier and not _VERIFIER.fullmatch(verifier):
        raise ConfigurationError(
            "The option {option} has {count} characters and isn't a valid code verifier: give 43 to 128 "
            "characters out of letters, digits and -._~.",
            option=option,
            count=len(verifier),
        )
    return verifier


def _encode_base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
