"""Other people's accounts: invited, reset by a second person, closed, and all void after a restore."""

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart, show_account
from anninh_core.domain.accounts.credentials.tokens import draw_code, hash_code
from anninh_core.domain.accounts.kind import ACCOUNT, ACCOUNT_NAME
from anninh_core.domain.accounts.model import Account, Notice, NoticeKind, OneTimeCode
from anninh_core.domain.accounts.rules import Holder
from anninh_core.domain.accounts.views import AccountView, SetupCode
from anninh_core.kernel.errors import Refused, WrongStep
from anninh_core.usecase.actor import ActorKind
from anninh_core.usecase.arguments import OfficerId
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_SEE = "units.officers"
_CODE_LETTERS = 12


class AccountAdministration(AccountPart):
    """What whoever grants roles on a unit does with the accounts of its officers. Nobody resets the own one here."""

    @query(Permission.GRANT, public=True)
    def account_of(self, session: ReadSession, officer_id: OfficerId) -> AccountView:
        """Return the account of an officer on whose unit one grants roles."""
        return show_account(session.get_permitted(ACCOUNT, officer_id, _SEE))

    @command(Permission.GRANT, public=True, daily=True, step_up=True)
    def invite(self, uow: UnitOfWork, officer_id: OfficerId) -> SetupCode:
        """Make a code by which an officer sets sign-in name and password, once; it is shown once.

        For an officer who has a password already it is the way to another one: the old one holds no longer, and all
        sessions and API tokens end. A second factor stays. The program itself invites only in a store in which nobody
        has signed up yet.

        Raises:
            Refused: it is one's own account, or the program invites where people can.
            WrongStep: the officer has no role.
        """
        holder = self._other(uow, officer_id)
        if uow.actor.kind is not ActorKind.PERSON and uow.find(ACCOUNT_NAME, "id", limit=1).items:
            raise Refused(
                "{actor} can't invite officers in a store that already has an account: ask an officer who "
                "grants roles, or use `anninh officers reset` with the recovery copy.",
                actor=uow.actor.label,
            )
        account = uow.get(ACCOUNT, officer_id)
        if account is not None and account.password:
            account = evolve(account.noticed(self._notice(uow, NoticeKind.PASSWORD_RESET)).ended(), password="")
        return self._invite(uow, holder, account, event="account.invited")

    @command(Permission.GRANT, public=True, irreversible=True, step_up=True)
    def reset_second_factor(self, uow: UnitOfWork, officer_id: OfficerId) -> AccountView:
        """Take second factor and passkeys off another officer's account, for somebody who lost them.

        The owner is told. All sessions and API tokens end. See in person that it is the officer who asks.

        Raises:
            Refused: it is one's own.
            WrongStep: there is none.
        """
        self._other(uow, officer_id)
        account = uow.get_permitted(ACCOUNT, officer_id, _SEE)
        if not account.is_guarded:
            raise WrongStep(
                "The account of officer {officer} has no second factor and no passkey, so there is nothing to reset.",
                officer=officer_id,
            )
        uow.facts["officer"] = officer_id
        uow.add_event("account.second_factor_reset")
        reset = account.without_second_factor().noticed(self._notice(uow, NoticeKind.SECOND_FACTOR_RESET))
        return show_account(uow.save(ACCOUNT, reset))

    @command(Permission.GRANT, public=True)
    def end_sessions(self, uow: UnitOfWork, officer_id: OfficerId) -> None:
        """End all sessions and API tokens of an officer on whose unit one grants roles."""
        account = uow.get_permitted(ACCOUNT, officer_id, _SEE)
        uow.facts["officer"] = officer_id
        uow.add_event("account.ended")
        uow.save(ACCOUNT, account.ended())

    @command(Permission.GRANT)
    def close(self, uow: UnitOfWork, officer_id: str) -> bool:
        """Take away all that an officer could sign in by; tells whether there was anything.

        A new invitation opens the account again.
        """
        self._visible(uow, officer_id)
        account = uow.get_readable(ACCOUNT, officer_id)
        uow.facts["officer"] = officer_id
        uow.add_event("account.closed")
        if account is not None:
            uow.save(ACCOUNT, account.without_password())
        return account is not None

    @command(Permission.BREAK_GLASS)
    def reset_by_operator(self, uow: UnitOfWork, officer_id: str) -> SetupCode:
        """Take password and second factor off an account where nobody is left who may, and return a setup code.

        The owner is told at the next sign-in.

        Raises:
            WrongStep: the officer has no role, or isn't on record.
        """
        uow.permit(self.context.district.root)
        holder = self._holder(uow, officer_id)
        if holder is None:
            raise WrongStep(
                "{officer!r} isn't an officer whose account could be reset: {act:units.officers} lists the officers.",
                officer=officer_id,
            )
        account = uow.get(ACCOUNT, officer_id)
        if account is not None:
            account = account.without_password().noticed(self._notice(uow, NoticeKind.OPERATOR_RESET))
        return self._invite(uow, holder, account, event="account.reset_by_operator")

    @command(Permission.OPERATE)
    def end_everything(self, uow: UnitOfWork) -> tuple[str, ...]:
        """End all sessions, API tokens and codes of everybody, as after a restore; returns the ids of their officers.

        The copy may be older than a revocation: what it brings back must not be shown again.
        """
        uow.permit(self.context.district.root)
        accounts = tuple(uow.iter_all(ACCOUNT, "id"))
        if not accounts:
            return ()
        for account in accounts:
            uow.save(ACCOUNT, account.ended().noticed(self._notice(uow, NoticeKind.RESTORED)))
        uow.facts["accounts"] = len(accounts)
        uow.add_event("account.all_ended")
        return tuple(account.id for account in accounts)

    def _other(self, uow: UnitOfWork, officer_id: str) -> Holder:
        """Return another officer on whose unit the actor may."""
        holder = self._visible(uow, officer_id)
        if uow.actor.id == officer_id:
            raise Refused(
                "Officer {officer} can't reset their own account: ask another officer, or change the "
                "password with {act:accounts.change_password}.",
                officer=uow.actor.id,
            )
        return holder

    def _visible(self, uow: UnitOfWork, officer_id: str) -> Holder:
        """Return an officer on whose unit the actor may; of others the actor hears what one hears of nobody."""
        permitted = uow.permitted_units()
        holder = self._holder(uow, officer_id)
        if holder is None:
            raise uow.withhold("officer", officer_id, "there is none", _SEE)
        if permitted is not None and holder.unit not in permitted:
            raise uow.withhold("officer", officer_id, f"it belongs to {holder.unit}", _SEE, unit=holder.unit)
        uow.permit(holder.unit)
        return holder

    def _invite(self, uow: UnitOfWork, holder: Holder, account: Account | None, *, event: str) -> SetupCode:
        if not holder.grants:
            raise WrongStep(
                "Officer {officer} has no role and couldn't sign in: grant one first with {act:units.grant}.",
                officer=holder.officer,
            )
        code = draw_code(_CODE_LETTERS)
        until = uow.at + self._rules.setup_life
        stored = OneTimeCode(hash=hash_code(self.context.keys, "setup code", code), until=until, made_at=uow.at)
        account = account or Account(id=holder.officer, unit=holder.unit)
        uow.facts["officer"] = holder.officer
        uow.add_event(event)
        uow.save(ACCOUNT, account.invited(stored))
        return SetupCode(officer=holder.officer, code=code, until=until)

    @staticmethod
    def _notice(uow: UnitOfWork, kind: NoticeKind) -> Notice:
        return Notice(at=uow.at, kind=kind, by=uow.actor.label)
