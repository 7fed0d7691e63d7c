"""Use cases for an officer's own account: sessions, password and second factor."""

from datetime import datetime

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart, build_account_view
from anninh_core.domain.accounts.credentials.second_factor import draw_recovery_codes, use_up_code
from anninh_core.domain.accounts.credentials.totp import build_provisioning_uri, draw_secret, find_step
from anninh_core.domain.accounts.kind import ACCOUNT, SESSION
from anninh_core.domain.accounts.session import Session
from anninh_core.domain.accounts.views import AccountView, RecoveryCodes, SessionRow, TotpEnrolment
from anninh_core.kernel.errors import NotSignedIn, Refused, StepUpNeeded, WrongStep
from anninh_core.usecase.arguments import SessionId
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission


class OwnAccount(AccountPart):
    """Use cases for an officer's own account. API tokens are refused."""

    @query(Permission.OWN_ACCOUNT, public=True)
    def account(self, session: ReadSession) -> AccountView:
        """Return your own account."""
        return build_account_view(self._require_own_account(session))

    @query(Permission.OWN_ACCOUNT, public=True)
    def sessions(self, session: ReadSession) -> tuple[SessionRow, ...]:
        """List your own valid sessions, the oldest first."""
        account = self._require_own_account(session)
        uses = self._use.of(account.id)
        current = session.actor.sign_in.session
        return tuple(
            SessionRow(
                id=valid_session.id,
                method=valid_session.method,
                client=valid_session.client,
                began_at=valid_session.began_at,
                seen_at=uses.get(valid_session.id, valid_session.began_at),
                ends_at=valid_session.ends_at(self._rules, uses.get(valid_session.id, valid_session.began_at)),
                is_current=valid_session.id == current,
                version=valid_session.version,
            )
            for valid_session in self._iter_valid_sessions(session, account)
        )

    @command(Permission.OWN_ACCOUNT, public=True)
    def end_session(self, uow: UnitOfWork, session_id: SessionId) -> None:
        """End one of your own sessions.

        Raises:
            NotVisible: there is no such session, or it is another officer's.
            WrongStep: it was ended before.
        """
        self._end_session(uow, self._require_own_session(uow, session_id))

    @command(Permission.OWN_ACCOUNT, public=True)
    def sign_out(self, uow: UnitOfWork) -> None:
        """End the session in which you sign out.

        Raises:
            Refused: you have no session.
        """
        self._end_session(uow, self._require_current_session(uow))

    @command(Permission.OWN_ACCOUNT)
    def set_password(self, uow: UnitOfWork, password: str) -> None:
        """Set another password; all sessions and API tokens end.

        Args:
            password: hash of the password; the caller has verified the old password.
        """
        account = self._require_own_account(uow)
        uow.add_event("account.password_changed")
        uow.save(ACCOUNT, account.with_password(password, uow.at))

    @command(Permission.OWN_ACCOUNT)
    def begin_totp(self, uow: UnitOfWork) -> TotpEnrolment:
        """Create a secret for an authenticator app; `confirm_totp` puts it in force.

        The caller has verified the password.

        Raises:
            StepUpNeeded: there is an app or a passkey already, and neither was shown just now.
        """
        account = self._require_own_account(uow)
        if account.is_guarded and not uow.actor.sign_in.is_fresh(uow.at):
            raise StepUpNeeded(uow.action, uow.actor.sign_in.method.value)
        secret = draw_secret()
        uow.add_event("account.second_factor_begun")
        uow.save(ACCOUNT, evolve(account, pending_totp=secret))
        return TotpEnrolment(
            secret=secret, uri=build_provisioning_uri(secret, account.name, self.context.district.name)
        )

    @command(Permission.OWN_ACCOUNT, public=True)
    def confirm_totp(self, uow: UnitOfWork, code: str) -> RecoveryCodes:
        """Put an authenticator app in force with one of its codes, and return recovery codes, which are shown once.

        From now on, every sign-in by password needs a code too. Other sessions and all API tokens end.

        Raises:
            WrongStep: no authenticator app waits for confirmation.
            NotSignedIn: the code is wrong.
        """
        account = self._require_own_account(uow)
        if not account.pending_totp:
            raise WrongStep("No authenticator app is waiting to be confirmed: begin with {act:accounts.begin_totp}.")
        step = find_step(account.pending_totp, code, uow.at, 0)
        if step is None:
            raise NotSignedIn("The code is wrong: check that the clock of your phone is right, then try again.")
        codes, hashes = draw_recovery_codes(self.context.keys, account.id, self._rules.recovery_codes)
        confirmed = account.with_second_factor(account.pending_totp, step, hashes)
        uow.add_event("account.second_factor_set")
        uow.save(ACCOUNT, evolve(confirmed, epoch=confirmed.epoch + 1))
        if (current := self._find_current_session(uow)) is not None:
            fresh_until = uow.at + self._rules.fresh
            uow.save(SESSION, evolve(current.refreshed(fresh_until), epoch=confirmed.epoch + 1))
        return RecoveryCodes(codes=codes)

    @command(Permission.OWN_ACCOUNT, public=True, step_up=True)
    def renew_recovery_codes(self, uow: UnitOfWork) -> RecoveryCodes:
        """Return new recovery codes, which are shown once; the earlier ones become invalid.

        Raises:
            WrongStep: the account has no second factor.
        """
        account = self._require_own_account(uow)
        if not account.has_second_factor:
            raise WrongStep(
                "The account has no authenticator app, so it can't have recovery codes: add one with "
                "{act:accounts.begin_totp}."
            )
        codes, hashes = draw_recovery_codes(self.context.keys, account.id, self._rules.recovery_codes)
        uow.add_event("account.recovery_codes_renewed")
        uow.save(ACCOUNT, evolve(account, recovery=hashes))
        return RecoveryCodes(codes=codes)

    @command(Permission.OWN_ACCOUNT)
    def refresh(self, uow: UnitOfWork, code: str) -> datetime:
        """Confirm the second factor again in the current session; return until when it counts as just shown.

        The caller throttles guesses.

        Raises:
            WrongStep: the account has no second factor.
            NotSignedIn: the code is wrong, or was used before.
            Refused: there is no session, or its sign-in method never takes a second factor.
        """
        account = self._require_own_account(uow)
        current = self._require_current_session(uow)
        if not account.has_second_factor:
            raise WrongStep(
                "The account has no second factor: add an authenticator app with {act:accounts.begin_totp}."
            )
        fresh_until = uow.at + self._rules.fresh
        refreshed = current.refreshed(fresh_until)
        if not refreshed.sign_in().is_fresh(uow.at):
            raise Refused(
                "A sign-in by {method} can't be confirmed with a second factor: sign in with your password.",
                method=current.method,
            )
        uow.save(ACCOUNT, use_up_code(self.context.keys, account, code, uow.at))
        uow.save(SESSION, refreshed)
        uow.add_event("account.second_factor_shown")
        return fresh_until

    def _end_session(self, uow: UnitOfWork, session: Session) -> None:
        if session.ended_at is not None:
            raise WrongStep("Session {session} was ended already.", session=session.id)
        uow.add_event("account.session_ended")
        uow.save(SESSION, session.ended(uow.at))
