"""An officer's own passkeys: listing, adding, confirming and removing. The device's responses are verified before."""

from datetime import datetime

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.credentials.second_factor import record_passkey_use
from anninh_core.domain.accounts.kind import ACCOUNT, SESSION
from anninh_core.domain.accounts.model import Account, Passkey
from anninh_core.domain.accounts.views import PasskeyRow
from anninh_core.kernel.errors import BadInput, Refused, StepUpNeeded, WrongStep
from anninh_core.usecase.arguments import Id
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MOST = 10
_SEE = "accounts.passkeys"
_LONGEST_NAME = 100


class OwnPasskeys(AccountPart):
    """Use cases for an officer's own passkeys. API tokens are refused."""

    @query(Permission.OWN_ACCOUNT, public=True)
    def passkeys(self, session: ReadSession) -> tuple[PasskeyRow, ...]:
        """List your own passkeys, the oldest first."""
        return tuple(build_passkey_row(passkey) for passkey in self._require_own_account(session).passkeys)

    @query(Permission.OWN_ACCOUNT)
    def guarded_account(self, session: ReadSession) -> Account:
        """Return the caller's account, after checking that a passkey may be added; the caller still verifies the
        password.

        Raises:
            StepUpNeeded: the account has a second factor that wasn't shown just now, or no password to verify.
            WrongStep: the account has too many passkeys.
        """
        account = self._require_own_account(session)
        sign_in = session.actor.sign_in
        if (account.is_guarded or not account.password) and not sign_in.is_fresh(session.at):
            raise StepUpNeeded(session.action, sign_in.method.value)
        if len(account.passkeys) >= _MOST:
            raise WrongStep(
                "An account can have at most {most} passkeys: remove one with {act:accounts.remove_passkey}.",
                most=_MOST,
            )
        return account

    @query(Permission.OWN_ACCOUNT)
    def read_account(self, session: ReadSession) -> Account:
        """Return the caller's account as it is stored."""
        return self._require_own_account(session)

    @command(Permission.OWN_ACCOUNT)
    def keep_passkey(self, uow: UnitOfWork, passkey: Passkey) -> PasskeyRow:
        """Add a new passkey. The caller has verified that it may be added, and the device's response.

        Raises:
            BadInput: the name is invalid.
            WrongStep: the account already has the passkey, or too many passkeys.
        """
        if not 1 <= len(passkey.name) <= _LONGEST_NAME or not passkey.name.isprintable():
            raise BadInput(
                "A passkey needs a name of 1 to {most} printable characters: use, for example, the name of the device.",
                most=_LONGEST_NAME,
            )
        account = self._require_own_account(uow)
        if account.find_passkey(passkey.id) is not None:
            raise WrongStep("The account already has this passkey.")
        if len(account.passkeys) >= _MOST:
            raise WrongStep(
                "An account can have at most {most} passkeys: remove one with {act:accounts.remove_passkey}.",
                most=_MOST,
            )
        uow.add_event("account.passkey_added")
        uow.save(ACCOUNT, account.with_passkey(passkey))
        if (
            not account.is_guarded and (current := self._find_current_session(uow)) is not None
        ):  # The device has verified its user, so the new passkey counts as a second factor shown just now.
            uow.save(SESSION, current.refreshed(uow.at + self._rules.fresh))
        return build_passkey_row(passkey)

    @command(Permission.OWN_ACCOUNT, public=True, irreversible=True, step_up=True)
    def remove_passkey(self, uow: UnitOfWork, passkey_id: Id) -> None:
        """Remove one of your own passkeys; other sessions and all API tokens end.

        Raises:
            NotVisible: there is no such passkey, or it is another officer's.
        """
        account = self._require_own_account(uow)
        if account.find_passkey(passkey_id) is None:
            raise uow.build_withheld_error("passkey", passkey_id, "the account has none of that id", _SEE)
        removed = account.without_passkey(passkey_id)
        uow.add_event("account.passkey_removed")
        uow.save(ACCOUNT, removed)
        if (current := self._find_current_session(uow)) is not None:
            uow.save(SESSION, evolve(current, epoch=removed.epoch))

    @command(Permission.OWN_ACCOUNT)
    def refresh_by_passkey(self, uow: UnitOfWork, use: PasskeyUse) -> datetime:
        """Confirm a passkey again in the current session; return until when it counts as just shown.

        Raises:
            NotSignedIn: the passkey was removed, or its signature count isn't above the stored one.
            Refused: there is no session, or its sign-in method never takes a second factor.
        """
        account = self._require_own_account(uow)
        current = self._require_current_session(uow)
        fresh_until = uow.at + self._rules.fresh
        refreshed = current.refreshed(fresh_until)
        if not refreshed.sign_in().is_fresh(uow.at):
            raise Refused(
                "A sign-in by {method} can't be confirmed with a second factor: sign in with your passkey.",
                method=current.method,
            )
        uow.save(ACCOUNT, record_passkey_use(account, use, uow.at))
        uow.save(SESSION, refreshed)
        uow.add_event("account.second_factor_shown")
        return fresh_until


def build_passkey_row(passkey: Passkey) -> PasskeyRow:
    """Return the list row of a passkey, without its public key."""
    return PasskeyRow(id=passkey.id, name=passkey.name, added_at=passkey.added_at, used_at=passkey.used_at)
