"""Accounts: the door, one's own, tokens and administration put together."""

from anninh_core.domain.accounts.administration import AccountAdministration
from anninh_core.domain.accounts.base import open_state
from anninh_core.domain.accounts.credentials.slow_down import SlowDown
from anninh_core.domain.accounts.credentials.tickets import SignInTickets
from anninh_core.domain.accounts.own.account import OwnAccount
from anninh_core.domain.accounts.own.passkeys import OwnPasskeys
from anninh_core.domain.accounts.rules import OfficerLookups, SignInRules
from anninh_core.domain.accounts.sign_in import SignIns
from anninh_core.domain.accounts.tokens import ApiTokens
from anninh_core.usecase.runner import UseCaseRunner


class Accounts:
    """By what officers sign in.

    Attributes:
        tickets: of sign-ins that take two steps.
    """

    def __init__(self, runner: UseCaseRunner, officers: OfficerLookups, rules: SignInRules) -> None:
        self.slow_down = SlowDown(open_state(runner), runner.context.keys)
        self.tickets = SignInTickets(open_state(runner), runner.context.keys)
        self.door = SignIns(runner, officers, rules)
        self.own = OwnAccount(runner, officers, rules)
        self.own_passkeys = OwnPasskeys(runner, officers, rules)
        self.api_tokens = ApiTokens(runner, officers, rules)
        self.administration = AccountAdministration(runner, officers, rules)
