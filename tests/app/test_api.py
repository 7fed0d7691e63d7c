"""The app has one noun for each subject and one verb for each use case."""

from collections.abc import Callable, Iterator
from inspect import Parameter, signature

import pytest

from anninh_core.app import App
from anninh_core.app.api.noun import Noun
from anninh_core.testing import memory_app
from anninh_core.usecase import Actor
from anninh_core.usecase.marks import Service, get_use_case
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.workflows.base import Workflow

NOUNS = (
    "accounts",
    "audit",
    "content",
    "conversations",
    "drafts",
    "duty",
    "failures",
    "groups",
    "identity",
    "incidents",
    "inquiries",
    "keys",
    "leaks",
    "moderation",
    "programme",
    "quarantine",
    "reports",
    "retention",
    "rights",
    "search",
    "system",
    "tips",
    "units",
    "work",
)

ENTRANCE = frozenset(
    f"accounts.{verb}"
    for verb in (
        *("admit", "authenticate_token", "begin_passkey_sign_in", "begin_provider_sign_in", "begin_session"),
        *("finish_passkey_sign_in", "finish_provider_sign_in", "passkey_origins", "request_chat_code"),
        *("knows_passkey_place", "knows_place", "resume", "set_up", "sign_in", "sign_in_by_chat_code"),
    )
)
"""Verbs that sign people in, and so don't take an actor yet."""

INTERNAL = {
    "duty.find_to_claim": "a part of `duty.claim` and of `duty.hand_up`",
    "duty.find_to_claim_for": "a part of `duty.claim_for`",
    **dict.fromkeys(
        (
            *("accounts.begin", "accounts.check_officer", "accounts.find_account", "accounts.find_invited"),
            *("accounts.find_by_id", "accounts.find_officer"),
            *("accounts.refuse", "accounts.resume", "accounts.send_chat_code", "accounts.set_up"),
        ),
        "the door's, before anybody is known",
    ),
    "accounts.begin_totp": "the second half of `accounts.begin_totp`, whose workflow sees the password",
    "accounts.close": "a part of `accounts.deactivate`",
    "accounts.end_everything": "the end of a restore",
    "accounts.refresh": "the second half of `accounts.step_up`",
    "accounts.refresh_by_passkey": "the second half of `accounts.step_up_by_passkey`",
    "accounts.guarded_account": "the first half of `accounts.begin_passkey`, whose workflow sees the password",
    "accounts.keep_passkey": "the second half of `accounts.add_passkey`, whose workflow sees the device's answer",
    "accounts.read_account": "the first half of what is done with passkeys",
    "accounts.set_password": "the second half of `accounts.change_password`",
    "deactivation.end_roles": "the first half of `accounts.deactivate`",
    **dict.fromkeys(("tips.register", "tips.monthly_list", "tips.slip"), "papers before the verb renders them"),
    "content.expire_due": "the clock's",
    "conversations.by_platform_id": "for the parts that hear messages",
    "conversations.place": "for the parts that hear messages",
    "conversations.who": "for the worker, which needs an address to write to",
    "founding.bind": "the second half of `groups.create` and `groups.link_group`",
    "founding.planned": "the first half of `groups.create` and `groups.link_group`",
    "governance.begin_purge": "the first half of `retention.purge`",
    "governance.finish_purge": "the second half of `retention.purge`",
    "governance.continue_journal": "the app's, when it opens or finds that lines are missing",
    "governance.export": "the first half of `audit.export`",
    "governance.sign_due_head": "the clock's",
    "governance.preview_purge": "the retention job's",
    "conversations.seal_details": "the clock's",
    "governance.add_wraps": "a part of `identity.import_rewraps`",
    "governance.lapse_disclosure": "the clock's",
    "groups.of_conversation": "for the parts that hear messages",
    "groups.remind_due": "the clock's",
    "incidents.get_to_answer": "the first half of `incidents.preview_answer` and `incidents.answer`",
    "marking.paste": "the first half of `conversations.import_pasted`",
    "moderation.appeal": "intake: an author's objection comes by message",
    "programme.open_duties": "the clock's",
    "programme.open_milestone": "the clock's",
    "programme.urge_due": "the clock's",
    "tips.release_tips": "the worker's, and the second half of `units.revoke`",
    "units.revoke": "the first half of `units.revoke`, whose workflow is `role_ending.revoke`",
    "units.separate_roles": "the worker's",
    "withdrawing.carry_out": "the worker's, and the second half of `retention.erase`",
}
"""Use cases that no person calls, with the reason; every other use case is a verb of a noun."""


@pytest.fixture(scope="module")
def app() -> Iterator[App]:
    with memory_app() as opened:
        yield opened


def iter_verbs(app: App) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield every public verb as `noun.verb`, except those that sign people in."""
    for noun in NOUNS:
        yield from ((name, verb) for name, verb in iter_noun_verbs(noun, getattr(app, noun)) if name not in ENTRANCE)


def iter_noun_verbs(path: str, noun: object) -> Iterator[tuple[str, Callable[..., object]]]:
    """Yield every public verb of a noun and of its nested nouns, by its path in the app."""
    for name in dir(noun):
        member = None if name.startswith("_") else getattr(noun, name)
        if isinstance(member, Noun):
            yield from iter_noun_verbs(f"{path}.{name}", member)
        elif callable(member):
            yield f"{path}.{name}", member


def iter_services(app: App) -> Iterator[Service]:
    """Yield the services behind the nouns: the parts of every subject, and the workflows."""
    for name in dir(app.internals.services):
        subject = getattr(app.internals.services, name)
        if isinstance(subject, Service):
            yield subject
        elif not name.startswith("_"):
            yield from (part for part in vars(subject).values() if isinstance(part, Service))
    reached = (getattr(verb, "__self__", None) for _, verb in iter_verbs(app))
    yield from {id(service): service for service in reached if isinstance(service, Workflow)}.values()


def test_every_verb_takes_an_actor_first(app: App) -> None:
    """Every verb is a command, a query or a workflow, and its first parameter is `actor: Actor`."""
    for name, verb in iter_verbs(app):
        mark = get_use_case(verb)
        assert mark is not None, name
        assert mark.kind is not UseCaseKind.STEP, name
        first = next(iter(signature(verb).parameters.values()))
        assert (first.name, first.annotation, first.kind) == ("actor", Actor, Parameter.POSITIONAL_ONLY), name


def test_sign_in_verbs_take_no_actor(app: App) -> None:
    """The listed sign-in verbs take no actor and are no use cases."""
    for name in ENTRANCE:
        noun, _, verb = name.partition(".")
        assert get_use_case(getattr(getattr(app, noun), verb)) is None
        assert "actor" not in signature(getattr(getattr(app, noun), verb)).parameters


def test_every_public_use_case_has_one_verb(app: App) -> None:
    """Every use case that people call has exactly one verb."""
    verbs_by_action: dict[str, list[str]] = {}
    for name, verb in iter_verbs(app):
        service: Service = verb.__self__  # type: ignore[attr-defined]
        verbs_by_action.setdefault(f"{service.action_prefix}.{verb.__name__}", []).append(name)
    public = {
        f"{part.action_prefix}.{name}"
        for part in iter_services(app)
        for name in dir(part)
        if (mark := get_use_case(getattr(part, name))) is not None and mark.kind is not UseCaseKind.STEP
    }
    assert public - verbs_by_action.keys() == INTERNAL.keys()
    assert {act: names for act, names in verbs_by_action.items() if len(names) > 1} == {}
