"""Sessions and API tokens: credentials after a sign-in, and the end of their validity."""

from datetime import datetime

from attrs import evolve, field, frozen

from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Holder, SignInRules
from anninh_core.kernel.sentences import Sentence
from anninh_core.ports.authenticator import SignIn, SignInMethod


@frozen(kw_only=True)
class Session:
    """One sign-in of an officer.

    Attributes:
        token: keyed hash of the token that the officer's client sends.
        epoch: epoch of the account at the beginning of the session.
        grants: the officer's grants at the beginning; the session ends as soon as one of them does.
        fresh_until: until when the second factor counts as just shown.
        ended_at: when the officer ended it, or None.
        client: label that identifies the session to its owner, such as the name of a program or machine.
        system_user: system account of the person at the machine; "" for a session over the network.
    """

    id: str
    officer: str
    unit: str
    token: str = field(repr=False)
    method: SignInMethod
    epoch: int
    grants: tuple[str, ...]
    began_at: datetime
    fresh_until: datetime | None = None
    ended_at: datetime | None = None
    client: str = ""
    system_user: str = ""
    version: int = 0

    def ends_at(self, rules: SignInRules, seen_at: datetime) -> datetime:
        """Return the end of the session if it isn't used meanwhile: after the idle time, or after its longest
        duration.
        """
        return min(self.began_at + rules.session_life, max(seen_at, self.began_at) + rules.idle)

    def find_end_reason(self, at: datetime, rules: SignInRules, seen_at: datetime) -> str:
        """Return the reason why the session has ended, "" while it is valid."""
        if self.ended_at is not None:
            return Sentence("it was ended")
        if at >= self.began_at + rules.session_life:
            return Sentence("its time has ended")
        if at >= self.ends_at(rules, seen_at):
            return Sentence("it was unused for too long")
        return ""

    def sign_in(self, *, takes_second_factor: bool = False) -> SignIn:
        """Return the sign-in that use cases check.

        Args:
            takes_second_factor: whether a role of the officer requires a second factor. A sign-in service or proxy is
                responsible for its own.
        """
        owes = takes_second_factor and (
            self.method is SignInMethod.CHAT or (self.method is SignInMethod.PASSWORD and self.fresh_until is None)
        )
        return SignIn(self.method, self.id, self.fresh_until, owes_second_factor=owes)

    def refreshed(self, until: datetime) -> "Session":
        """Return the session after a second factor was shown again."""
        return evolve(self, fresh_until=until)

    def ended(self, at: datetime) -> "Session":
        """Return the session as ended."""
        return evolve(self, ended_at=at, fresh_until=None)


@frozen(kw_only=True)
class ApiToken:
    """Credential of a program that works for an officer.

    Attributes:
        name: name that its owner chose.
        token: keyed hash of the token.
        operations: the only operations allowed, as `subject.verb`; None for all that the officer may use.
        units: the only units allowed, with the units below them; None for all of the officer's.
        until: end of its validity, exclusive.
        epoch, grants: as for a session.
        revoked_by: label of the actor who revoked it, as in the journal.
    """

    id: str
    officer: str
    unit: str
    name: str
    token: str = field(repr=False)
    operations: tuple[str, ...] | None
    units: tuple[str, ...] | None
    made_at: datetime
    until: datetime
    epoch: int
    grants: tuple[str, ...]
    revoked_at: datetime | None = None
    revoked_by: str = ""
    version: int = 0

    def find_end_reason(self, at: datetime) -> str:
        """Return the reason why the token has ended, "" while it is valid."""
        if self.revoked_at is not None:
            return Sentence("it was revoked")
        return Sentence("its time has ended") if at >= self.until else ""

    def sign_in(self) -> SignIn:
        """Return the sign-in by this token that use cases check."""
        operations = None if self.operations is None else frozenset(self.operations)
        units = None if self.units is None else frozenset(self.units)
        return SignIn(SignInMethod.TOKEN, self.id, operations=operations, units=units)

    def revoked(self, by: str, at: datetime) -> "ApiToken":
        """Return the token as revoked."""
        return evolve(self, revoked_at=at, revoked_by=by)


def find_invalidity(credential: Session | ApiToken, account: Account | None, holder: Holder | None) -> str:
    """Return why a session or token is invalid because of its account or officer, "" if it isn't.

    Args:
        credential: the session or token.
        account: account of its officer; None if it can't be read any more.
        holder: its officer; None if no officer with that id is on record.
    """
    if account is None or holder is None:
        return Sentence("the officer isn't on record any more")
    if credential.epoch != account.epoch:
        return Sentence("all sign-ins of the account were ended")
    if not holder.grants:
        return Sentence("the officer has no role")
    if not set(credential.grants) <= set(holder.grants):
        return Sentence("a role of the officer has ended")
    return ""
