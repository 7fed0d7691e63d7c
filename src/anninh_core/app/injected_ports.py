"""Ports that a program injects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:  # At run time these classes aren't imported here, so that importing this module stays cheap.
    from anninh_core.domain.accounts.credentials.passwords import PasswordProfile
    from anninh_core.ports.authenticator import Authenticator
    from anninh_core.ports.blobs import Blobs
    from anninh_core.ports.clock import Clock, Ids
    from anninh_core.ports.identity_provider import IdentityProvider
    from anninh_core.ports.keys import Keys
    from anninh_core.ports.messengers.messenger import Messenger
    from anninh_core.ports.scanner import FileInspector
    from anninh_core.ports.storages.storage import Storage


@frozen(kw_only=True)
class Parts:
    """Ports injected in place of those from the settings; None means "as in the settings".

    Attributes:
        authenticators: further authenticators of callers from outside, tried after the accounts in the storage.
        passwords: cost of a password hash; OWASP's profile of 19 MiB unless another is given.
        identity_provider: the authority's sign-in service.
        filled_by: why the storage was just filled, a `BreakReason` that an entry in the audit log records; "" for a
            storage in use.
        only_reads: whether the app is opened only to examine the stored data: opening then upgrades and writes nothing.
    """

    storage: Storage | None = None
    keys: Keys | None = None
    blobs: Blobs | None = None
    clock: Clock | None = None
    ids: Ids | None = None
    messengers: Mapping[str, Messenger] | None = None
    plugins: Mapping[str, object] | None = None
    inspector: FileInspector | None = None
    passwords: PasswordProfile | None = None
    authenticators: Sequence[Authenticator] = ()
    identity_provider: IdentityProvider | None = None
    filled_by: str = ""
    only_reads: bool = False
