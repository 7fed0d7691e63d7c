"""Restoring a lost key file from its recovery copy."""

from pathlib import Path

from attrs import frozen

from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.bootstrap.keys import is_empty, is_service, key_file_factory
from anninh_core.app.bootstrap.passphrase import PassphraseSource
from anninh_core.app.factory import open_app
from anninh_core.app.parts import Parts
from anninh_core.app.recovery.copies import find_missing
from anninh_core.app.settings import Settings
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.key_management import EpochUse
from anninh_core.kernel.errors import ConfigurationError, Unsupported
from anninh_core.kernel.passphrase import require_long
from anninh_core.plugins import Plugins
from anninh_core.ports.copied_keys import CopiedKeys
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys, ProtectableKeys
from anninh_core.ports.storage import Storage
from anninh_core.vocabulary.district import District


@frozen(kw_only=True)
class RestoredKeys:
    """What came of it.

    Attributes:
        is_protected: whether the passphrase that the settings name protects the new key file.
        missing: epochs that the copy lacks, though something living is wrapped under them: that is lost unless an older
            or newer copy has them.
        is_empty: whether the storage holds nothing yet: a backup may be restored into it now.
    """

    is_protected: bool
    missing: tuple[EpochUse, ...]
    is_empty: bool


def restore_keys(district: District, settings: Settings, copy: KeysCopy) -> RestoredKeys:
    """Make the key file that settings name from a recovery copy, in a place that has none.

    The journal says so where there is one. Where the settings lead to a passphrase, the file is protected by it from
    its first moment.

    Raises:
        ConfigurationError: there is a key file, the settings name no file, or the storage was made with other keys.
        BadInput: the copy is incomplete, or the passphrase of the settings is too short.
        Unsupported: the keeper takes no keys from elsewhere.
    """
    path = Path(settings.keys)
    if is_service(settings):
        raise ConfigurationError(f"`keys` of the settings names a key service, {settings.keys}; use its own recovery")
    if path.exists():
        raise ConfigurationError(f"there is a key file {path}; move it away first, nothing was changed")
    plugins, copied = Plugins(settings.plugins), CopiedKeys(copy, "the recovery copy")
    passphrase = PassphraseSource(settings.keys_passphrase, settings.keys).read_configured()
    if passphrase is not None:
        require_long(passphrase)
    is_unused = _require_own(plugins, settings, copied)
    keys = _make_key_file(plugins, settings, copy, passphrase)
    if is_unused:
        return RestoredKeys(is_protected=passphrase is not None, missing=(), is_empty=True)
    quiet = settings.model_copy(update={"messengers": {}})  # nothing is sent, and no platform is asked
    with open_app(district, quiet, Parts(keys=keys)) as app:
        audit_system_action(app.runner, "keeping.restore_keys", "keys.restored", epoch=copy.current)
        missing = find_missing(app.context, copy)
    return RestoredKeys(is_protected=passphrase is not None, missing=missing, is_empty=False)


def _require_own(plugins: Plugins, settings: Settings, copied: CopiedKeys) -> bool:
    """Raise `ConfigurationError` for a storage of other keys; returns whether nothing is stored yet."""
    storage = plugins.open_storage(settings.storage)
    try:
        storage.prepare(SPECS)
        if _is_of_others(storage, copied):
            raise ConfigurationError(
                "the recovery copy is of other keys than those that this storage was made with; look for the right one"
            )
        return is_empty(storage)
    finally:
        storage.close()


def _is_of_others(storage: Storage, copied: CopiedKeys) -> bool:
    fingerprint = storage.states.get("app", "keys")
    return fingerprint is not None and fingerprint.body.decode() != copied.blind("app", "keys")


def _make_key_file(plugins: Plugins, settings: Settings, copy: KeysCopy, passphrase: str | None) -> Keys:
    path = Path(settings.keys)
    keys = key_file_factory(plugins, settings)(path, create=True)
    try:
        if passphrase is not None and isinstance(keys, ProtectableKeys):
            keys.protect(passphrase)
        _require_portable(keys).adopt(copy)
    except BaseException:
        path.unlink()  # new keys, which open nothing here, must not lie in the place of the lost ones
        raise
    return keys


def _require_portable(keys: Keys) -> PortableKeys:
    if not isinstance(keys, PortableKeys):
        raise Unsupported(f"{type(keys).__name__} takes no keys from elsewhere; use its own recovery")
    return keys
