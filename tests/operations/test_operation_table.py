"""Operations that are open to external callers, and operations that never are."""

import pytest
from tests.app import test_api
from tests.operations.operations import FILE, describe_all_operations

from anninh_core.app import App
from anninh_core.kernel.errors import NotFound
from anninh_core.operations import OperationGateway
from anninh_core.operations.operation_table import NOUNS, build_operations
from anninh_core.operations.requests import RequestBuilder
from anninh_core.usecase.marks import Service, command, get_use_case
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
"""Verbs of nouns that are closed to external callers -> the reason."""
NEVER = ("intake", "_due", "begin_purge", "finish_purge", "grant_erasure", "mend", "recount", "record_findings")


def test_operations_equal_the_list() -> None:
    """The operations are exactly those of the checked-in list, with the same permissions and marks."""
    assert [*describe_all_operations()] == FILE.read_text(encoding="utf-8").splitlines(), (
        "python -m tests.operations.operations --write"
    )


def test_every_noun_has_operations(gateway: OperationGateway) -> None:
    """Every noun of the app is in the list of nouns, and has at least one operation."""
    assert set(NOUNS) == set(test_api.NOUNS)
    assert {name.partition(".")[0] for name in gateway.operations} == set(NOUNS)


def test_closed_verbs_have_a_reason(app: App, gateway: OperationGateway) -> None:
    """Every verb of a noun is either open to external callers or in `CLOSED` with a reason."""
    assert {name for name, _ in test_api.iter_verbs(app)} - {*gateway.operations} == CLOSED.keys()


def test_use_cases_without_noun_are_not_public(app: App) -> None:
    """A use case that belongs to no noun, such as a workflow's part, an intake step or a scheduled job, isn't marked
    public.
    """
    reached = {get_use_case(verb) for _, verb in test_api.iter_verbs(app)}
    for part in test_api.iter_services(app):
        for name in dir(part):
            mark = get_use_case(getattr(part, name))
            assert mark is None or not mark.public or mark in reached, f"{part.action_prefix}.{name}"


def test_forbidden_commands_are_not_open(gateway: OperationGateway) -> None:
    """No command that is open to external callers has a name with a word for an act that must never be open."""
    commands = [name for name, operation in gateway.operations.items() if operation.kind is not UseCaseKind.QUERY]
    assert [name for name in commands for word in NEVER if word in name] == []


class _ExampleService(Service):
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


class _ExampleNoun:
    def __init__(self, service: _ExampleService, **verbs: str) -> None:
        for name, verb in verbs.items():
            setattr(self, name, getattr(service, verb))


@pytest.mark.parametrize(
    ("verbs", "complaint"), [({"one": "act", "two": "act"}, "one name"), ({"one": "mute"}, "no docstring")]
)
def test_doubtful_operations_are_refused(app: App, verbs: dict[str, str], complaint: str) -> None:
    """Two operations for one use case are refused, and so is an operation without a docstring."""
    with pytest.raises(TypeError, match=complaint):
        build_operations("noun", _ExampleNoun(_ExampleService(app.internals.runner), **verbs), RequestBuilder())


def test_closed_is_the_default(app: App) -> None:
    """A use case without `public=True` has no operation."""
    assert [
        *build_operations(
            "noun", _ExampleNoun(_ExampleService(app.internals.runner), a="act", b="shut"), RequestBuilder()
        )
    ] == ["noun.a"]


def test_unknown_operation_is_refused(gateway: OperationGateway) -> None:
    """Any name that is no operation is refused in the same way."""
    for name in ("tips.steal", "worker.stop", "", "tips", "tips.__init__", "app.tips.get"):
        with pytest.raises(NotFound, match="doesn't exist: `anninh call --list` lists all operations"):
            gateway.find(name)


def test_operation_has_summary_and_description(gateway: OperationGateway) -> None:
    """An operation has a summary of one sentence, a description without arguments and errors, and its subject's id
    first.
    """
    settle = gateway.find("tips.settle")
    assert (settle.subject, settle.kind, settle.permission) == ("tip_id", UseCaseKind.COMMAND, Permission.TIP_HANDLE)
    for operation in gateway.operations.values():
        assert operation.summary.endswith((".", ":", "?")), operation.name
        assert "\n" not in operation.summary, operation.name
        assert "Args:" not in operation.description, operation.name


def test_actors_are_no_argument(gateway: OperationGateway) -> None:
    """No operation takes the actor as an argument, since the authenticator determines the actor."""
    for operation in gateway.operations.values():
        assert "actor" not in operation.arguments.shapes
