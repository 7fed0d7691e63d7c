"""One's own passkeys: each is made, and shown again, in two steps with the device between them."""

from datetime import datetime

from anninh_core.domain.accounts.credentials.passkeys import (
    PasskeyRules,
    check_use,
    creation_options,
    read_claim,
    read_new,
    request_options,
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
    """Joins one's own passkeys and the account's password.

    Args:
        changes: sees that a password is known.
        passkeys: for whom passkeys are; None where the settings don't say.
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
        """Return what a device makes a passkey by; `add_passkey` keeps it.

        Args:
            actor: whose it will be.
            password: the present one, "" where the account has none: a stolen session must not bring a key of its own.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the password is wrong.
            StepUpNeeded: there is a second factor already, or no password, and none was shown just now.
            TooManyRequests: too many tries failed.
        """
        rules = require_rules(self._passkeys)
        account = self.services.accounts.own_passkeys.guarded_account(actor)
        if account.password:
            self._changes.show_password(actor, password)
        ticket = self._draw(_making(account))
        challenge = ticket.derive(self.context.keys, _CHALLENGE)
        name = account.name or account.id
        return offer(ticket, creation_options(rules, account.id, name, account.passkeys, challenge))

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def add_passkey(self, actor: Actor, ticket: str, credential: Words, name: str) -> PasskeyRow:
        """Keep the passkey that a device has made.

        Args:
            actor: whose it is.
            ticket: what `begin_passkey` gave.
            credential: the device's answer as JSON (`PublicKeyCredential.toJSON()`).
            name: as the owner calls it, such as the device's name.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the answer is wrong, or the ticket holds no longer.
            BadInput: the name isn't fit.
        """
        rules = require_rules(self._passkeys)
        own = self.services.accounts.own_passkeys
        shown = self._take(_making(own.read_account(actor)), ticket)
        challenge = shown.derive(self.context.keys, _CHALLENGE)
        made = read_new(rules, credential, challenge, nfc(name).strip(), self.context.clock.now())
        return own.keep_passkey(actor, made)

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def begin_passkey_step_up(self, actor: Actor) -> PasskeyOffer:
        """Return what a device is asked, so that one's passkey counts as shown just now; `step_up_by_passkey` ends it.

        Raises:
            NotFound: the settings name no domain for passkeys, or there is no passkey.
        """
        rules = require_rules(self._passkeys)
        account = self.services.accounts.own_passkeys.read_account(actor)
        if not account.passkeys:
            raise NotFound("The account has no passkey: add one with {act:accounts.begin_passkey}.")
        ticket = self._draw(_showing(actor))
        return offer(ticket, request_options(rules, account.passkeys, ticket.derive(self.context.keys, _CHALLENGE)))

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def step_up_by_passkey(self, actor: Actor, ticket: str, credential: Words) -> datetime:
        """Show a passkey again, in one's own session; return until when it counts as shown just now.

        Args:
            actor: whose session it is.
            ticket: what `begin_passkey_step_up` gave.
            credential: the device's answer as JSON.

        Raises:
            NotFound: the settings name no domain for passkeys.
            NotSignedIn: the answer is wrong, or the ticket holds no longer.
            Refused: the session never takes one, such as one by a chat's code.
        """
        rules = require_rules(self._passkeys)
        own = self.services.accounts.own_passkeys
        account = own.read_account(actor)
        shown = self._take(_showing(actor), ticket)
        passkey = account.find_passkey(read_claim(credential).id)
        if passkey is None:
            raise NotSignedIn("The account doesn't have this passkey: {act:accounts.passkeys} lists its passkeys.")
        use = check_use(rules, passkey, credential, shown.derive(self.context.keys, _CHALLENGE))
        return own.refresh_by_passkey(actor, use)

    def _draw(self, purpose: str) -> Ticket:
        return self.services.accounts.tickets.draw(purpose, self.context.clock.now())

    def _take(self, purpose: str, text: str) -> Ticket:
        tickets = self.services.accounts.tickets
        now = self.context.clock.now()
        ticket = tickets.read(purpose, text, now)
        tickets.spend(ticket, now)
        return ticket


def require_rules(passkeys: PasskeyRules | None) -> PasskeyRules:
    """Return for whom passkeys are; raises `NotFound` where the settings don't say."""
    if passkeys is None:
        raise NotFound("The settings name no domain for passkeys: add [sign_in.passkeys].")
    return passkeys


def offer(ticket: Ticket, options: str) -> PasskeyOffer:
    """Return what a device is asked."""
    return PasskeyOffer(options=options, ticket=ticket.text, until=ticket.until)


def _making(account: Account) -> str:
    """Return what a ticket for a new passkey is good for: whatever ends the account's sign-ins ends it too."""
    return f"a passkey of {account.id} {account.epoch}"


def _showing(actor: Actor) -> str:
    return f"a passkey in {actor.sign_in.session} of {actor.id}"
