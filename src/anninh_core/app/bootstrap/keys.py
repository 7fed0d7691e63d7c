"""Functions that open the keys. New keys are created for an empty storage only: with a storage in use they would hide a
loss.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from anninh_core.app.bootstrap.passphrase import PassphraseSource
from anninh_core.app.settings import Settings, has_key_store_plugin
from anninh_core.kernel.crypto.passphrase import require_long_passphrase
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.plugins import Plugins
from anninh_core.ports.keys import Keys, ProtectableKeys
from anninh_core.ports.storages.changes import IndexSpec
from anninh_core.ports.storages.storage import Storage


def open_keys(plugins: Plugins, settings: Settings, storage: Storage | None = None) -> Keys:
    """Open the keys of a storage.

    Args:
        settings: name the place of the keys, and the source of the passphrase of a protected key file.
        storage: a prepared storage; if it is empty and the key file is missing, the file is created. None: never
            created.

    Raises:
        ConfigurationError: there are no keys and none may be created; or their passphrase isn't available.
        StorageError: the keys can't be read.
    """
    if has_key_store_plugin(settings):
        return plugins.keys(settings.keys.partition("://")[0])(settings.keys)
    path = Path(settings.keys)
    if path.exists():
        return _key_file_factory(plugins, settings)(path)
    if storage is None or not is_empty(storage):
        raise ConfigurationError(
            "Key file {file} doesn't exist, and nothing stored can be read without it: put its copy there, "
            "or make it from a recovery copy with `anninh keys restore`. New keys are made for an empty "
            "storage only.",
            file=path,
        )
    return make_key_file(plugins, settings)


def make_key_file(plugins: Plugins, settings: Settings) -> Keys:
    """Create a key file with new keys, protected at once if the settings lead to a passphrase.

    Raises:
        BadInput: that passphrase is too short; no file is created.
    """
    passphrase = PassphraseSource(settings.keys_passphrase, settings.keys).read_configured()
    if passphrase is not None:
        require_long_passphrase(passphrase)
    keys = _key_file_factory(plugins, settings)(Path(settings.keys), create=True)
    if passphrase is not None and isinstance(keys, ProtectableKeys):
        keys.protect(passphrase)
    return keys


def _key_file_factory(plugins: Plugins, settings: Settings) -> Callable[..., Keys]:
    """Return a function that opens or creates a key file, with the passphrase from the configured source."""
    factory = plugins.keys("local")
    if not getattr(factory, "takes_passphrase", False):
        return factory
    return partial(factory, passphrase=PassphraseSource(settings.keys_passphrase, settings.keys))


def is_empty(storage: Storage) -> bool:
    """Return whether nothing was ever stored: a new storage contains only its index specifications."""
    return all(isinstance(row, IndexSpec) for row in storage.maintenance.dump())
