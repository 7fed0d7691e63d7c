"""Verify the signature of a webhook body."""

import hashlib
import hmac
import re
from collections.abc import Sequence

from anninh_zalo.webhook.body import parse_body

_HEADER = re.compile(r"\s*(?:mac\s*=)?\s*([0-9a-f]{64})\s*", re.IGNORECASE)
_TIMESTAMP = re.compile(r"[0-9]{1,20}")


def signature_fits(body: bytes, header: str, app_id: str, secrets: Sequence[str], timestamp_header: str = "") -> bool:
    """Return whether a webhook body was signed with one of the secrets. Never raises, whatever the input.

    The signature is the plain SHA-256, no HMAC, of application id + body as received + timestamp + OA secret key, from
    Zalo's official account documentation. The timestamp (milliseconds) is the one in the body; the header of older
    contracts counts only for a JSON object without one, or bytes could be moved from one to the other.

    Args:
        body: exactly as received; a body parsed and encoded again has another signature.
        header: `X-ZEvent-Signature`: 64 hexadecimal digits, mostly after `mac=`.
        app_id: the configured one, never the body's.
        secrets: OA secret keys, all of them while one replaces another; empty ones match nothing.
        timestamp_header: `X-ZEvent-Timestamp`, or "".
    """
    return find_matching_secret(body, header, app_id, secrets, timestamp_header) is not None


def find_matching_secret(
    body: bytes, header: str, app_id: str, secrets: Sequence[str], timestamp_header: str = ""
) -> int | None:
    """Return the index of the secret that signed a webhook body, or None; see `signature_fits`.

    With a second candidate (the app's own secret, by some accounts of the platform, or the key that is being replaced),
    the index shows which secret the platform really uses.
    """
    header_match = _HEADER.fullmatch(header)
    timestamp = _get_signed_timestamp(body, timestamp_header)
    if header_match is None or timestamp is None or not app_id:
        return None
    claimed = header_match[1].lower()
    signed = app_id.encode(errors="replace") + body + timestamp.encode()
    # All secrets are compared, so that the time taken doesn't reveal the matching one.
    matches = [
        bool(secret) and _digest_matches(claimed, signed + secret.encode(errors="replace")) for secret in secrets
    ]
    return matches.index(True) if any(matches) else None


def _digest_matches(claimed: str, signed: bytes) -> bool:
    return hmac.compare_digest(claimed, hashlib.sha256(signed).hexdigest())


def _get_signed_timestamp(body: bytes, fallback: str) -> str | None:
    event = parse_body(body)
    if event is None:
        return None
    value = event.get("timestamp", fallback)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)  # The signed timestamp has the digits exactly as in the body.
    return value if isinstance(value, str) and _TIMESTAMP.fullmatch(value) else None
