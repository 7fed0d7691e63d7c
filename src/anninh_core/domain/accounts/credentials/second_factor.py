"""Verification of the second factor: a code of the authenticator app, a recovery code or a passkey. Each counts
once.
"""

from datetime import datetime

from attrs import evolve

from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.credentials.tokens import draw_code, hash_code
from anninh_core.domain.accounts.credentials.totp import find_step
from anninh_core.domain.accounts.model import Account
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.ports.keys import Keys

_RECOVERY_LETTERS = 12


def use_up_code(keys: Keys, account: Account, code: str, at: datetime) -> Account:
    """Check a code and return the account with the code used up.

    Raises:
        NotSignedIn: the code is wrong, or was used before.
    """
    step = find_step(account.totp, code, at, account.totp_step)
    if step is not None:
        return evolve(account, totp_step=step)
    hash = _hash_recovery_code(keys, account.id, code)
    if hash not in account.recovery:
        raise NotSignedIn("The code is wrong or was used already: use a new one.")
    return evolve(account, recovery=tuple(recovery_hash for recovery_hash in account.recovery if recovery_hash != hash))


def record_passkey_use(account: Account, use: PasskeyUse, at: datetime) -> Account:
    """Check a use of a passkey and return the account with the passkey's new signature count.

    Raises:
        NotSignedIn: the account doesn't have the passkey, or the signature count isn't above the stored one, because
            each response counts once.
    """
    passkey = account.find_passkey(use.id)
    if passkey is None or (max(passkey.sign_count, use.sign_count) > 0 and use.sign_count <= passkey.sign_count):
        raise NotSignedIn("The passkey was removed, or it has been used since: try again.")
    return account.with_passkey(evolve(passkey, sign_count=use.sign_count, used_at=at))


def draw_recovery_codes(keys: Keys, officer: str, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return new recovery codes, and their hashes for the account."""
    codes = tuple(draw_code(_RECOVERY_LETTERS) for _ in range(number))
    return codes, tuple(_hash_recovery_code(keys, officer, code) for code in codes)


def _hash_recovery_code(keys: Keys, officer: str, code: str) -> str:
    return hash_code(keys, f"recovery code of {officer}", code)
