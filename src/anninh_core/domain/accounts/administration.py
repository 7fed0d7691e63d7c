"""Administration of other officers' accounts: invitation, reset, closing, and the end of all sessions after a
restore.
"""

from attrs import evolve

from anninh_core.domain.accounts.base import AccountPart, build_account_view
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
    """Use cases for officers who grant roles, on the accounts of their units' officers. No one can reset their own
    account here.
    """

    @query(Permission.GRANT, public=True)
    def account_of(self, session: ReadSession, officer_id: OfficerId) -> AccountView:
        """Return the account of an officer. You need the permission to grant roles in the officer's unit."""
        return build_account_view(session.get_permitted(ACCOUNT, officer_id, _SEE))

    @command(Permission.GRANT, public=True, daily=True, step_up=True)
    def invite(self, uow: UnitOfWork, officer_id: OfficerId) -> SetupCode:
        """Create a code with which an officer sets a sign-in name and password, once; the code is shown once.

        If the officer has a password already, it becomes invalid, and all sessions and API tokens end. A second factor
        stays. The program itself can invite only while no account has a sign-in name.

        Raises:
            Refused: it is your own account, or the program invites although an account exists.
            WrongStep: the officer has no role.
        """
        holder = self._require_other_officer(uow, officer_id)
        if uow.actor.kind is not ActorKind.PERSON and uow.find(ACCOUNT_NAME, "id", limit=1).items:
            raise Refused(
                "{actor} can't invite officers in a store that already has an account: ask an officer who "
                "grants roles, or use `anninh officers reset` with the recovery copy.",
                actor=uow.actor.label,
            )
        account = uow.get(ACCOUNT, officer_id)
        if account is not None and account.password:
            account = evolve(account.noticed(self._build_notice(uow, NoticeKind.PASSWORD_RESET)).ended(), password="")
        return self._invite(uow, holder, account, event="account.invited")

    @command(Permission.GRANT, public=True, irreversible=True, step_up=True)
    def reset_second_factor(self, uow: UnitOfWork, officer_id: OfficerId) -> AccountView:
        """Remove the second factor and all passkeys from another officer's account, after the officer lost them.

        The owner sees a notice at the next sign-in. All sessions and API tokens end. Make sure in person that the
        request comes from the officer.

        Raises:
            Refused: it is your own account.
            WrongStep: the account has neither a second factor nor a passkey.
        """
        self._require_other_officer(uow, officer_id)
        account = uow.get_permitted(ACCOUNT, officer_id, _SEE)
        if not account.is_guarded:
            raise WrongStep(
                "The account of officer {officer} has no second factor and no passkey, so there is nothing to reset.",
                officer=officer_id,
            )
        uow.facts["officer"] = officer_id
        uow.add_event("account.second_factor_reset")
        reset = account.without_second_factor().noticed(self._build_notice(uow, NoticeKind.SECOND_FACTOR_RESET))
        return build_account_view(uow.save(ACCOUNT, reset))

    @command(Permission.GRANT, public=True)
    def end_sessions(self, uow: UnitOfWork, officer_id: OfficerId) -> None:
        """End all sessions and API tokens of an officer. You need the permission to grant roles in the officer's
        unit.
        """
        account = uow.get_permitted(ACCOUNT, officer_id, _SEE)
        uow.facts["officer"] = officer_id
        uow.add_event("account.ended")
        uow.save(ACCOUNT, account.ended())

    @command(Permission.GRANT)
    def close(self, uow: UnitOfWork, officer_id: str) -> bool:
        """Remove all credentials of an officer; return whether the officer had an account.

        A new invitation opens the account again.
        """
        self._require_permitted_officer(uow, officer_id)
        account = uow.get_readable(ACCOUNT, officer_id)
        uow.facts["officer"] = officer_id
        uow.add_event("account.closed")
        if account is not None:
            uow.save(ACCOUNT, account.without_password())
        return account is not None

    @command(Permission.BREAK_GLASS)
    def reset_by_operator(self, uow: UnitOfWork, officer_id: str) -> SetupCode:
        """Remove password and second factor of an account, and return a setup code; for the operator, when no officer
        with permission is left.

        The owner sees a notice at the next sign-in.

        Raises:
            WrongStep: the officer has no role, or isn't on record.
        """
        uow.permit(self.context.district.root)
        holder = self._find_holder(uow, officer_id)
        if holder is None:
            raise WrongStep(
                "{officer!r} isn't an officer whose account could be reset: {act:units.officers} lists the officers.",
                officer=officer_id,
            )
        account = uow.get(ACCOUNT, officer_id)
        if account is not None:
            account = account.without_password().noticed(self._build_notice(uow, NoticeKind.OPERATOR_RESET))
        return self._invite(uow, holder, account, event="account.reset_by_operator")

    @command(Permission.OPERATE)
    def end_everything(self, uow: UnitOfWork) -> tuple[str, ...]:
        """End all sessions, API tokens and codes of every account, as after a restore; return the ids of their
        officers.

        The restored copy may be older than a revocation: sessions and tokens revoked since then must not become valid
        again.
        """
        uow.permit(self.context.district.root)
        accounts = tuple(uow.iter_all(ACCOUNT, "id"))
        if not accounts:
            return ()
        for account in accounts:
            uow.save(ACCOUNT, account.ended().noticed(self._build_notice(uow, NoticeKind.RESTORED)))
        uow.facts["accounts"] = len(accounts)
        uow.add_event("account.all_ended")
        return tuple(account.id for account in accounts)

    def _require_other_officer(self, uow: UnitOfWork, officer_id: str) -> Holder:
        """Return another officer of a unit in which the actor has the permission.

        Raises:
            Refused: it is the actor's own account.
        """
        holder = self._require_permitted_officer(uow, officer_id)
        if uow.actor.id == officer_id:
            raise Refused(
                "Officer {officer} can't reset their own account: ask another officer, or change the "
                "password with {act:accounts.change_password}.",
                officer=uow.actor.id,
            )
        return holder

    def _require_permitted_officer(self, uow: UnitOfWork, officer_id: str) -> Holder:
        """Return an officer of a unit in which the actor has the permission; for any other officer, raise the error of
        an unknown id.
        """
        permitted = uow.permitted_units()
        holder = self._find_holder(uow, officer_id)
        if holder is None:
            raise uow.build_withheld_error("officer", officer_id, "there is none", _SEE)
        if permitted is not None and holder.unit not in permitted:
            raise uow.build_withheld_error(
                "officer", officer_id, f"it belongs to {holder.unit}", _SEE, unit=holder.unit
            )
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
    def _build_notice(uow: UnitOfWork, kind: NoticeKind) -> Notice:
        return Notice(at=uow.at, kind=kind, by=uow.actor.label)
