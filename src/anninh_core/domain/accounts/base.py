"""Base class of the account services: rules, lookups, and the caller's own account."""

from collections.abc import Iterator

from anninh_core.domain.accounts.kind import ACCOUNT, SESSION
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Holder, OfficerLookups, SignInRules
from anninh_core.domain.accounts.session import Session, find_invalidity
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

_STATE = "accounts.sign_in"  # The name has a dot, so that no messenger instance can have it.


class AccountPart(Service):
    """Base class of the account services.

    Args:
        officers: lookups of officers and their chats.
        rules: lifetimes and limits of sessions, codes and tokens.
    """

    action_prefix = "accounts"

    def __init__(self, runner: UseCaseRunner, officers: OfficerLookups, rules: SignInRules) -> None:
        super().__init__(runner)
        self._officers = officers
        self._rules = rules
        self._use = SessionUse(open_sign_in_state(runner), rules.session_life)
        self.unnamed_proxies = UnnamedProxies(open_sign_in_state(runner))

    def _find_holder(self, session: ReadSession, officer_id: str) -> Holder | None:
        return self._officers.find_holder(session.context, officer_id, session.today)

    def _require_own_account(self, session: ReadSession) -> Account:
        """Return the caller's account.

        Raises:
            Refused: the officer has no account, or used an API token.
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

    def _require_own_session(self, uow: UnitOfWork, id: str) -> Session:
        account = self._require_own_account(uow)
        session = uow.get_visible(SESSION, id, "accounts.sessions")
        if session.officer != account.id:
            raise uow.build_withheld_error(SESSION.name, id, f"it is {session.officer}'s", "accounts.sessions")
        return session

    def _find_current_session(self, uow: UnitOfWork) -> Session | None:
        id = uow.actor.sign_in.session
        return self._require_own_session(uow, id) if id else None

    def _require_current_session(self, uow: UnitOfWork) -> Session:
        self._require_own_account(uow)
        if (current := self._find_current_session(uow)) is None:
            raise Refused("Officer {officer} isn't signed in to an account: sign in first.", officer=uow.actor.id)
        return current

    def _iter_valid_sessions(self, session: ReadSession, account: Account) -> Iterator[Session]:
        """Yield the valid sessions of an account, the oldest first; damaged sessions are omitted, because no one can
        use them.
        """
        holder = self._find_holder(session, account.id)
        uses = self._use.of(account.id)
        for candidate in session.iter_all(SESSION, "id", where={"officer": account.id, "open": True}, complete=False):
            seen_at = uses.get(candidate.id, candidate.began_at)
            if not candidate.find_end_reason(session.at, self._rules, seen_at) and not find_invalidity(
                candidate, account, holder
            ):
                yield candidate


def open_sign_in_state(runner: UseCaseRunner) -> EncryptedState:
    """Return the storage of sign-in state that isn't a record: failed attempts, used tickets, uses of sessions, unnamed
    proxies.
    """
    return EncryptedState(runner, _STATE)


def build_account_view(account: Account) -> AccountView:
    """Return the view of an account, without its secrets."""
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
