"""Identities: who is behind a case, opened for a time, and whether words give somebody away."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.domain.identity.disclosures import Disclosures, Vault
    from anninh_core.domain.identity.kind import DISCLOSURE
    from anninh_core.domain.identity.leak import Leak, find_leaks
    from anninh_core.domain.identity.model import (
        Disclosure,
        DisclosureState,
        Identity,
        IdentityField,
        RevealedIdentity,
    )

__all__ = [
    "DISCLOSURE",
    "Disclosure",
    "DisclosureState",
    "Disclosures",
    "Identity",
    "IdentityField",
    "Leak",
    "RevealedIdentity",
    "Vault",
    "find_leaks",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "DISCLOSURE": "kind",
        "Disclosure": "model",
        "DisclosureState": "model",
        "Disclosures": "disclosures",
        "Identity": "model",
        "IdentityField": "model",
        "Leak": "leak",
        "RevealedIdentity": "model",
        "Vault": "disclosures",
        "find_leaks": "leak",
    },
)
