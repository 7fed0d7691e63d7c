"""Governance: trail, identities, wishes to be erased, retention."""

from anninh_core.rooms.governance.disclosures import Disclosures
from anninh_core.rooms.governance.erasures import Erasures


class Governance(Disclosures, Erasures):
    """What keeps the others honest."""
