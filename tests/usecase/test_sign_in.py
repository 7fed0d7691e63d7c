"""What a sign-in allows: acts that can't be undone take a second factor that was shown just now."""

from datetime import datetime, timedelta

import pytest
from attrs import evolve
from tests.usecase.conftest import Notes

from anninh_core.kernel.errors import StepUpNeeded
from anninh_core.ports.authenticator import CHAT, VOUCHED, SignIn, SignInMethod
from anninh_core.ports.storages.changes import entry_from
from anninh_core.usecase.actor import Actor, person, system
from anninh_core.usecase.marks import command, use_case_of, workflow
from anninh_core.usecase.runner import UseCaseRunner
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

NEVER = tuple(SignIn(method) for method in (SignInMethod.CHAT, SignInMethod.TOKEN))
UNIT = "ninh-hoa"
FACTORS = (SignInMethod.PASSWORD, SignInMethod.PASSKEY, SignInMethod.OIDC, SignInMethod.PROXY)


class Vault(Notes):
    """Acts that take a second factor."""

    @command(Permission.CONTENT_EDIT, public=True, step_up=True)
    def open(self, uow: UnitOfWork, unit: str) -> str:
        """Open it."""
        uow.permit(unit)
        return "opened"

    @workflow(Permission.CONTENT_EDIT, step_up=True)
    def open_all(self, actor: Actor, unit: str) -> str:
        """Open everything."""
        return self.open(actor, unit)


@pytest.fixture
def vault(runner: UseCaseRunner) -> Vault:
    return Vault(runner)


def test_a_mark_says_what_is_public_and_what_takes_a_second_factor(vault: Vault) -> None:
    """Nothing is public that doesn't say so."""
    marks = [use_case_of(verb) for verb in (vault.open, vault.open_all, vault.write)]
    assert [(mark.public, mark.step_up) for mark in marks if mark] == [(True, True), (False, True), (False, False)]


@pytest.mark.parametrize("verb", ["open", "open_all"])
def test_whoever_the_program_vouches_for_needs_no_second_factor(vault: Vault, verb: str) -> None:
    """A program that holds the keys answers for its people, and for its own parts."""
    assert getattr(vault, verb)(person("lan"), UNIT) == "opened"
    assert person("lan").sign_in is VOUCHED


@pytest.mark.parametrize("verb", ["open", "open_all"])
@pytest.mark.parametrize("sign_in", [*NEVER, *(SignIn(method) for method in FACTORS)], ids=lambda one: one.method)
def test_who_showed_no_second_factor_is_refused_with_an_entry(vault: Vault, sign_in: SignIn, verb: str) -> None:
    """The refusal stands in the journal, and the error names by what the person is known."""
    with pytest.raises(StepUpNeeded, match="second factor") as refused:
        getattr(vault, verb)(person("lan", sign_in), UNIT)
    assert refused.value.method == sign_in.method
    entries = [entry_from(line.content) for line in vault.context.storage.journal.read()]
    assert [(entry.actor, entry.outcome) for entry in entries] == [("person:lan", "refused")]


@pytest.mark.parametrize("method", FACTORS)
def test_a_second_factor_counts_until_its_time_is_over(vault: Vault, method: SignInMethod) -> None:
    """One moment before it is over it opens; at that moment no more."""
    now = vault.context.clock.now()
    assert vault.open(_known(method, now + timedelta(seconds=1)), UNIT) == "opened"
    with pytest.raises(StepUpNeeded):
        vault.open(_known(method, now), UNIT)


@pytest.mark.parametrize("sign_in", NEVER, ids=lambda one: one.method)
def test_a_chat_or_a_token_never_counts_as_a_second_factor(vault: Vault, sign_in: SignIn) -> None:
    """Not even one that claims to have shown it."""
    later = vault.context.clock.now() + timedelta(hours=1)
    with pytest.raises(StepUpNeeded):
        vault.open(person("lan", evolve(sign_in, fresh_until=later)), UNIT)
    assert not CHAT.is_fresh(vault.context.clock.now())


def test_parts_of_the_program_sign_in_nowhere(vault: Vault) -> None:
    """They may what is written down for them, and nothing takes a factor of them."""
    vault.runner.require_fresh(system("keeper"), "vault.open", Permission.OPERATE)


def _known(method: SignInMethod, until: datetime) -> Actor:
    return person("lan", SignIn(method, fresh_until=until))
