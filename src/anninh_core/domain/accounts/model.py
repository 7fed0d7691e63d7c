"""An officer's account: its credentials, and the epoch that ends all its sessions at once."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

MAX_KNOWN_ADDRESSES = 8
"""Number of addresses remembered from earlier sign-ins; guesses from elsewhere don't delay sign-ins from these
addresses.
"""


class NoticeKind(StrEnum):
    """Kind of a notice that the owner of an account sees at the next sign-in."""

    SECOND_FACTOR_RESET = "second_factor_reset"
    """Another officer reset the second factor."""
    OPERATOR_RESET = "operator_reset"
    """The operator removed password and second factor."""
    PASSWORD_RESET = "password_reset"  # noqa: S105  a word, no password
    """The password was reset by a new invitation."""
    RESTORED = "restored"
    """A backup was restored, so that later changes are lost."""


@frozen(kw_only=True)
class Notice:
    """A change to an account that wasn't made by its owner.

    Attributes:
        by: actor's label, as in the journal.
    """

    at: datetime
    kind: NoticeKind
    by: str


@frozen(kw_only=True)
class OneTimeCode:
    """A code that was shown or sent once.

    Attributes:
        hash: keyed hash of the code.
        until: end of its validity, exclusive.
    """

    hash: str = field(repr=False)
    until: datetime
    made_at: datetime

    def matches(self, hash: str, at: datetime) -> bool:
        """Return whether the code has the hash `hash` and is still valid."""
        return self.hash == hash and at < self.until


@frozen(kw_only=True)
class Passkey:
    """A key pair with its private half in a device of the officer, or in the password manager of the officer's devices.

    Attributes:
        id: credential id that the device chose.
        name: name that the owner chose.
        public_key: as the device sent it.
        sign_count: number of signatures at the last use; 0 if the device doesn't count.
        used_at: time of the last use, or None.
    """

    id: str
    name: str
    public_key: str = field(repr=False)
    sign_count: int
    added_at: datetime
    used_at: datetime | None = None


@frozen(kw_only=True)
class Account:
    """An officer's credentials.

    Attributes:
        id: id of the officer.
        unit: home unit of the officer.
        name: sign-in name, case folded; "" before it was set up.
        password: Argon2id hash; "" before it was set up, and after it was removed.
        totp: secret of the authenticator app, "" for none.
        totp_step: newest time step with a used code.
        pending_totp: secret that was shown, and not yet confirmed by a code.
        recovery: keyed hashes of the unused recovery codes.
        passkeys: each is enough to sign in; the oldest first.
        setup: code for setting name and password.
        chat_code: code that was sent to the officer's chat.
        epoch: sessions and tokens with an earlier epoch are invalid.
        addresses: keyed hashes of the addresses of recent sign-ins, the newest first.
        notices: notices for the next sign-in.
    """

    id: str
    unit: str
    name: str = ""
    password: str = field(default="", repr=False)
    password_set_at: datetime | None = None
    totp: str = field(default="", repr=False)
    totp_step: int = 0
    pending_totp: str = field(default="", repr=False)
    recovery: tuple[str, ...] = field(default=(), repr=False)
    passkeys: tuple[Passkey, ...] = ()
    setup: OneTimeCode | None = None
    chat_code: OneTimeCode | None = None
    epoch: int = 0
    addresses: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    version: int = 0

    @property
    def has_second_factor(self) -> bool:
        """Whether a sign-in by password also needs a code."""
        return bool(self.totp)

    @property
    def is_guarded(self) -> bool:
        """Whether its owner has a second factor or passkey, and so must show it before another is added."""
        return bool(self.totp or self.passkeys)

    def find_passkey(self, id: str) -> Passkey | None:
        """Return the passkey with an id, or None."""
        return next((passkey for passkey in self.passkeys if passkey.id == id), None)

    def with_passkey(self, passkey: Passkey) -> "Account":
        """Return the account with a passkey added, or updated after its use."""
        if self.find_passkey(passkey.id) is None:
            return evolve(self, passkeys=(*self.passkeys, passkey))
        return evolve(
            self, passkeys=tuple(passkey if existing.id == passkey.id else existing for existing in self.passkeys)
        )

    def without_passkey(self, id: str) -> "Account":
        """Return the account without a passkey; all its sessions and tokens end."""
        return evolve(self.ended(), passkeys=tuple(passkey for passkey in self.passkeys if passkey.id != id))

    def invited(self, code: OneTimeCode) -> "Account":
        """Return the account with a setup code for name and password; an earlier setup code becomes invalid."""
        return evolve(self, setup=code)

    def set_up(self, name: str, password: str, at: datetime) -> "Account":
        """Return the account with a name and a password; the setup code is used up, and all sessions and tokens end."""
        return evolve(self.with_password(password, at), name=name)

    def with_password(self, password: str, at: datetime) -> "Account":
        """Return the account with another password; all its sessions and tokens end."""
        return evolve(self.ended(), password=password, password_set_at=at)

    def ended(self) -> "Account":
        """Return the account after all its sessions, tokens and open codes became invalid."""
        return evolve(self, epoch=self.epoch + 1, setup=None, chat_code=None, pending_totp="")

    def without_second_factor(self) -> "Account":
        """Return the account without second factor and passkeys; all its sessions and tokens end."""
        return evolve(self.ended(), totp="", totp_step=0, recovery=(), passkeys=())

    def without_password(self) -> "Account":
        """Return the account without any credentials."""
        return evolve(self.without_second_factor(), password="")

    def with_second_factor(self, secret: str, step: int, recovery: tuple[str, ...]) -> "Account":
        """Return the account with a confirmed authenticator app and new recovery codes."""
        return evolve(self, totp=secret, totp_step=step, recovery=recovery, pending_totp="")

    def noticed(self, notice: Notice) -> "Account":
        """Return the account with a notice for its owner added."""
        return evolve(self, notices=(*self.notices, notice))

    def seen_from(self, address: str) -> "Account":
        """Return the account with an address of a sign-in added as the newest; unchanged for "", an unknown address."""
        if not address:
            return self
        others = (other for other in self.addresses if other != address)
        return evolve(self, addresses=(address, *others)[:MAX_KNOWN_ADDRESSES])


@frozen(kw_only=True)
class AccountName:
    """A sign-in name that is taken.

    Attributes:
        id: keyed hash of the name.
        officer: its owner, even after the officer took another name: a name never leads to two people.
    """

    id: str
    unit: str
    officer: str
