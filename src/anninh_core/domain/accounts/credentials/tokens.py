"""Random tokens and one-time codes, which are shown once and stored as keyed hashes."""

import secrets

from anninh_core.domain.accounts.rules import NOWHERE, Client
from anninh_core.kernel.ids import spell_code
from anninh_core.ports.keys import Keys

# Prefixes of tokens, which identify a leaked token.
SESSION_PREFIX = "anninh_s_"
API_PREFIX = "anninh_t_"

_TOKEN_BYTES = 32
_GROUP = 4  # Number of letters of a code between two dashes.


def draw_token(prefix: str) -> str:
    """Return a token of 256 random bits."""
    return prefix + secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Return whether a text has a prefix of our tokens."""
    return text.startswith((SESSION_PREFIX, API_PREFIX))


def draw_code(letters: int) -> str:
    """Return a code to be typed by hand, five bits a letter, in groups of four."""
    drawn = spell_code(secrets.token_bytes(letters))
    return "-".join(drawn[start : start + _GROUP] for start in range(0, letters, _GROUP))


def hash_token(keys: Keys, token: str) -> str:
    """Return the keyed hash of a token, under which the token is stored and found."""
    return keys.blind("sign-in token", token)


def hash_code(keys: Keys, purpose: str, code: str) -> str:
    """Return the keyed hash of a one-time code, regardless of case, blanks and dashes."""
    return keys.blind(f"sign-in {purpose}", "".join(filter(str.isalnum, code.upper())))


def hash_name(keys: Keys, name: str) -> str:
    """Return the keyed hash of a sign-in name, under which the name's account is found."""
    return keys.blind("sign-in name", name)


def hash_place(keys: Keys, client: Client) -> str:
    """Return the keyed hash of the address from which a person signs in, "" if it is unknown or shared.

    The address comes from the connection or from a trusted proxy, never from a value that a sender may write.
    """
    is_own = client.address not in ("", NOWHERE) and not client.is_shared
    return keys.blind("sign-in address", client.address) if is_own else ""
