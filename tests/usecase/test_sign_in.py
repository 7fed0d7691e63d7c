"""Acts that can't be undone require a sign-in with a recent second factor."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.usecase.conftest import Notes

from anninh_core.kernel.errors import StepUpNeeded
from anninh_core.ports.authenticator import CHAT, VOUCHED, SignIn, SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import command, get_use_case, workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

NEVER = tuple(SignIn(method) for method in (SignInMethod.CHAT, SignInMethod.TOKEN))
UNIT = "ninh-hoa"
FACTORS = (SignInMethod.PASSWORD, SignInMethod.PASSKEY, SignInMethod.OIDC, SignInMethod.PROXY)


class Vault(Notes):
    """A service with acts that require a second factor."""

    @command(Permission.CONTENT_EDIT, public=True, step_up=True)
    def open(self, uow: UnitOfWork, unit: str) -> str:
        """Open the vault of a unit."""
        uow.permit(unit)
        return "opened"

    @workflow(Permission.CONTENT_EDIT, step_up=True)
    def open_all(self, actor: Actor, unit: str) -> str:
        """Open all vaults."""
        return self.open(actor, unit)


@pytest.fixture
def vault(runner: UseCaseRunner) -> Vault:
    return Vault(runner)


def test_marks_show_public_and_second_factor(vault: Vault) -> None:
    """The mark of a use case shows whether it is public and whether it requires a second factor; both are False by
    default.
    """
    marks = [get_use_case(verb) for verb in (vault.open, vault.open_all, vault.write)]
    assert [(mark.public, mark.step_up) for mark in marks if mark] == [(True, True), (False, True), (False, False)]


@pytest.mark.parametrize("verb", ["open", "open_all"])
def test_vouched_actor_needs_no_second_factor(vault: Vault, verb: str) -> None:
    """An actor vouched for by the program needs no second factor."""
    assert getattr(vault, verb)(person("lan"), UNIT) == "opened"
    assert person("lan").sign_in is VOUCHED


@pytest.mark.parametrize("verb", ["open", "open_all"])
@pytest.mark.parametrize(
    "sign_in", [*NEVER, *(SignIn(method) for method in FACTORS)], ids=lambda sign_in: sign_in.method
)
def test_missing_second_factor_is_refused(vault: Vault, sign_in: SignIn, verb: str) -> None:
    """Without a second factor the act is refused with a journal entry, and the error has the sign-in method."""
    with pytest.raises(StepUpNeeded, match="second factor") as refused:
        getattr(vault, verb)(person("lan", sign_in), UNIT)
    assert refused.value.method == sign_in.method
    entries = [entry_from(line.content) for line in vault.context.storage.journal.read()]
    assert [(entry.actor, entry.outcome) for entry in entries] == [("person:lan", "refused")]


@pytest.mark.parametrize("method", FACTORS)
def test_second_factor_counts_until_its_expiry(vault: Vault, method: SignInMethod) -> None:
    """A second factor counts until just before its expiry."""
    now = vault.context.clock.now()
    assert vault.open(_build_signed_in_actor(method, now + timedelta(seconds=1)), UNIT) == "opened"
    with pytest.raises(StepUpNeeded):
        vault.open(_build_signed_in_actor(method, now), UNIT)


@pytest.mark.parametrize("sign_in", NEVER, ids=lambda sign_in: sign_in.method)
def test_a_chat_or_a_token_never_counts_as_a_second_factor(vault: Vault, sign_in: SignIn) -> None:
    """A chat or a token never counts as a second factor, even if it claims a recent one."""
    later = vault.context.clock.now() + timedelta(hours=1)
    with pytest.raises(StepUpNeeded):
        vault.open(person("lan", evolve(sign_in, fresh_until=later)), UNIT)
    assert not CHAT.is_fresh(vault.context.clock.now())


def test_program_needs_no_second_factor(vault: Vault) -> None:
    """Parts of the program need no second factor."""
    vault.runner.require_recent_factor(system("keeper"), "vault.open", Permission.OPERATE)


def _build_signed_in_actor(method: SignInMethod, until: datetime) -> Actor:
    return person("lan", SignIn(method, fresh_until=until))
