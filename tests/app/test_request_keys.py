"""Whatever changes something is done once under a request key: called twice, and broken off at any of its commits."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count
from typing import Any

import pytest
from tests.app.broken_off import Footprint, break_off, finish, footprint, head_of
from tests.trust.arguments import VALUES, classify, value_of
from tests.trust.excused import NO_PERSONS, STOPPED
from tests.trust.strangers import Town, prepare
from tests.trust.use_cases import Door, doors

from anninh_core import Composition
from anninh_core.kernel.errors import AlreadyDone, BadInput
from anninh_core.testing import memory_app
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.vocabulary.messages import Address, CreatedGroup

pytestmark = pytest.mark.slow  # every operation there is, one by one

with memory_app() as _app:
    DOORS = tuple(doors(_app))

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
"""Workflow -> what it reads: asked once more under the same key, it answers once more."""
OWN_KEYS = {"reports.correct_counters": "two who correct after the same recount are one too many, whoever they are"}
"""Command -> why it takes a key of its own, which is the one that its error names."""
ELSEWHERE = {
    "identity.custodians.import_rewraps",
    "keys.destroy_epoch",
    "reports.submit",
    "workflows.erasure.carry_out",
}
"""Workflows for which the town has nothing that gets through: `tests/workflows/test_broken_off.py` has them."""
SINGLE = {"accounts.add_passkey", "accounts.step_up", "accounts.step_up_by_passkey"}
"""Workflows of one commit that take what the town hasn't: a session of an account, an answer of a device.

`tests/domain/accounts` has them.
"""

CHANGING = [one for one in DOORS if not one.only_reads and one.name not in {*STOPPED, *NO_PERSONS, *READING}]
WORKFLOWS = [one for one in DOORS if one.mark.kind is UseCaseKind.WORKFLOW]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A platform that finds a group which it has created before, by the key that it was given."""
    town = prepare(tmp_path_factory.mktemp("assisted"))
    oa: Any = town.app.internals.messengers["oa"]
    create: Callable[..., CreatedGroup] = oa.create_group
    made: dict[str, CreatedGroup] = {}

    def create_once(title: str, members: Sequence[Address], key: str = "") -> CreatedGroup:
        if key not in made:
            made[key] = create(title, members)
        return made[key]

    oa.create_group = create_once
    yield town
    town.app.close()


def calls(town: Town, door: Door) -> partial[object]:
    """Return a call under a key, by somebody who may everything."""
    arguments = {
        argument.name: value_of(classify(door, argument), town.whole.theirs)
        for argument in door.arguments
        if argument.required or f"{door.name} {argument.name}" in VALUES
    }
    return partial(door.verb(town.app), town.whole.actor.with_request("k"), **arguments)


def put_back(town: Town, act: Callable[[], object]) -> None:
    """Run something, and put the town back as it was."""
    outcome = town.shelf.call(lambda _: act(), town.whole.actor, {})
    if outcome.error is not None:
        raise outcome.error


@pytest.mark.parametrize("door", CHANGING, ids=lambda door: door.name)
def test_second_call_returns_first_result(town: Town, door: Door) -> None:
    """The second call says what the first one wrote, and changes nothing."""

    def twice() -> None:
        call = calls(town, door)
        since = head_of(town.app)
        call()
        first = footprint(town.app, since)
        line = head_of(town.app)
        with pytest.raises(AlreadyDone) as told:
            call()
        assert footprint(town.app, since) == first
        assert footprint(town.app, line).events.total() == 0
        assert (told.value.request == "k") != (door.name in OWN_KEYS)
        written = {(kind, id) for kind, id, _ in told.value.touched}
        stored = {(kind, id) for kind, id in written if town.app.internals.context.storage.records.get(kind, id)}
        assert {kind for kind, _ in written - stored} <= {"conversation", "identity"}  # named otherwise in the journal

    put_back(town, twice)


@pytest.mark.parametrize("door", [one for one in WORKFLOWS if one.name in READING], ids=lambda door: door.name)
def test_what_only_reads_answers_again(town: Town, door: Door) -> None:
    """A key bars nobody from reading."""

    def twice() -> None:
        call = calls(town, door)
        call()
        call()

    put_back(town, twice)


def test_every_workflow_is_tried() -> None:
    """A new one can't be forgotten: it is broken off here, or elsewhere, or it only reads."""
    tried = {door.name for door in CHANGING} | READING.keys() | ELSEWHERE | SINGLE
    assert {door.name for door in WORKFLOWS} <= tried
    assert READING.keys() | ELSEWHERE <= {door.name for door in WORKFLOWS}
    assert STOPPED.keys() & {door.name for door in WORKFLOWS} == ELSEWHERE


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(
    "door", [one for one in CHANGING if one.mark.kind is UseCaseKind.WORKFLOW], ids=lambda door: door.name
)
def test_interrupted_workflow_is_completed_once(town: Town, door: Door, stored: bool) -> None:
    """Whichever commit it died at, called again it does the rest and no more; so a third time."""
    whole = []

    def undisturbed() -> None:
        since = head_of(town.app)
        calls(town, door)()
        whole.append(footprint(town.app, since))

    put_back(town, calls(town, door))  # signing keys aren't put back: the first rotation finds only one
    put_back(town, undisturbed)
    died = []

    def broken(number: int) -> None:
        call = calls(town, door)
        since = head_of(town.app)
        died.append(break_off(town.app, call, number, stored=stored))
        finish(call)
        assert footprint(town.app, since) == whole[0]

    for number in count():
        put_back(town, partial(broken, number))
        if not died[-1]:
            break
    assert any(died)


ALONE = {
    "reports.correct_counters": "it takes a key of its own",
}
"""Command -> why it can't be part of a composition."""
COMPOSED = [one for one in CHANGING if one.mark.kind is UseCaseKind.COMMAND and not one.mark.step_up]


@pytest.mark.parametrize("door", COMPOSED, ids=lambda door: door.name)
def test_single_composed_command_is_done_once(town: Town, door: Door) -> None:
    """A command that is the only one of a composition leaves what it leaves by itself, and is done once."""
    left: list[Footprint] = []

    def by_itself() -> None:
        since = head_of(town.app)
        calls(town, door)()
        left.append(footprint(town.app, since))

    def composed() -> None:
        since = head_of(town.app)
        call = calls(town, door)

        def include(act: Composition) -> None:
            act.include(call.func, *call.args[1:], **call.keywords)

        if door.name in ALONE:
            with pytest.raises(BadInput, match="can't be combined with other commands: run it alone"):
                town.app.compose(call.args[0], "alone", include)
            return
        town.app.compose(call.args[0], "alone", include)
        left.append(footprint(town.app, since))
        with pytest.raises(AlreadyDone):
            town.app.compose(call.args[0], "alone", include)

    put_back(town, by_itself)
    put_back(town, composed)
    assert door.name in ALONE or left[0] == left[1]
