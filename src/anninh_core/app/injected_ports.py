"""Ports that a program hands in itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:  # a program that only names the door, as every import of it does, waits for nothing
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
    """Ports filled by hand instead of by the settings; None means "as the settings say".

    Attributes:
        authenticators: who else knows people that call from outside, asked after the accounts of the store.
        passwords: what a hash of a password costs; OWASP's profile of 19 MiB unless another is given.
        identity_provider: the authority's sign-in service.
        filled_by: where the storage was filled just now, a `BreakReason`: the journal goes on with an entry that says
            so. "" for one that goes on as it was left.
        only_reads: whether the app is opened to examine what is stored: opening it upgrades, notes and continues
            nothing.
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
