"""Restoring a lost key file from its recovery copy."""

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from anninh_core.app.backup.audit import audit_system_action
from anninh_core.app.bootstrap.keys import is_empty, make_key_file
from anninh_core.app.factory import open_app
from anninh_core.app.injected_ports import Parts
from anninh_core.app.settings import Settings, has_key_store_plugin
from anninh_core.domain.index_specs import SPECS
from anninh_core.domain.key_management.service import count_keys
from anninh_core.kernel.errors import ConfigurationError, Unsupported
from anninh_core.plugins import Plugins
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys, ProtectableKeys
from anninh_core.ports.storages.copied_keys import CopiedKeys, with_new_epoch
from anninh_core.ports.storages.storage import Storage
from anninh_core.vocabulary.district import District


@frozen(kw_only=True)
class RestoredKeys:
    """Result of restoring a key file.

    Attributes:
        epoch: key epoch now in use.
        is_protected: whether the passphrase from the settings protects the new key file.
        missing: epochs that weren't in the copy -> number of data keys in use that are wrapped under them and can't be
            unwrapped.
        is_empty: whether the storage is still empty, so that a backup can be restored into it now.
    """

    epoch: str
    is_protected: bool
    missing: Mapping[str, int]
    is_empty: bool


def restore_keys(district: District, settings: Settings, copy: KeysCopy, *, incomplete: bool = False) -> RestoredKeys:
    """Create the missing key file that settings name, from a recovery copy.

    The audit log of a storage in use records it. If the settings lead to a passphrase, the file is protected before the
    keys are written into it.

    Args:
        copy: from `read_recovery_copy`.
        incomplete: accepts a copy that doesn't decrypt everything stored; it continues with a new epoch.

    Raises:
        ConfigurationError: a key file exists, the settings name no file, the storage was created with other keys, or
            the copy doesn't decrypt all of it.
        BadInput: the copy is incomplete, or the passphrase of the settings is too short.
        Unsupported: the key store can't import keys.
    """
    path = Path(settings.keys)
    if has_key_store_plugin(settings):
        raise ConfigurationError(
            "The setting `keys` names a key service ({service}): use the recovery of that service.",
            service=settings.keys,
        )
    if path.exists():
        raise ConfigurationError(
            "Key file {file} already exists, and nothing was changed: move it away first.", file=path
        )
    plugins = Plugins(settings.plugins)
    is_unused, missing = _inspect_storage(plugins, settings, CopiedKeys(copy, "the recovery copy"))
    if missing and not incomplete:
        raise _incomplete_copy_error(missing)
    keys = _make_key_file(plugins, settings, with_new_epoch(copy, missing) if missing else copy)
    if not is_unused:
        # Without messengers, the app sends nothing and calls no platform.
        quiet = settings.model_copy(update={"messengers": {}})
        with open_app(district, quiet, Parts(keys=keys)) as app:
            audit_system_action(app.internals.runner, "keeping.restore_keys", "keys.restored", epoch=keys.epoch)
    return RestoredKeys(
        epoch=keys.epoch,
        is_protected=isinstance(keys, ProtectableKeys) and keys.is_protected,
        missing=missing,
        is_empty=is_unused,
    )


def _incomplete_copy_error(missing: Mapping[str, int]) -> ConfigurationError:
    return ConfigurationError(
        "The recovery copy is too old, and nothing was changed. It lacks these epochs (number of data keys "
        "in parentheses): {epochs}. Find a newer copy, or continue with --incomplete, without what those "
        "keys seal.",
        epochs=tuple(f"{epoch} ({count:,})" for epoch, count in missing.items()),
    )


def _inspect_storage(plugins: Plugins, settings: Settings, copied: CopiedKeys) -> tuple[bool, Mapping[str, int]]:
    """Return whether the storage is empty, and the number of data keys per epoch that isn't in the copy."""
    storage = plugins.open_storage(settings.storage)
    try:
        storage.prepare(SPECS)
        if _has_other_keys(storage, copied):
            raise ConfigurationError(
                "The recovery copy doesn't belong to the keys of this storage: find the right copy."
            )
        counts = count_keys(storage.keyring, copied.epoch)
        return is_empty(storage), {name: counts[name] for name in sorted(counts) if name not in copied.copy.epochs}
    finally:
        storage.close()


def _has_other_keys(storage: Storage, copied: CopiedKeys) -> bool:
    fingerprint = storage.states.get("app", "keys")
    return fingerprint is not None and fingerprint.body.decode() != copied.blind("app", "keys")


def _make_key_file(plugins: Plugins, settings: Settings, copy: KeysCopy) -> Keys:
    keys = make_key_file(plugins, settings)
    try:
        _require_importable(keys).adopt(copy)
    except BaseException:
        # The new key file is removed, because its keys decrypt nothing in this storage and must not take the place of
        # the lost keys.
        Path(settings.keys).unlink()
        raise
    return keys


def _require_importable(keys: Keys) -> PortableKeys:
    if not isinstance(keys, PortableKeys):
        raise Unsupported(
            "Keys of type {type} can't be imported: use the recovery of the service that keeps them.",
            type=type(keys).__name__,
        )
    return keys
