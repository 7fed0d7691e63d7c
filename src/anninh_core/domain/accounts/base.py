"""What the parts of the accounts share: rules, lookups, and whose account it is."""

from collections.abc import Iterator

from anninh_core.domain.accounts.kind import ACCOUNT, SESSION
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Holder, OfficerLookups, SignInRules
from anninh_core.domain.accounts.session import Session, why_void
from anninh_core.domain.accounts.unnamed_proxies import UnnamedProxies
from anninh_core.domain.accounts.use import SessionUse
from anninh_core.domain.accounts.views import AccountView
from anninh_core.kernel.errors import Refused
from anninh_core.ports.authenticator import SignInMethod
from anninh_core.usecase.marks import Service
from anninh_core.usecase.named_values.adapter_state import EncryptedState
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork

_STATE = "accounts.sign_in"  # with a dot: no messenger instance is called so


class AccountPart(Service):
    """Base of the parts.

    Args:
        officers: tells what is known of an officer.
        rules: how long things hold.
    """

    action_prefix = "accounts"

    def __init__(self, runner: UseCaseRunner, officers: OfficerLookups, rules: SignInRules) -> None:
        super().__init__(runner)
        self._officers = officers
        self._rules = rules
        self._use = SessionUse(open_state(runner), rules.session_life)
        self.unnamed_proxies = UnnamedProxies(open_state(runner))

    def _holder(self, session: ReadSession, officer_id: str) -> Holder | None:
        return self._officers.find_holder(session.context, officer_id, session.today)

    def _own_account(self, session: ReadSession) -> Account:
        """Return the account of the person who asks.

        Raises:
            Refused: there is none, or a program asks.
        """
        session.permitted_units()
        if session.actor.sign_in.method is SignInMethod.TOKEN:
            raise Refused(
                "Officer {officer} used an API token, which can't manage an account: sign in without the token.",
                officer=session.actor.id,
            )
        account = session.get_readable(ACCOUNT, session.actor.id)
        if account is None:
            raise Refused(
                "Officer {officer} has no account: ask an officer who grants roles for an invitation "
                "({act:accounts.invite}).",
                officer=session.actor.id,
            )
        session.permit(account.unit)
        return account

    def _own_session(self, uow: UnitOfWork, id: str) -> Session:
        account = self._own_account(uow)
        found = uow.get_visible(SESSION, id, "accounts.sessions")
        if found.officer != account.id:
            raise uow.withhold(SESSION.name, id, f"it is {found.officer}'s", "accounts.sessions")
        return found

    def _find_current(self, uow: UnitOfWork) -> Session | None:
        id = uow.actor.sign_in.session
        return self._own_session(uow, id) if id else None

    def _current(self, uow: UnitOfWork) -> Session:
        self._own_account(uow)
        if (current := self._find_current(uow)) is None:
            raise Refused("Officer {officer} isn't signed in to an account: sign in first.", officer=uow.actor.id)
        return current

    def _living_sessions(self, session: ReadSession, account: Account) -> Iterator[Session]:
        """Yield the sessions of an account that still hold, the oldest first; a damaged one admits nobody."""
        holder = self._holder(session, account.id)
        uses = self._use.of(account.id)
        for known in session.iter_all(SESSION, "id", where={"officer": account.id, "open": True}, complete=False):
            seen_at = uses.get(known.id, known.began_at)
            if not known.why_over(session.at, self._rules, seen_at) and not why_void(known, account, holder):
                yield known


def open_state(runner: UseCaseRunner) -> EncryptedState:
    """Return where is kept what is no record: tries to sign in, and uses of sessions."""
    return EncryptedState(runner, _STATE)


def show_account(account: Account) -> AccountView:
    """Return what of an account may leave."""
    return AccountView(
        officer=account.id,
        name=account.name,
        has_password=bool(account.password),
        has_second_factor=account.has_second_factor,
        passkeys=len(account.passkeys),
        recovery_codes=len(account.recovery),
        password_set_at=account.password_set_at,
        invited_until=account.setup.until if account.setup else None,
        version=account.version,
    )
