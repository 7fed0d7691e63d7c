"""The sign-in methods that the settings configure in addition to the store's accounts."""

from attrs import field, frozen

from anninh_core.authenticators.proxy import ProxyRules
from anninh_core.domain.accounts.credentials.passkeys import PasskeyRules
from anninh_core.domain.accounts.rules import SignInRules
from anninh_core.ports.identity_provider import IdentityProvider


@frozen(kw_only=True)
class OutsideSignIns:
    """The configured external sign-in methods, with the rules for signing in; a disabled method is None."""

    provider: IdentityProvider | None = None
    proxy: ProxyRules | None = None
    passkeys: PasskeyRules | None = None
    rules: SignInRules = field(factory=SignInRules)
