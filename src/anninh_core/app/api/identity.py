"""Disclosure of who reported something."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.domain import Disclosures


class IdentityApi:
    """Disclosure of who reported something. Every verb takes the actor first."""

    def __init__(self, identity: "Disclosures") -> None:
        self.request_identity = identity.request_identity
        self.approve_identity = identity.approve_identity
        self.refuse_identity = identity.refuse_identity
        self.reveal_identity = identity.reveal_identity
        self.disclosures = identity.disclosures
        self.disclosure_history = identity.disclosure_history
