"""Kinds of the records of accounts, sessions and tokens, which are encrypted in their officer's scope and found by
keyed hashes.
"""

from anninh_core.domain.accounts.model import Account, AccountName
from anninh_core.domain.accounts.session import ApiToken, Session
from anninh_core.domain.index_specs import ACCOUNT_NAME_SPEC, ACCOUNT_SPEC, API_TOKEN_SPEC, SESSION_SPEC
from anninh_core.usecase.kinds import Kind

ACCOUNT = Kind(
    spec=ACCOUNT_SPEC,
    model=Account,
    columns=lambda account: {"officer": account.id, "setup": account.setup.hash if account.setup else ""},
    scope=lambda account: f"officer:{account.id}",
    numbered=True,
)

ACCOUNT_NAME = Kind(
    spec=ACCOUNT_NAME_SPEC,
    model=AccountName,
    columns=lambda name: {"officer": name.officer},
    scope=lambda name: f"officer:{name.officer}",
)

API_TOKEN = Kind(
    spec=API_TOKEN_SPEC,
    model=ApiToken,
    columns=lambda token: {"officer": token.officer, "token": token.token},
    scope=lambda token: f"officer:{token.officer}",
    numbered=True,
)

SESSION = Kind(
    spec=SESSION_SPEC,
    model=Session,
    columns=lambda session: {
        "officer": session.officer,
        "token": session.token,
        "open": session.ended_at is None,
    },
    scope=lambda session: f"officer:{session.officer}",
    numbered=True,
)
