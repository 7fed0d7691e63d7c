"""Every changing operation runs once under a request key: called twice, and interrupted at any of its commits."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any

import pytest
from tests.app.broken_off import Footprint, complete_act, get_last_line_number, interrupt_act, take_footprint
from tests.trust.arguments import VALUES, classify, value_of
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.strangers import PreparedApp, prepare_app
from tests.trust.use_cases import PublicUseCase, iter_use_cases

from anninh_core import Composition
from anninh_core.kernel.errors import AlreadyDone, BadInput
from anninh_core.testing import memory_app
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.vocabulary.messages import Address, CreatedGroup

pytestmark = pytest.mark.slow  # These tests run every operation, one by one.

with memory_app() as _app:
    DOORS = tuple(iter_use_cases(_app))

READING = {
    "accounts.begin_passkey": "what a device is asked, of which nothing is stored",
    "accounts.begin_passkey_step_up": "the same",
    "audit.export": "lines of the journal, under a head that is as new as they are",
    "drafts.discard": "a draft is no record: taken away once more, it isn't there",
    "drafts.save": "a draft is no record: kept once more, it is the same",
    "groups.render_directory": "a page",
    "reports.render": "a file",
    "tips.papers.monthly_list": "a file",
    "tips.papers.register": "a file",
    "tips.papers.slip": "a file",
    "tips.routing.suggest_handlers": "advice",
}
"""Workflow -> the data it reads: a second call under the same key returns a result again."""
OWN_KEYS = {"reports.correct_counters": "two who correct after the same recount are one too many, whoever they are"}
"""Command -> reason why it has a key of its own, which its error names."""
ELSEWHERE = {
    "identity.custodians.import_rewraps",
    "keys.destroy_epoch",
    "reports.submit",
    "workflows.erasure.carry_out",
}
"""Workflows that can't succeed in this town; `tests/workflows/test_broken_off.py` tests them."""
SINGLE = {"accounts.add_passkey", "accounts.step_up", "accounts.step_up_by_passkey"}
"""Workflows of one commit that need an account's session or a device's answer, which this town lacks.

`tests/domain/accounts` tests them.
"""

