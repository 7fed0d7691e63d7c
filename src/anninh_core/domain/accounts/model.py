"""An officer's account: by what the officer signs in, and what ends all of it at once."""

from datetime import datetime
from enum import StrEnum

from attrs import evolve, field, frozen

MAX_KNOWN_ADDRESSES = 8
"""Addresses from which somebody signed in before: a flood of guesses from elsewhere doesn't slow them down there."""


class NoticeKind(StrEnum):
    """What the owner of an account is shown at the next sign-in."""

    SECOND_FACTOR_RESET = "second_factor_reset"
    OPERATOR_RESET = "operator_reset"
    PASSWORD_RESET = "password_reset"  # noqa: S105  a word, no password
    RESTORED = "restored"


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
        made_at: when it was made.
    """

    hash: str = field(repr=False)
    until: datetime
    made_at: datetime

    def matches(self, hash: str, at: datetime) -> bool:
        """Tell whether it is the code of a hash, and holds."""
        return self.hash == hash and at < self.until


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
        return evolve(self.ended(), totp="", totp_step=0, recovery=())

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
