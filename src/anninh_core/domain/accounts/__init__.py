"""By what officers sign in: accounts, sessions, API tokens."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.accounts.credentials.passwords import PasswordHasher, PasswordProfile
    from anninh_core.domain.accounts.kind import ACCOUNT, ACCOUNT_NAME, API_TOKEN, SESSION
    from anninh_core.domain.accounts.model import Account, NoticeKind
    from anninh_core.domain.accounts.rules import Client, Holder, SignInRules
    from anninh_core.domain.accounts.service import Accounts
    from anninh_core.domain.accounts.session import ApiToken, Session
    from anninh_core.domain.accounts.views import (
        AccountView,
        NewSession,
        NewToken,
        PasskeyOffer,
        PasskeyRow,
        RecoveryCodes,
        SessionRow,
        SetupCode,
        SignInRedirect,
        TokenRow,
        TotpEnrolment,
    )

__all__ = [
    "ACCOUNT",
    "ACCOUNT_NAME",
    "API_TOKEN",
    "SESSION",
    "Account",
    "AccountView",
    "Accounts",
    "ApiToken",
    "Client",
    "Holder",
    "NewSession",
    "NewToken",
    "NoticeKind",
    "PasskeyOffer",
    "PasskeyRow",
    "PasswordHasher",
    "PasswordProfile",
    "RecoveryCodes",
    "Session",
    "SessionRow",
    "SetupCode",
    "SignInRedirect",
    "SignInRules",
    "TokenRow",
    "TotpEnrolment",
]

lazy(
    __name__,
    {
        "ACCOUNT": "kind",
        "ACCOUNT_NAME": "kind",
        "API_TOKEN": "kind",
        "Account": "model",
        "AccountView": "views",
        "Accounts": "service",
        "ApiToken": "session",
        "Client": "rules",
        "Holder": "rules",
        "NewSession": "views",
        "NewToken": "views",
        "NoticeKind": "model",
        "PasskeyOffer": "views",
        "PasskeyRow": "views",
        "PasswordHasher": "credentials.passwords",
        "PasswordProfile": "credentials.passwords",
        "RecoveryCodes": "views",
        "SESSION": "kind",
        "Session": "session",
        "SessionRow": "views",
        "SetupCode": "views",
        "SignInRedirect": "views",
        "SignInRules": "rules",
        "TokenRow": "views",
        "TotpEnrolment": "views",
    },
)
