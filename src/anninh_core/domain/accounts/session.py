"""Sessions and API tokens: what somebody shows instead of signing in anew, and until when it holds."""

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
        token: keyed hash of what the officer's program shows.
        epoch: the account's when it began.
        grants: the officer's grants when it began; it ends with the first of them that does.
        fresh_until: until when the second factor that was shown counts as just shown.
        ended_at: when somebody ended it.
        client: what the owner recognises it by, such as the name of a program or a machine.
        system_user: who was at the machine, by the machine's own name; "" where it came over the network.
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
        """Return when it ends if it isn't used meanwhile: after a rest, or after its longest time."""
        return min(self.began_at + rules.session_life, max(seen_at, self.began_at) + rules.idle)

    def why_over(self, at: datetime, rules: SignInRules, seen_at: datetime) -> str:
        """Say why it holds no longer, "" while it does."""
        if self.ended_at is not None:
            return Sentence("it was ended")
        if at >= self.began_at + rules.session_life:
            return Sentence("its time has ended")
        if at >= self.ends_at(rules, seen_at):
            return Sentence("it was unused for too long")
        return ""

    def sign_in(self, *, takes_second_factor: bool = False) -> SignIn:
        """Return how its officer is known.

        Args:
            takes_second_factor: whether a role of the officer does. A service or proxy that signs people in answers
                for its own.
        """
        owes = takes_second_factor and (
            self.method is SignInMethod.CHAT or (self.method is SignInMethod.PASSWORD and self.fresh_until is None)
        )
        return SignIn(self.method, self.id, self.fresh_until, owes_second_factor=owes)

    def refreshed(self, until: datetime) -> "Session":
        """Return it after a second factor was shown again."""
        return evolve(self, fresh_until=until)

    def ended(self, at: datetime) -> "Session":
        """Return it ended."""
        return evolve(self, ended_at=at, fresh_until=None)


@frozen(kw_only=True)
class ApiToken:
    """What a program shows that works for an officer.

    Attributes:
        name: what its owner calls it.
        token: keyed hash of it.
        operations: the only ones it is good for, as `subject.verb`; None for all that the officer may.
        units: the only ones it is good for, with what is below them; None for all that the officer may.
        until: it holds before this moment.
        epoch, grants: as for a session.
        revoked_by: who ended it, as the journal names actors.
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

    def why_over(self, at: datetime) -> str:
        """Say why it holds no longer, "" while it does."""
        if self.revoked_at is not None:
            return Sentence("it was revoked")
        return Sentence("its time has ended") if at >= self.until else ""

    def sign_in(self) -> SignIn:
        """Return how its officer is known."""
        operations = None if self.operations is None else frozenset(self.operations)
        units = None if self.units is None else frozenset(self.units)
        return SignIn(SignInMethod.TOKEN, self.id, operations=operations, units=units)

    def revoked(self, by: str, at: datetime) -> "ApiToken":
        """Return it revoked."""
        return evolve(self, revoked_at=at, revoked_by=by)


def why_void(shown: Session | ApiToken, account: Account | None, holder: Holder | None) -> str:
    """Say why a session or token holds no longer whatever its own time says, "" while it does.

    Args:
        shown: the session or token.
        account: of its officer; None where it can't be read any more.
        holder: its officer; None where nobody of that id is on record.
    """
    if account is None or holder is None:
        return Sentence("the officer isn't on record any more")
    if shown.epoch != account.epoch:
        return Sentence("all sign-ins of the account were ended")
    if not holder.grants:
        return Sentence("the officer has no role")
    if not set(shown.grants) <= set(holder.grants):
        return Sentence("a role of the officer has ended")
    return ""
