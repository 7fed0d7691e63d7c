"""One's own passkeys: listed, kept, shown again, removed. What a device answered was checked before."""

from datetime import datetime

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.passkeys import PasskeyUse
from anninh_core.domain.accounts.credentials.second_factor import take_passkey
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
    """An officer's own passkeys. No API token reaches them."""

    @query(Permission.OWN_ACCOUNT, public=True)
    def passkeys(self, session: ReadSession) -> tuple[PasskeyRow, ...]:
        """List one's own passkeys, the oldest first."""
        return tuple(show_passkey(one) for one in self._own_account(session).passkeys)

    @query(Permission.OWN_ACCOUNT)
    def guarded_account(self, session: ReadSession) -> Account:
        """Return one's own account, to which a passkey may be added if the password is known.

        Raises:
            StepUpNeeded: there is a second factor that wasn't shown just now, or no password to be asked for.
            WrongStep: there are too many already.
        """
        account = self._own_account(session)
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
        """Return one's own account as it is kept."""
        return self._own_account(session)

    @command(Permission.OWN_ACCOUNT)
    def keep_passkey(self, uow: UnitOfWork, passkey: Passkey) -> PasskeyRow:
        """Add a passkey that a device has made. Whoever calls has seen that it may be added, and that it is right.

        Raises:
            BadInput: the name isn't fit.
            WrongStep: it is there already, or there are too many.
        """
        if not 1 <= len(passkey.name) <= _LONGEST_NAME or not passkey.name.isprintable():
            raise BadInput(
                "A passkey needs a name of 1 to {most} printable characters: use, for example, the name of the device.",
                most=_LONGEST_NAME,
            )
        account = self._own_account(uow)
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
            not account.is_guarded and (current := self._find_current(uow)) is not None
        ):  # the device has seen its person
            uow.save(SESSION, current.refreshed(uow.at + self._rules.fresh))
        return show_passkey(passkey)

    @command(Permission.OWN_ACCOUNT, public=True, irreversible=True, step_up=True)
    def remove_passkey(self, uow: UnitOfWork, passkey_id: Id) -> None:
        """Remove one of one's own passkeys; other sessions end, and API tokens.

        Raises:
            NotVisible: there is no such passkey, or it is another's.
        """
        account = self._own_account(uow)
        if account.find_passkey(passkey_id) is None:
            raise uow.withhold("passkey", passkey_id, "the account has none of that id", _SEE)
        removed = account.without_passkey(passkey_id)
        uow.add_event("account.passkey_removed")
        uow.save(ACCOUNT, removed)
        if (current := self._find_current(uow)) is not None:
            uow.save(SESSION, evolve(current, epoch=removed.epoch))

    @command(Permission.OWN_ACCOUNT)
    def refresh_by_passkey(self, uow: UnitOfWork, use: PasskeyUse) -> datetime:
        """Show a passkey again, in the session in which one asks; return until when it counts as just shown.

        Raises:
            NotSignedIn: there is no such passkey any more, or it has signed since.
            Refused: the session is one that never takes a second factor, or there is none.
        """
        account = self._own_account(uow)
        current = self._current(uow)
        fresh_until = uow.at + self._rules.fresh
        refreshed = current.refreshed(fresh_until)
        if not refreshed.sign_in().is_fresh(uow.at):
            raise Refused(
                "A sign-in by {method} can't be confirmed with a second factor: sign in with your passkey.",
                method=current.method,
            )
        uow.save(ACCOUNT, take_passkey(account, use, uow.at))
        uow.save(SESSION, refreshed)
        uow.add_event("account.second_factor_shown")
        return fresh_until


def show_passkey(passkey: Passkey) -> PasskeyRow:
    """Return what of a passkey may leave."""
    return PasskeyRow(id=passkey.id, name=passkey.name, added_at=passkey.added_at, used_at=passkey.used_at)
