"""The configured sign-in methods in addition to the store's accounts."""

from attrs import field, frozen

from anninh_core.authenticators.proxy import ProxyRules
from anninh_core.domain.accounts.credentials.passkeys import PasskeyRules
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.ports.identity_provider import IdentityProvider


@frozen(kw_only=True)
class OutsideSignIns:
    """External sign-in methods; None for a disabled one."""

    provider: IdentityProvider | None = None
    proxy: ProxyRules | None = None
    passkeys: PasskeyRules | None = None
    rules: SignInRules = field(factory=SignInRules)
