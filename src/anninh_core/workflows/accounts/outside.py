"""Ways to sign in beside the accounts of the store, as far as the settings open them."""

from attrs import frozen

from anninh_core.ports.identity_provider import IdentityProvider


@frozen(kw_only=True)
class OutsideSignIns:
    """Ways to sign in; None is a way that is shut.

    Attributes:
        provider: the authority's sign-in service.
    """

    provider: IdentityProvider | None = None
