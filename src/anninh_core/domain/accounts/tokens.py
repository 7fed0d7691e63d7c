"""API tokens: what programs show that work for an officer. Named, limited, with an end, and shown once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from anninh_core.domain.accounts.base import AccountPart
from anninh_core.domain.accounts.credentials.tokens import API_PREFIX, draw_token, hash_token
from anninh_core.domain.accounts.kind import ACCOUNT, API_TOKEN
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.rules import Holder, require_operation
from anninh_core.domain.accounts.session import ApiToken, why_void
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
    """Tokens of one's own, and those of the officers of one's units."""

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
        """Make an API token of one's own, shown once. It takes no step-up, and ends with any role of its officer.

        Args:
            name: what it is for.
            until: it holds before this moment; a year at most.
            operations: the only ones it is good for, as `subject.verb`; None for all.
            units: the only ones it is good for, with what is below them; None for all.

        Raises:
            BadInput: no name, no end within a year, or a limit that names nothing; WrongStep: there are too many.
        """
        account = self._own_account(uow)
        self._check(uow, name, until, operations, units)
        permitted = None if operations is None else [require_operation(operation) for operation in operations]
        holder = self._require_room(uow, account)
        token = draw_token(API_PREFIX)
        made = ApiToken(
            id=self.context.ids.new(),
            officer=account.id,
            unit=account.unit,
            name=nfc(name).strip(),
            token=hash_token(self.context.keys, token),
            operations=_sort(permitted),
            units=_sort(units),
            made_at=uow.at,
            until=until,
            epoch=account.epoch,
            grants=holder.grants,
        )
        uow.add_event("account.token_made")
        uow.save(API_TOKEN, made)
        return NewToken(id=made.id, token=token, until=until)

    @query(Permission.OWN_ACCOUNT, public=True)
    def tokens(self, session: ReadSession) -> tuple[TokenRow, ...]:
        """List one's own API tokens, the oldest first; those that are over too."""
        account = self._own_account(session)
        return self._rows(session, account.id)

    @command(Permission.OWN_ACCOUNT, public=True)
    def revoke_token(self, uow: UnitOfWork, token_id: TokenId) -> None:
        """End one of one's own API tokens.

        Raises:
            NotVisible: there is no such token, or it is another's.
            WrongStep: it was revoked before.
        """
        account = self._own_account(uow)
        found = uow.get_visible(API_TOKEN, token_id, _SEE)
        if found.officer != account.id:
            raise uow.withhold(API_TOKEN.name, token_id, f"it is {found.officer}'s", _SEE)
        self._revoke(uow, found)

    @query(Permission.GRANT, public=True)
    def tokens_of(self, session: ReadSession, officer_id: OfficerId) -> tuple[TokenRow, ...]:
        """List the API tokens of an officer on whose unit one grants roles, the oldest first."""
        session.get_permitted(ACCOUNT, officer_id, "units.officers")
        return self._rows(session, officer_id)

    @command(Permission.GRANT, public=True)
    def withdraw_token(self, uow: UnitOfWork, token_id: TokenId) -> None:
        """End an API token of an officer on whose unit one grants roles.

        Raises:
            WrongStep: it was revoked before.
        """
        self._revoke(uow, uow.get_permitted(API_TOKEN, token_id, _SEE))

    def _require_room(self, uow: UnitOfWork, account: Account) -> Holder:
        """Return the officer of an account that may have one token more."""
        holder = self._holder(uow, account.id)
        if holder is None or not holder.grants:
            raise Refused(
                "Officer {officer} has no role that an API token could use: ask for a role first.", officer=uow.actor.id
            )
        living = [
            one for one in self._of(uow, account.id, complete=True) if not self._why_over(uow, one, account, holder)
        ]
        if len(living) >= self._rules.max_tokens:
            raise WrongStep(
                "An officer can have at most {most} API tokens: revoke one with {act:accounts.revoke_token}.",
                most=self._rules.max_tokens,
            )
        return holder

    def _check(
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

    def _revoke(self, uow: UnitOfWork, token: ApiToken) -> None:
        if token.revoked_at is not None:
            raise WrongStep("API token {token} was revoked already.", token=token.id)
        uow.facts["officer"] = token.officer
        uow.add_event("account.token_revoked")
        uow.save(API_TOKEN, token.revoked(uow.actor.label, uow.at))

    def _of(self, session: ReadSession, officer_id: str, *, complete: bool) -> list[ApiToken]:
        return list(session.iter_all(API_TOKEN, "id", where={"officer": officer_id}, complete=complete))

    def _why_over(self, session: ReadSession, token: ApiToken, account: Account | None, holder: Holder | None) -> str:
        return token.why_over(session.at) or why_void(token, account, holder)

    def _rows(self, session: ReadSession, officer_id: str) -> tuple[TokenRow, ...]:
        account = session.get_readable(ACCOUNT, officer_id)
        holder = self._holder(session, officer_id)
        return tuple(
            TokenRow(
                id=one.id,
                officer=one.officer,
                name=one.name,
                operations=_sort(one.sign_in().operations),
                units=one.units,
                made_at=one.made_at,
                until=one.until,
                is_over=bool(self._why_over(session, one, account, holder)),
                version=one.version,
            )
            for one in self._of(session, officer_id, complete=False)
        )


def _sort(names: Iterable[str] | None) -> tuple[str, ...] | None:
    return None if names is None else tuple(sorted({*names}))
