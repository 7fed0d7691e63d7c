"""Changes of one's own account that require its password or a code; failed tries are counted, since both could be
guessed.
"""

from datetime import datetime

from anninh_core.domain.accounts.credentials.passwords import PasswordHasher, check_password
from anninh_core.domain.accounts.credentials.slow_down import Subject
from anninh_core.domain.accounts.model import Account
from anninh_core.domain.accounts.views import TotpEnrolment
from anninh_core.domain.services import Services
from anninh_core.kernel.errors import NotSignedIn
from anninh_core.kernel.sentences import Sentence
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.accounts.sign_in import DOOR, list_public_names
from anninh_core.workflows.base import Workflow


class OwnAccountChanges(Workflow):
    """Changes the actor's own account, and counts failed tries of its password or a code."""

    action_prefix = "own_account"

    def __init__(self, runner: UseCaseRunner, services: Services, hasher: PasswordHasher) -> None:
        super().__init__(runner, services)
        self._hasher = hasher

    @workflow(Permission.OWN_ACCOUNT, public=True, daily=True)
    def change_password(self, actor: Actor, password: str, new_password: str) -> None:
        """Set a new password; all sessions and API tokens end, including this session.

        Args:
            actor: owner of the account.
            password: the current one.
            new_password: 12 to 128 characters; no common password, and not made of own names or the units' names.

        Raises:
            NotSignedIn: the current one is wrong.
            BadInput: the new one isn't acceptable.
            TooManyRequests: too many tries failed.
        """
        account = self.check_own_password(actor, password)
        check_password(new_password, account.name, list_public_names(self.runner, account))
        self.services.accounts.own.set_password(actor, self._hasher.hash(new_password, reserved=True))

    @workflow(Permission.OWN_ACCOUNT, public=True, daily=True)
    def begin_totp(self, actor: Actor, password: str) -> TotpEnrolment:
        """Draw a secret for an authenticator app; `confirm_totp` puts it in force.

        Args:
            actor: owner of the account.
            password: the current one, so that a stolen session can't add its own second factor.

        Raises:
            NotSignedIn: the password is wrong.
            StepUpNeeded: there is an app already, and none of its codes was shown just now.
            TooManyRequests: too many tries failed.
        """
        self.check_own_password(actor, password)
        return self.services.accounts.own.begin_totp(actor)

    @workflow(Permission.OWN_ACCOUNT, public=True)
    def step_up(self, actor: Actor, code: str) -> datetime:
        """Show the second factor again in your own session, and get the time until which it counts as shown just now.

        Args:
            actor: whose session it is.
            code: code of the authenticator app, or a recovery code.

        Raises:
            NotSignedIn: the code is wrong, or was used before.
            WrongStep: the account has no second factor.
            Refused: the session can't take a second factor, such as a session begun with a chat code.
            TooManyRequests: too many tries failed.
        """
        subject = self._count_try(actor)
        fresh_until = self.services.accounts.own.refresh(actor, code)
        self.services.accounts.slow_down.reset_failures(subject)
        return fresh_until

    def check_own_password(self, actor: Actor, password: str) -> Account:
        """Return the account of an actor after checking its password.

        Raises:
            NotSignedIn: the password is wrong.
            TooManyRequests: too many tries failed.
        """
        view = self.services.accounts.own.account(actor)
        account = self.services.accounts.sign_ins.find_account(DOOR, view.name)
        subject = self._count_try(actor)
        is_own = account is not None and account.id == actor.id
        if account is None or not is_own or not self._hasher.verify(account.password, password, reserved=True):
            self.services.accounts.sign_ins.refuse(DOOR, Sentence("The password is wrong."), actor.id)
        self.services.accounts.slow_down.reset_failures(subject)
        if account is None:
            raise NotSignedIn("The account has no password.")
        return account

    def _count_try(self, actor: Actor) -> Subject:
        subject = Subject("own", actor.id)
        self.services.accounts.slow_down.charge(self.context.clock.now(), subject)
        return subject
