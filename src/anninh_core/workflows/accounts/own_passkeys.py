"""Workflows for one's own passkeys: adding a passkey and showing it again each take two steps, and the device acts
between them.
"""

from datetime import datetime

from anninh_core.domain.accounts.credentials.passkeys import (
    PasskeyRules,
    build_creation_options,
    build_request_options,
    read_claimed_passkey,
    read_new_passkey,
    verify_passkey_use,
)
from anninh_core.domain.accounts.credentials.tickets import Ticket
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.views import PasskeyOffer, PasskeyRow
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotFound, NotSignedIn
from anninh_core.kernel.text import nfc
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.arguments import Words
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.accounts.own_account import OwnAccountChanges
from anninh_core.workflows.base import Workflow

_CHALLENGE = "challenge"


class OwnPasskeyChanges(Workflow):
    """Changes the actor's own passkeys, protected by the account's password.

    Args:
        changes: checks the password.
        passkeys: the domain for passkeys and its rules; None if the settings name no domain.
    """

    action_prefix = "own_passkeys"

    def __init__(
        self, runner: UseCaseRunner, services: Services, changes: OwnAccountChanges, passkeys: PasskeyRules | None
    ) -> None:
        super().__init__(runner, services)
        self._changes = changes
        self._passkeys = passkeys

    @workflow(Permission.OWN_ACCOUNT, public=True, daily=True)
    def begin_passkey(self, actor: Actor, password: str) -> PasskeyOffer:
        """Return the options with which a device creates a passkey; `add_passkey` stores it.

        Args:
            actor: owner of the new passkey.
            password: the current one, "" if the account has none, so that a stolen session can't add its own key.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the password is wrong.
            StepUpNeeded: there is a second factor already, or no password, and none was shown just now.
            TooManyRequests: too many tries failed.
        """
        rules = require_rules(self._passkeys)
        account = self.services.accounts.own_passkeys.guarded_account(actor)
        if account.password:
            self._changes.check_own_password(actor, password)
        ticket = self._draw_ticket(_build_creation_purpose(account))
        challenge = ticket.derive(self.context.keys, _CHALLENGE)
        name = account.name or account.id
        return build_passkey_offer(ticket, build_creation_options(rules, account.id, name, account.passkeys, challenge))

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def add_passkey(self, actor: Actor, ticket: str, credential: Words, name: str) -> PasskeyRow:
        """Store the passkey that a device has created.

        Args:
            actor: owner of the passkey.
            ticket: from `begin_passkey`.
            credential: the device's response as JSON (`PublicKeyCredential.toJSON()`).
            name: the owner's name for it, such as the device's name.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the response is wrong, or the ticket is no longer valid.
            BadInput: the name isn't acceptable.
        """
        rules = require_rules(self._passkeys)
        own_passkeys = self.services.accounts.own_passkeys
        spent_ticket = self._spend_ticket(_build_creation_purpose(own_passkeys.read_account(actor)), ticket)
        challenge = spent_ticket.derive(self.context.keys, _CHALLENGE)
        passkey = read_new_passkey(rules, credential, challenge, nfc(name).strip(), self.context.clock.now())
        return own_passkeys.keep_passkey(actor, passkey)

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def begin_passkey_step_up(self, actor: Actor) -> PasskeyOffer:
        """Return the options with which a device shows a passkey again; `step_up_by_passkey` completes it.

        Raises:
            NotFound: the settings name no domain for passkeys, or there is no passkey.
        """
        rules = require_rules(self._passkeys)
        account = self.services.accounts.own_passkeys.read_account(actor)
        if not account.passkeys:
            raise NotFound("The account has no passkey: add one with {act:accounts.begin_passkey}.")
        ticket = self._draw_ticket(_build_step_up_purpose(actor))
        return build_passkey_offer(
            ticket, build_request_options(rules, account.passkeys, ticket.derive(self.context.keys, _CHALLENGE))
        )

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def step_up_by_passkey(self, actor: Actor, ticket: str, credential: Words) -> datetime:
        """Show a passkey again in your own session, and get the time until which it counts as shown just now.

        Args:
            actor: whose session it is.
            ticket: from `begin_passkey_step_up`.
            credential: the device's response as JSON.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the response is wrong, or the ticket is no longer valid.
            Refused: the session can't take a second factor, such as a session begun with a chat code.
        """
        rules = require_rules(self._passkeys)
        own_passkeys = self.services.accounts.own_passkeys
        account = own_passkeys.read_account(actor)
        spent_ticket = self._spend_ticket(_build_step_up_purpose(actor), ticket)
        passkey = account.find_passkey(read_claimed_passkey(credential).id)
        if passkey is None:
            raise NotSignedIn("The account doesn't have this passkey: {act:accounts.passkeys} lists its passkeys.")
        use = verify_passkey_use(rules, passkey, credential, spent_ticket.derive(self.context.keys, _CHALLENGE))
        return own_passkeys.refresh_by_passkey(actor, use)

    def _draw_ticket(self, purpose: str) -> Ticket:
        return self.services.accounts.tickets.draw_ticket(purpose, self.context.clock.now())

    def _spend_ticket(self, purpose: str, text: str) -> Ticket:
        tickets = self.services.accounts.tickets
        now = self.context.clock.now()
        ticket = tickets.read(purpose, text, now)
        tickets.spend(ticket, now)
        return ticket


def require_rules(passkeys: PasskeyRules | None) -> PasskeyRules:
    """Return the rules for passkeys.

    Raises:
        NotFound: the settings name no domain for passkeys.
    """
    if passkeys is None:
        raise NotFound("The settings name no domain for passkeys: add [sign_in.passkeys].")
    return passkeys


def build_passkey_offer(ticket: Ticket, options: str) -> PasskeyOffer:
    """Return what a device needs to create or show a passkey: the options, and the ticket of this attempt."""
    return PasskeyOffer(options=options, ticket=ticket.text, until=ticket.until)


def _build_creation_purpose(account: Account) -> str:
    """Return the purpose of a ticket for a new passkey; any act that ends the account's sign-ins also invalidates the
    ticket.
    """
    return f"a passkey of {account.id} {account.epoch}"


def _build_step_up_purpose(actor: Actor) -> str:
    return f"a passkey in {actor.sign_in.session} of {actor.id}"
