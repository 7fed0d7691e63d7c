"""Ways to sign in beside the accounts of the store, as far as the settings open them."""

from attrs import field, frozen

from anninh_core.authenticators.proxy import ProxyRules
from anninh_core.domain.accounts.credentials.passkeys import PasskeyRules
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.ports.identity_provider import IdentityProvider


@frozen(kw_only=True)
class OutsideSignIns:
    """Ways to sign in; None is a way that is shut."""

    provider: IdentityProvider | None = None
    proxy: ProxyRules | None = None
    passkeys: PasskeyRules | None = None
    rules: SignInRules = field(factory=SignInRules)
