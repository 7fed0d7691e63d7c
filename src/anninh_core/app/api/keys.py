"""Keys: epochs, rotation, and what is known of them; and how the whole system is doing."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from anninh_core.app.system.overview import SystemOverview
    from anninh_core.domain.key_management.service import KeyManagement
    from anninh_core.workflows import KeyRotation


class KeysApi:
    """Keys. Every verb takes the actor first."""

    def __init__(self, keys: "KeyManagement", rotation: "KeyRotation") -> None:
        self.status = keys.status
        self.turn_epoch = keys.turn_epoch
        self.destroy_epoch = keys.destroy_epoch
        self.rotate = rotation.rotate


class SystemApi:
    """How the system is doing. Every verb takes the actor first."""

    def __init__(self, overview: "SystemOverview") -> None:
        self.health = overview.health
        self.backups = overview.backups
