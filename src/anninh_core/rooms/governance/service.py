"""Governance: trail, identities, retention."""

from anninh_core.rooms.governance.disclosures import Disclosures
from anninh_core.rooms.governance.retention import Retention


class Governance(Disclosures, Retention):
    """What keeps the others honest."""