CHANGING = [door for door in DOORS if not door.only_reads and door.name not in {*STOPPED, *NO_PERSONS, *READING}]
WORKFLOWS = [door for door in DOORS if door.mark.kind is UseCaseKind.WORKFLOW]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreparedApp]:
    """A town with a messenger that returns an already created group for the same key."""
    town = prepare_app(tmp_path_factory.mktemp("assisted"))
    oa: Any = town.app.internals.messengers["oa"]
    create: Callable[..., CreatedGroup] = oa.create_group
    groups: dict[str, CreatedGroup] = {}

    def create_once(title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        if key not in groups:
            groups[key] = create(title, members)
        return groups[key]

    oa.create_group = create_once
    yield town
    town.app.close()


def build_call(town: PreparedApp, door: PublicUseCase) -> partial[object]:
    """Return the call of an operation under a request key, by an actor with every permission."""
    arguments = {
        argument.name: value_of(classify(door, argument), town.whole.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    return partial(door.get_method(town.app), town.whole.actor.with_request("k"), **arguments)


def run_and_restore(town: PreparedApp, act: Callable[[], object]) -> None:
    """Run an act, and restore the town's previous state afterwards."""
    outcome = town.shelf.call(lambda _: act(), town.whole.actor, {})
    if outcome.error is not None:
        raise outcome.error


@pytest.mark.parametrize("door", CHANGING, ids=lambda door: door.name)
def test_second_call_returns_first_result(town: PreparedApp, door: PublicUseCase) -> None:
    """A second call under the same key reports the records of the first call, and changes nothing."""

    def call_twice() -> None:
        call = build_call(town, door)
        since = get_last_line_number(town.app)
        call()
        first = take_footprint(town.app, since)
        line = get_last_line_number(town.app)
        with pytest.raises(AlreadyDone) as repeated:
            call()
        assert take_footprint(town.app, since) == first
        assert take_footprint(town.app, line).events.total() == 0
        assert (repeated.value.request == "k") != (door.name in OWN_KEYS)
        written = {(kind, id) for kind, id, _ in repeated.value.touched}
        stored = {(kind, id) for kind, id in written if town.app.internals.context.storage.records.get(kind, id)}
        # Conversations and identities have another name in the journal.
        assert {kind for kind, _ in written - stored} <= {"conversation", "identity"}

    run_and_restore(town, call_twice)


@pytest.mark.parametrize("door", [door for door in WORKFLOWS if door.name in READING], ids=lambda door: door.name)
def test_reading_workflow_can_be_repeated(town: PreparedApp, door: PublicUseCase) -> None:
    """A workflow that only reads can be repeated under the same key."""

    def call_twice() -> None:
        call = build_call(town, door)
        call()
        call()

    run_and_restore(town, call_twice)


def test_every_workflow_is_tested() -> None:
    """Every workflow is tested here or elsewhere, or only reads."""
    tested = {door.name for door in CHANGING} | READING.keys() | ELSEWHERE | SINGLE
    assert {door.name for door in WORKFLOWS} <= tested
    assert READING.keys() | ELSEWHERE <= {door.name for door in WORKFLOWS}
    assert STOPPED.keys() & {door.name for door in WORKFLOWS} == ELSEWHERE


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(
    "door", [door for door in CHANGING if door.mark.kind is UseCaseKind.WORKFLOW], ids=lambda door: door.name
)
def test_interrupted_workflow_is_completed_once(town: PreparedApp, door: PublicUseCase, stored: bool) -> None:
    """A workflow interrupted at any commit is completed by the next call, and a further call changes nothing."""
    whole = []

    def run_undisturbed() -> None:
        since = get_last_line_number(town.app)
        build_call(town, door)()
        whole.append(take_footprint(town.app, since))

    # Signing keys aren't restored, so that only the first rotation finds a single one.
    run_and_restore(town, build_call(town, door))
    run_and_restore(town, run_undisturbed)
    died = []

    def run_interrupted(number: int) -> None:
        call = build_call(town, door)
        since = get_last_line_number(town.app)
        died.append(interrupt_act(town.app, call, number, stored=stored))
        complete_act(call)
        assert take_footprint(town.app, since) == whole[0]

    for number in count():
        run_and_restore(town, partial(run_interrupted, number))
        if not died[-1]:
            break
    assert any(died)


ALONE = {
    "reports.correct_counters": "it takes a key of its own",
}
"""Command -> reason why it can't be part of a composition."""
COMPOSED = [door for door in CHANGING if door.mark.kind is UseCaseKind.COMMAND and not door.mark.step_up]


@pytest.mark.parametrize("door", COMPOSED, ids=lambda door: door.name)
def test_single_composed_command_is_done_once(town: PreparedApp, door: PublicUseCase) -> None:
    """A composition of one command has the same effects as the command alone, and runs once."""
    footprints: list[Footprint] = []

    def run_alone() -> None:
        since = get_last_line_number(town.app)
        build_call(town, door)()
        footprints.append(take_footprint(town.app, since))

    def run_composed() -> None:
        since = get_last_line_number(town.app)
        call = build_call(town, door)

        def include(act: Composition) -> None:
            act.include(call.func, *call.args[1:], **call.keywords)

        if door.name in ALONE:
            with pytest.raises(BadInput, match="can't be combined with other commands: run it alone"):
                town.app.compose(call.args[0], "alone", include)
            return
        town.app.compose(call.args[0], "alone", include)
        footprints.append(take_footprint(town.app, since))
        with pytest.raises(AlreadyDone):
            town.app.compose(call.args[0], "alone", include)

    run_and_restore(town, run_alone)
    run_and_restore(town, run_composed)
    assert door.name in ALONE or footprints[0] == footprints[1]
