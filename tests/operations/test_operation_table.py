"""What is open to callers outside the process, and what never is."""

import pytest
from tests.app import test_api
from tests.operations.operations import FILE, lines

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound
from anninh_core.operations import Door
from anninh_core.operations.operation_table import NOUNS, build_operations
from anninh_core.operations.requests import RequestBuilder
from anninh_core.usecase.marks import Service, command, use_case_of
from anninh_core.usecase.permissions.permits import UseCaseKind
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

CLOSED = {
    "accounts.reset_by_operator": "for whoever stands at the machine with the keys",
    "audit.examine": "it takes a file of heads as an object; `audit.received_heads` and `verify` are open",
    "audit.rotate_signing_key": "for whoever stands at the machine with the keys",
    "failures.alarm": "for the parts that warn",
    "failures.ledger": "raw rows of the outbox, with addresses",
    "failures.waiting": "a raw row of the outbox, with its address",
    "groups.targets": "conversations of groups, for what is published",
    "keys.destroy_epoch": "for whoever stands at the machine with the keys",
    "keys.rotate": "for whoever stands at the machine with the keys",
    "keys.turn_epoch": "for whoever stands at the machine with the keys",
    "moderation.raise_post": "intake: posts come from groups",
    "reports.document": "for those who format it; it leaves as a file, by `reports.render`",
    "reports.correct_counters": "counters' mending",
    "reports.mend_counters": "counters' mending",
    "reports.recount": "counters' mending",
    "retention.gather_needles": "it shows pieces of what is to be purged",
    "retention.prove_purge": "it takes what `gather_needles` returned",
    "units.break_glass": "for whoever stands at the machine with the keys",
}
"""Verbs of nouns that no caller outside reaches, and why."""
NEVER = ("intake", "_due", "begin_purge", "finish_purge", "grant_erasure", "mend", "recount", "record_findings")


def test_the_door_is_what_is_listed() -> None:
    """A use case is opened or closed by somebody who changes the list, with its permissions and what it leaves."""
    assert [*lines()] == FILE.read_text(encoding="utf-8").splitlines(), "python -m tests.operations.operations --write"


def test_every_noun_has_its_place(door: Door) -> None:
    """No subject of the app is forgotten, and each has operations."""
    assert set(NOUNS) == set(test_api.NOUNS)
    assert {name.partition(".")[0] for name in door.operations} == set(NOUNS)


def test_what_is_closed_says_why(app: App, door: Door) -> None:
    """Every verb is open, or somebody wrote down why it isn't."""
    assert {name for name, _ in test_api.verbs(app)} - {*door.operations} == CLOSED.keys()


def test_nothing_is_open_that_no_noun_leads_to(app: App) -> None:
    """Halves that a workflow completes, steps of intake and what the clock does bear no mark of being public."""
    reached = {use_case_of(verb) for _, verb in test_api.verbs(app)}
    for part in test_api.services(app):
        for name in dir(part):
            mark = use_case_of(getattr(part, name))
            assert mark is None or not mark.public or mark in reached, f"{part.action_prefix}.{name}"


def test_what_is_never_open(door: Door) -> None:
    """Words that stand for what no caller outside may do occur in no command's name."""
    commands = [name for name, one in door.operations.items() if one.kind is not UseCaseKind.QUERY]
    assert [name for name in commands for word in NEVER if word in name] == []


class _Twice(Service):
    action_prefix = "twice"

    @command(Permission.INTAKE, public=True)
    def act(self, uow: UnitOfWork) -> None:
        """Do something."""

    @command(Permission.INTAKE, public=True)
    def mute(self, uow: UnitOfWork) -> None:
        pass

    @command(Permission.INTAKE)
    def shut(self, uow: UnitOfWork) -> None:
        """Do something else."""


class _Noun:
    def __init__(self, service: _Twice, **verbs: str) -> None:
        for name, verb in verbs.items():
            setattr(self, name, getattr(service, verb))


@pytest.mark.parametrize(
    ("verbs", "complaint"), [({"one": "act", "two": "act"}, "one name"), ({"one": "mute"}, "no docstring")]
)
def test_doubtful_operations_are_refused(app: App, verbs: dict[str, str], complaint: str) -> None:
    """One use case has one name, and says what it does."""
    with pytest.raises(TypeError, match=complaint):
        build_operations("noun", _Noun(_Twice(app.internals.runner), **verbs), RequestBuilder())


def test_closed_is_the_default(app: App) -> None:
    """A use case whose mark says nothing has no operation."""
    assert [*build_operations("noun", _Noun(_Twice(app.internals.runner), a="act", b="shut"), RequestBuilder())] == [
        "noun.a"
    ]


def test_unknown_operations_are_named(door: Door) -> None:
    """Whatever a caller writes as a name is found or refused in the same way."""
    for name in ("tips.steal", "worker.stop", "", "tips", "tips.__init__", "app.tips.get"):
        with pytest.raises(NotFound, match="doesn't exist: `anninh call --list` lists all operations"):
            door.find(name)


def test_an_operation_says_what_it_does(door: Door) -> None:
    """Its first sentence, the rest without arguments and errors, and whose id comes first."""
    found = door.find("tips.settle")
    assert (found.subject, found.kind, found.permission) == ("tip_id", UseCaseKind.COMMAND, Permission.TIP_HANDLE)
    for operation in door.operations.values():
        assert operation.summary.endswith((".", ":", "?")), operation.name
        assert "\n" not in operation.summary, operation.name
        assert "Args:" not in operation.description, operation.name


def test_actors_are_no_argument(door: Door) -> None:
    """Who asks is said by an authenticator, never by the caller."""
    for operation in door.operations.values():
        assert "actor" not in operation.arguments.shapes
