"""Recording in an office that one of its backups was read from beginning to end."""

from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.backup.history.notes import note_verified
from anninh_core.app.backup.manifest import BACKUP, Manifest
from anninh_core.app.factory import open_app
from anninh_core.app.health import find_pending_upgrade
from anninh_core.app.parts import Parts
from anninh_core.app.settings import Settings
from anninh_core.plugins import Plugins
from anninh_core.ports.keys import Keys
from anninh_core.vocabulary.district import District


def record_verification(district: District, settings: Settings, manifest: Manifest, keys: Keys) -> bool:
    """Note in an office that a backup of it was read, and is authentic; return whether there was an office to note it.

    Where the settings name a storage that holds nothing yet, or that opening would upgrade, nothing is made or changed.

    Args:
        district, settings: of the office.
        manifest: of a file that `verify` has read, and `require_authentic` has found to be of these keys.
        keys: of the office, opened.
    """
    if manifest.purpose != BACKUP or not _is_in_use(settings):
        return False
    without_messengers = settings.model_copy(update={"messengers": {}})
    with open_app(district, without_messengers, Parts(keys=keys)) as app:
        note_verified(app.context, manifest)
        audit_system_action(app.runner, "keeping.verify_backup", "backup.verified", content=manifest.content)
    return True


def _is_in_use(settings: Settings) -> bool:
    storage = Plugins(settings.plugins).open_storage(settings.storage)
    try:
        upgrade = find_pending_upgrade(storage)
        return upgrade is not None and bool(upgrade.found) and not upgrade.steps
    finally:
        storage.close()
