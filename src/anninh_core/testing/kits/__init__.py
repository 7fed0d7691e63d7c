"""Conformance kits: numbered rules that a backend proves by subclassing."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.testing.kits.authenticator import AuthenticatorCase, AuthenticatorConformance
    from anninh_core.testing.kits.blobs import BlobsConformance
    from anninh_core.testing.kits.guard import ConformanceKit, dropped_rules, kit_rules
    from anninh_core.testing.kits.keys import KeysConformance
    from anninh_core.testing.kits.messenger.conformance import MessengerConformance
    from anninh_core.testing.kits.storage.conformance import StorageConformance

__all__ = [
    "AuthenticatorCase",
    "AuthenticatorConformance",
    "BlobsConformance",
    "ConformanceKit",
    "KeysConformance",
    "MessengerConformance",
    "StorageConformance",
    "dropped_rules",
    "kit_rules",
]

__getattr__, __dir__ = lazy(
    __name__,
    {
        "AuthenticatorCase": "authenticator",
        "AuthenticatorConformance": "authenticator",
        "BlobsConformance": "blobs",
        "ConformanceKit": "guard",
        "KeysConformance": "keys",
        "MessengerConformance": "messenger.conformance",
        "StorageConformance": "storage.conformance",
        "dropped_rules": "guard",
        "kit_rules": "guard",
    },
)
