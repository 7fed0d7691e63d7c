"""Public methods of services are marked as use cases; every command is refused without its permission and leaves
exactly one audit log entry.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime
from importlib import import_module
from inspect import Parameter, getmembers, isfunction, signature
from pkgutil import walk_packages
from pydoc import plain, render_doc
from typing import Any

import pytest
from tests.domain.recipes import RECIPES
from tests.domain.world import World

import anninh_core.domain
from anninh_core.app import App
from anninh_core.kernel.dates import VIETNAM
from anninh_core.kernel.errors import Refused
from anninh_core.messaging.failures.desk import FailureDesk
from anninh_core.testing import FixedClock, MockChat
from anninh_core.testing.memory import MemoryStorage
from anninh_core.usecase import system
from anninh_core.usecase.actor import Actor, person
from anninh_core.usecase.marks import Service, get_use_case
from anninh_core.usecase.permissions.permits import UseCase, UseCaseKind
from anninh_core.vocabulary.permissions import Permission

pytestmark = pytest.mark.slow  # These tests are slow because they run every operation.

EXCUSED = {"conversations.id_of": "names an address by its blind index; it reads no record and changes none"}


def iterate_service_classes() -> Iterator[type[Service]]:
    """Yield the class of every domain service, and `FailureDesk`."""
    yield FailureDesk
    for module in walk_packages(anninh_core.domain.__path__, "anninh_core.domain."):
        for _, member in getmembers(import_module(module.name)):
            if isinstance(member, type) and issubclass(member, Service) and member is not Service:
                yield member


def map_public_methods() -> dict[str, UseCase | None]:
    """Return the use-case mark of each public service method by its name `action_prefix.method`, or None for an
    unmarked method.
    """
    return {
        f"{service.action_prefix}.{name}": get_use_case(method)
        for service in iterate_service_classes()
        for name, method in getmembers(service, isfunction)
        if not name.startswith("_")
    }


METHODS = map_public_methods()
STEPS = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind is UseCaseKind.STEP)
PUBLIC = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind is not UseCaseKind.STEP)
PARTS = {Permission.BREAK_GLASS: system("recovery"), Permission.SIGN_IN: system("door")}
"""The system actors that have permissions which no person can have."""
ALONE = {"content.record_findings": system("checks"), "content.take_in": system("collector")}
"""Commands that only one system actor may carry out, with that actor."""
CHANGING = (UseCaseKind.COMMAND, UseCaseKind.STEP)
COMMANDS = sorted(name for name, mark in METHODS.items() if mark is not None and mark.kind in CHANGING)


@pytest.fixture
def world(anninh_app: App, mock_chat: MockChat, anninh_clock: FixedClock) -> World:
    """The district on Saturday, 18 September 2021, after the roll-out and one day before its report is due."""
    anninh_clock.set(datetime(2021, 9, 18, 9, tzinfo=VIETNAM))
    return World.of(anninh_app, mock_chat, anninh_clock)


def copy_stored_data(world: World) -> dict[str, Any]:
    """Return a copy of everything stored except the audit log."""
    storage = world.app.internals.context.storage
    assert isinstance(storage, MemoryStorage)
    tables = storage.tables
    others = ("lock", "row_added", "journal", "journal_refs", "__weakref__")
    names = [name for name in type(tables).__slots__ if name not in others]
    return {name: deepcopy(getattr(tables, name)) for name in names}


def prepare_command(world: World, name: str) -> Callable[[Any], object]:
    """Prepare the records that a command needs, and return a function that calls the command for an actor."""
    prepared = RECIPES[name](world)
    return prepared(find_service_method(world, name))


def find_service_method(world: World, name: str) -> Callable[..., object]:
    """Return the service method of the world's app that is named `action_prefix.method`."""
    prefix, _, verb = name.partition(".")
    (service,) = (part for part in iterate_services(world.app) if part.action_prefix == prefix and hasattr(part, verb))
    call: Callable[..., object] = getattr(service, verb)
    return call


def iterate_services(app: App) -> Iterator[Service]:
    """Yield every service of an app, including the services grouped under a subject."""
    names = [name for name in dir(app.internals.services) if not name.startswith("_")]
    for subject in (app.failures, *(getattr(app.internals.services, name) for name in names)):
        if isinstance(subject, Service):
            yield subject
        else:
            yield from (part for part in vars(subject).values() if isinstance(part, Service))


def test_every_public_method_is_marked() -> None:
    """Every public method is a command, query or step with its permission, or listed in `EXCUSED` with a reason."""
    assert {name for name, mark in METHODS.items() if mark is None} == set(EXCUSED)


@pytest.mark.parametrize("name", STEPS)
def test_step_refuses_an_actor(world: World, name: str) -> None:
    """A step needs a unit of work; called with an actor, even one with every permission, it raises `TypeError` and does
    nothing.
    """
    entries = len(world.journal())
    call = find_service_method(world, name)
    with pytest.raises(TypeError, match="step of a larger act"):
        call(world.boss)
    assert len(world.journal()) == entries


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_use_case_shows_its_actor(world: World, name: str) -> None:
    """The first parameter of a public use case is a positional-only `actor`, as shown by `help` and
    `inspect.signature`; any other value is refused.
    """
    call = find_service_method(world, name)
    first = next(iter(signature(call).parameters.values()))
    assert (first.name, first.annotation, first.kind) == ("actor", Actor, Parameter.POSITIONAL_ONLY)
    assert "actor: Actor" in plain(render_doc(call))
    with pytest.raises(TypeError, match="takes an Actor first"):
        call(world.boss.id)


def test_every_command_has_a_recipe() -> None:
    """Every command has a recipe, and every recipe has a command."""
    assert sorted(RECIPES) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_refused_command_changes_nothing(world: World, name: str) -> None:
    """An actor without permission is refused: one audit log entry records the refusal, and nothing else changes."""
    stranger = person(world.officer("auditor"))
    call = prepare_command(world, name)
    stored = copy_stored_data(world)
    entries = len(world.journal())
    for actor in (stranger, person("nobody"), system("nobody")):
        with pytest.raises(Refused):
            call(actor)
        entries += 1
        refusal = world.journal()[-1]
        assert len(world.journal()) == entries
        assert (refusal.actor, refusal.action, refusal.outcome) == (actor.label, name, "refused")
        assert (refusal.touched, refusal.events) == ((), ())
    assert copy_stored_data(world) == stored


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_leaves_one_entry(world: World, name: str) -> None:
    """A command changes stored data and leaves one audit log entry with actor and action."""
    call = prepare_command(world, name)
    stored = copy_stored_data(world)
    entries = len(world.journal())
    mark = METHODS[name]
    assert mark is not None
    actor = ALONE.get(name, PARTS.get(mark.permission, world.boss))
    call(actor)
    entry = world.journal()[-1]
    assert len(world.journal()) == entries + 1
    assert (entry.actor, entry.action, entry.outcome) == (actor.label, name, "done")
    assert copy_stored_data(world) != stored
