"""An officer's account: by what the officer signs in, and what ends all of it at once."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

MAX_KNOWN_ADDRESSES = 8
"""Addresses from which somebody signed in before: a flood of guesses from elsewhere doesn't slow them down there."""


class NoticeKind(StrEnum):
    """What the owner of an account is shown at the next sign-in."""

    SECOND_FACTOR_RESET = "second_factor_reset"
    """Somebody took the second factor away."""
    OPERATOR_RESET = "operator_reset"
    """Whoever runs the machine took the sign-in away."""
    PASSWORD_RESET = "password_reset"  # noqa: S105  a word, no password
    """The password was set anew."""
    RESTORED = "restored"
    """A backup was restored, so that what was set since is gone."""


@frozen(kw_only=True)
class Notice:
    """Something that was done to an account by somebody else.

    Attributes:
        by: who did it, as the journal names actors.
    """

    at: datetime
    kind: NoticeKind
    by: str


@frozen(kw_only=True)
class OneTimeCode:
    """A code that was shown or sent once.

    Attributes:
        hash: keyed hash of it.
        until: it holds before this moment.
    """

    hash: str = field(repr=False)
    until: datetime
    made_at: datetime

    def matches(self, hash: str, at: datetime) -> bool:
        """Tell whether it is the code of a hash, and holds."""
        return self.hash == hash and at < self.until


@frozen(kw_only=True)
class Passkey:
    """A key pair whose private half stays in a device of the officer, or in the keeper of the officer's devices.

    Attributes:
        id: as the device calls it.
        name: as the owner calls it.
        public_key: as the device gave it.
        sign_count: how often it had signed when it was last used; 0 where the device doesn't count.
        used_at: when it was last used, None for never.
    """

    id: str
    name: str
    public_key: str = field(repr=False)
    sign_count: int
    added_at: datetime
    used_at: datetime | None = None


@frozen(kw_only=True)
class Account:
    """By what an officer signs in.

    Attributes:
        id: the officer's.
        unit: where the officer is at home.
        name: the sign-in name, case folded; "" before it was set up.
        password: Argon2id hash; "" before it was set up, and after it was taken away.
        totp: secret of the authenticator app, "" for none.
        totp_step: newest step of time of which a code was taken.
        pending_totp: a secret that was shown, and not yet confirmed by a code.
        recovery: keyed hashes of the recovery codes that are left.
        passkeys: by which the officer signs in without anything else, the oldest first.
        setup: the code by which name and password are set.
        chat_code: the code that was sent to the officer's chat.
        epoch: sessions and tokens of an earlier one hold no longer.
        addresses: keyed hashes of those from which the owner signed in of late, the newest first.
        notices: what the owner is shown at the next sign-in.
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
        """Whether a sign-in takes more than the password."""
        return bool(self.totp)

    @property
    def is_guarded(self) -> bool:
        """Whether its owner can show a second factor, and so has to before another is added."""
        return bool(self.totp or self.passkeys)

    def find_passkey(self, id: str) -> Passkey | None:
        """Return the passkey of an id."""
        return next((one for one in self.passkeys if one.id == id), None)

    def with_passkey(self, passkey: Passkey) -> "Account":
        """Return it with one passkey more, or with one after it was used."""
        if self.find_passkey(passkey.id) is None:
            return evolve(self, passkeys=(*self.passkeys, passkey))
        return evolve(self, passkeys=tuple(passkey if one.id == passkey.id else one for one in self.passkeys))

    def without_passkey(self, id: str) -> "Account":
        """Return it with one passkey less; whoever was signed in isn't any more."""
        return evolve(self.ended(), passkeys=tuple(one for one in self.passkeys if one.id != id))

    def invited(self, code: OneTimeCode) -> "Account":
        """Return it with a code that sets name and password; an earlier one holds no longer."""
        return evolve(self, setup=code)

    def set_up(self, name: str, password: str, at: datetime) -> "Account":
        """Return it with a name and a password; the code is used up, and whoever was signed in isn't any more."""
        return evolve(self.with_password(password, at), name=name)

    def with_password(self, password: str, at: datetime) -> "Account":
        """Return it with another password; whoever was signed in isn't any more."""
        return evolve(self.ended(), password=password, password_set_at=at)

    def ended(self) -> "Account":
        """Return it with all its sessions, tokens and open codes void."""
        return evolve(self, epoch=self.epoch + 1, setup=None, chat_code=None, pending_totp="")

    def without_second_factor(self) -> "Account":
        """Return it without its second factor; whoever was signed in isn't any more."""
        return evolve(self.ended(), totp="", totp_step=0, recovery=(), passkeys=())

    def without_password(self) -> "Account":
        """Return it with nothing that anybody could sign in by."""
        return evolve(self.without_second_factor(), password="")

    def with_second_factor(self, secret: str, step: int, recovery: tuple[str, ...]) -> "Account":
        """Return it with an authenticator app that was shown to work, and new recovery codes."""
        return evolve(self, totp=secret, totp_step=step, recovery=recovery, pending_totp="")

    def noticed(self, notice: Notice) -> "Account":
        """Return it with something that its owner is to be shown."""
        return evolve(self, notices=(*self.notices, notice))

    def seen_from(self, address: str) -> "Account":
        """Return it with an address from which its owner has signed in; "" for an unknown one."""
        if not address:
            return self
        others = (other for other in self.addresses if other != address)
        return evolve(self, addresses=(address, *others)[:MAX_KNOWN_ADDRESSES])


@frozen(kw_only=True)
class AccountName:
    """A sign-in name that is taken.

    Attributes:
        id: keyed hash of the name.
        officer: whose it is, also after another was taken: a name never leads to two people.
    """

    id: str
    unit: str
    officer: str
