"""All account services: sign-in, own account, tokens and administration."""

from anninh_core.domain.accounts.administration import AccountAdministration
from anninh_core.domain.accounts.base import open_sign_in_state
from anninh_core.domain.accounts.credentials.slow_down import SlowDown
from anninh_core.domain.accounts.credentials.tickets import SignInTickets
from anninh_core.domain.accounts.own.account import OwnAccount
from anninh_core.domain.accounts.own.passkeys import OwnPasskeys
from anninh_core.domain.accounts.rules import OfficerLookups, SignInRules
from anninh_core.domain.accounts.sign_in import SignIns
from anninh_core.domain.accounts.tokens import ApiTokens
from anninh_core.usecase.runner import UseCaseRunner


class Accounts:
    """The account services of an app, in one object.

    Attributes:
        tickets: tickets of sign-ins with two steps.
    """

    def __init__(self, runner: UseCaseRunner, officers: OfficerLookups, rules: SignInRules) -> None:
        self.slow_down = SlowDown(open_sign_in_state(runner), runner.context.keys)
        self.tickets = SignInTickets(open_sign_in_state(runner), runner.context.keys)
        self.sign_ins = SignIns(runner, officers, rules)
        self.own = OwnAccount(runner, officers, rules)
        self.own_passkeys = OwnPasskeys(runner, officers, rules)
        self.api_tokens = ApiTokens(runner, officers, rules)
        self.administration = AccountAdministration(runner, officers, rules)
