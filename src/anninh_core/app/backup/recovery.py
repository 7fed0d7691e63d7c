"""Recovery copies: the keys under a passphrase, in a file that is kept away from the machine."""

from pathlib import Path

from anninh_core.app.backup.passphrase import unwrap, wrap
from anninh_core.kernel.errors import ConfigurationError
from anninh_core.kernel.files import write_atomically
from anninh_core.ports.keys import Keys, KeysCopy, PortableKeys


def write_recovery_copy(keys: Keys, file: Path, passphrase: str) -> None:
    """Write a recovery copy, and read it again.

    Raises:
        ConfigurationError: the keeper's keys can't be copied, or there is a file already.
        BadInput: the passphrase is too short.
    """
    if file.exists():
        raise ConfigurationError(f"{file} exists already; name another file, so that no older copy is lost")
    write_atomically(file, wrap(_export(keys), passphrase))
    require_live_keys(keys, read_recovery_copy(file, passphrase))


def read_recovery_copy(file: Path, passphrase: str) -> KeysCopy:
    """Return the keys of a recovery copy.

    Raises:
        ConfigurationError: it can't be read.
        DecryptionError: another passphrase, or an altered file.
        StorageError: it is no recovery copy.
    """
    try:
        wrapped = file.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{file} can't be read ({error.strerror}); name the recovery copy") from error
    return unwrap(wrapped, passphrase)


def require_live_keys(keys: Keys, copy: KeysCopy) -> None:
    """Check that a copy is one of the keys in use; it may be older than their newest epoch.

    Raises:
        ConfigurationError: it is of other keys, or the keeper's keys can't be compared.
    """
    if copy.blind != _export(keys).blind:  # it never changes, while epochs come and go
        raise ConfigurationError("the recovery copy is of other keys than this store's; look for the right one")


def _export(keys: Keys) -> KeysCopy:
    if not isinstance(keys, PortableKeys):
        raise ConfigurationError("these keys never leave their keeper; use the keeper's own recovery")
    return keys.export()
