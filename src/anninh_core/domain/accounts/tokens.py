"""API tokens: credentials of programs that work for an officer. Each has a name, limits and an end, and is shown
once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.tokens import API_PREFIX, draw_token, hash_token
from anninh_core.domain.accounts.kind import ACCOUNT, API_TOKEN
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Holder, require_operation
from anninh_core.domain.accounts.session import ApiToken, find_invalidity
from anninh_core.domain.accounts.views import NewToken, TokenRow
from anninh_core.kernel.errors import BadInput, Refused, WrongStep
from anninh_core.kernel.text import nfc
from anninh_core.usecase.arguments import OfficerId, TokenId, UnitId
from anninh_core.usecase.marks import command, query
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

_MAX_NAME = 100
_SEE = "accounts.tokens"


class ApiTokens(AccountPart):
    """Use cases for your own API tokens, and for those of your units' officers."""

    @command(Permission.OWN_ACCOUNT, public=True, step_up=True)
    def make_token(
        self,
        uow: UnitOfWork,
        name: str,
        until: datetime,
        *,
        operations: Sequence[str] | None = None,
        units: Sequence[UnitId] | None = None,
    ) -> NewToken:
        """Create an API token of your own, which is shown once. It can't confirm a step-up, and ends with any role of
        its officer.

        Args:
            name: purpose of the token.
            until: end of its validity, exclusive; at most a year from now.
            operations: the only operations allowed, as `subject.verb`; None for all.
            units: the only units allowed, with the units below them; None for all.

        Raises:
            BadInput: no name, no end within a year, or an empty limit; WrongStep: there are too many.
        """
        account = self._require_own_account(uow)
        self._check_limits(uow, name, until, operations, units)
        permitted = None if operations is None else [require_operation(operation) for operation in operations]
        holder = self._require_token_room(uow, account)
        token = draw_token(API_PREFIX)
        api_token = ApiToken(
            id=self.context.ids.new(),
            officer=account.id,
            unit=account.unit,
            name=nfc(name).strip(),
            token=hash_token(self.context.keys, token),
            operations=_sort_names(permitted),
            units=_sort_names(units),
            made_at=uow.at,
            until=until,
            epoch=account.epoch,
            grants=holder.grants,
        )
        uow.add_event("account.token_made")
        uow.save(API_TOKEN, api_token)
        return NewToken(id=api_token.id, token=token, until=until)

    @query(Permission.OWN_ACCOUNT, public=True)
    def tokens(self, session: ReadSession) -> tuple[TokenRow, ...]:
        """List your own API tokens, the oldest first, with those that have ended."""
        account = self._require_own_account(session)
        return self._build_rows(session, account.id)

    @command(Permission.OWN_ACCOUNT, public=True)
    def revoke_token(self, uow: UnitOfWork, token_id: TokenId) -> None:
        """End one of your own API tokens.

        Raises:
            NotVisible: there is no such token, or it is another officer's.
            WrongStep: it was revoked before.
        """
        account = self._require_own_account(uow)
        api_token = uow.get_visible(API_TOKEN, token_id, _SEE)
        if api_token.officer != account.id:
            raise uow.build_withheld_error(API_TOKEN.name, token_id, f"it is {api_token.officer}'s", _SEE)
        self._revoke_token(uow, api_token)

    @query(Permission.GRANT, public=True)
    def tokens_of(self, session: ReadSession, officer_id: OfficerId) -> tuple[TokenRow, ...]:
        """List the API tokens of an officer, the oldest first. You need the permission to grant roles in the officer's
        unit.
        """
        session.get_permitted(ACCOUNT, officer_id, "units.officers")
        return self._build_rows(session, officer_id)

    @command(Permission.GRANT, public=True)
    def withdraw_token(self, uow: UnitOfWork, token_id: TokenId) -> None:
        """End an API token of an officer. You need the permission to grant roles in the officer's unit.

        Raises:
            WrongStep: it was revoked before.
        """
        self._revoke_token(uow, uow.get_permitted(API_TOKEN, token_id, _SEE))

    def _require_token_room(self, uow: UnitOfWork, account: Account) -> Holder:
        """Return the officer of an account, after checking that the officer has a role and may have another token."""
        holder = self._find_holder(uow, account.id)
        if holder is None or not holder.grants:
            raise Refused(
                "Officer {officer} has no role that an API token could use: ask for a role first.", officer=uow.actor.id
            )
        valid_tokens = [
            api_token
            for api_token in self._list_tokens(uow, account.id, complete=True)
            if not self._get_end_reason(uow, api_token, account, holder)
        ]
        if len(valid_tokens) >= self._rules.max_tokens:
            raise WrongStep(
                "An officer can have at most {most} API tokens: revoke one with {act:accounts.revoke_token}.",
                most=self._rules.max_tokens,
            )
        return holder

    def _check_limits(
        self,
        uow: UnitOfWork,
        name: str,
        until: datetime,
        operations: Sequence[str] | None,
        units: Sequence[str] | None,
    ) -> None:
        if not 0 < len(name.strip()) <= _MAX_NAME:
            raise BadInput(
                "An API token needs a name of 1 to {most} characters: write what the token is for.", most=_MAX_NAME
            )
        if until.tzinfo is None or not uow.at < until <= uow.at + self._rules.token_life:
            days = self._rules.token_life.days
            raise BadInput(
                "An API token can't end at {until}: choose a moment within the next {days} days, with a time zone.",
                days=days,
                until=until,
                argument="until",
            )
        if operations is not None and not operations:
            raise BadInput("An API token must be allowed at least one operation: name some, or give None for all.")
        if units is not None and not units:
            raise BadInput("An API token must be allowed at least one unit: name some, or give None for all.")
        for unit in units or ():
            self.context.district.unit(unit)

    def _revoke_token(self, uow: UnitOfWork, token: ApiToken) -> None:
        if token.revoked_at is not None:
            raise WrongStep("API token {token} was revoked already.", token=token.id)
        uow.facts["officer"] = token.officer
        uow.add_event("account.token_revoked")
        uow.save(API_TOKEN, token.revoked(uow.actor.label, uow.at))

    def _list_tokens(self, session: ReadSession, officer_id: str, *, complete: bool) -> list[ApiToken]:
        return list(session.iter_all(API_TOKEN, "id", where={"officer": officer_id}, complete=complete))

    def _get_end_reason(
        self, session: ReadSession, token: ApiToken, account: Account | None, holder: Holder | None
    ) -> str:
        return token.find_end_reason(session.at) or find_invalidity(token, account, holder)

    def _build_rows(self, session: ReadSession, officer_id: str) -> tuple[TokenRow, ...]:
        account = session.get_readable(ACCOUNT, officer_id)
        holder = self._find_holder(session, officer_id)
        return tuple(
            TokenRow(
                id=api_token.id,
                officer=api_token.officer,
                name=api_token.name,
                operations=_sort_names(api_token.sign_in().operations),
                units=api_token.units,
                made_at=api_token.made_at,
                until=api_token.until,
                is_over=bool(self._get_end_reason(session, api_token, account, holder)),
                version=api_token.version,
            )
            for api_token in self._list_tokens(session, officer_id, complete=False)
        )


def _sort_names(names: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted({*names}))
