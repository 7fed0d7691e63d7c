"""Conformance kits: numbered rules that a backend proves by subclassing."""

from typing import TYPE_CHECKING

from anninh_core._lazy import lazy

if TYPE_CHECKING:
    from anninh_core.testing.kits.authenticator import AuthenticatorCase, AuthenticatorConformance
    from anninh_core.testing.kits.blobs import BlobsConformance
    from anninh_core.testing.kits.collector.conformance import CollectorConformance
    from anninh_core.testing.kits.collector.standing import BuildsCollector, StandingPiece, WritesPieces
    from anninh_core.testing.kits.formatter.conformance import FormatterConformance
    from anninh_core.testing.kits.guard import ConformanceKit, dropped_rules, kit_rules
    from anninh_core.testing.kits.keys import KeysConformance
    from anninh_core.testing.kits.messenger.conformance import MessengerConformance
    from anninh_core.testing.kits.plugin.conformance import PluginConformance
    from anninh_core.testing.kits.plugin.opinions import OpinionsConformance
    from anninh_core.testing.kits.running import RuleOutcome, RuleResult, run_files, run_source
    from anninh_core.testing.kits.storage.conformance import StorageConformance

__all__ = [
    "AuthenticatorCase",
    "AuthenticatorConformance",
    "BlobsConformance",
    "BuildsCollector",
    "CollectorConformance",
    "ConformanceKit",
    "FormatterConformance",
    "KeysConformance",
    "MessengerConformance",
    "OpinionsConformance",
    "PluginConformance",
    "RuleOutcome",
    "RuleResult",
    "StandingPiece",
    "StorageConformance",
    "WritesPieces",
    "dropped_rules",
    "kit_rules",
    "run_files",
    "run_source",
]

lazy(
    __name__,
    {
        "AuthenticatorCase": "authenticator",
        "AuthenticatorConformance": "authenticator",
        "BlobsConformance": "blobs",
        "BuildsCollector": "collector.standing",
        "CollectorConformance": "collector.conformance",
        "ConformanceKit": "guard",
        "FormatterConformance": "formatter.conformance",
        "KeysConformance": "keys",
        "MessengerConformance": "messenger.conformance",
        "OpinionsConformance": "plugin.opinions",
        "PluginConformance": "plugin.conformance",
        "RuleOutcome": "running",
        "RuleResult": "running",
        "StandingPiece": "collector.standing",
        "StorageConformance": "storage.conformance",
        "WritesPieces": "collector.standing",
        "dropped_rules": "guard",
        "kit_rules": "guard",
        "run_files": "running",
        "run_source": "running",
    },
)
