"""Many small acts in one commit: as if each were carried out alone, at a fraction of the cost."""

from collections.abc import Callable, Mapping, Sequence

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.ports.changes import ChangeSet, NewKey, Outcome
from anninh_core.vocabulary.permissions import Permission
from anninh_core.work.actor import Actor
from anninh_core.work.context import UseCaseContext
from anninh_core.work.runner import UseCaseRunner
from anninh_core.work.unit_of_work import Ahead, UnitOfWork


@frozen(kw_only=True)
class Act:
    """A use case that is still to be carried out; see `Desk.carry_out`.

    Attributes:
        reads: kinds and ids of records that it will look for, read for all acts at once.
    """

    actor: Actor
    action: str
    permission: Permission
    body: Callable[[UnitOfWork], object]
    reads: tuple[tuple[str, str], ...] = ()


def carry_out_together(runner: UseCaseRunner, acts: Sequence[Act]) -> list[Exception | None]:
    """Carry acts out, each whole or not at all, and return for each what `Desk.carry_out` would have raised, or None.

    None of them sees another: one that meets what an earlier one changed is carried out again by itself.

    Raises:
        StorageError: the common reading or commit failed; of no act anything was kept, apart from refusals.
    """
    ahead = _read_ahead(runner.context, acts)
    drafts = [_drafted(runner, act, ahead) for act in acts]
    stored = runner.context.sealer.stored(
        {scope for draft in drafts if isinstance(draft, UnitOfWork) for scope in draft.scopes}
    )
    gathered = [_sealed(draft, stored) if isinstance(draft, UnitOfWork) else draft for draft in drafts]
    outcomes = iter(_committed(runner, [change for change in gathered if isinstance(change, ChangeSet)]))
    return [
        _ended(runner, act, change, next(outcomes)) if isinstance(change, ChangeSet) else change
        for act, change in zip(acts, gathered, strict=True)
    ]


def _read_ahead(context: UseCaseContext, acts: Sequence[Act]) -> Ahead:
    wanted: dict[str, set[str]] = {}
    for kind, id in (read for act in acts for read in act.reads):
        wanted.setdefault(kind, set()).add(id)
    found = {kind: context.storage.records.get_many(kind, ids) for kind, ids in wanted.items()}
    return {(kind, id): found[kind].get(id) for kind, ids in wanted.items() for id in ids}


def _drafted(runner: UseCaseRunner, act: Act, ahead: Ahead) -> UnitOfWork | Exception | None:
    """Return what an act gathered, None for nothing at all."""
    try:
        draft, _ = runner.prepare(act.actor, act.action, act.permission, act.body, ahead)
    except Exception as error:  # noqa: BLE001  one act that fails must not stop the others; its caller hears of it
        return error
    return None if draft.leaves_nothing else draft


def _sealed(draft: UnitOfWork, stored: Mapping[str, NewKey]) -> ChangeSet | Exception:
    try:
        return draft.change_set(stored)
    except Exception as error:  # noqa: BLE001  as with drafting: its caller hears of it beside the others
        return error


def _committed(runner: UseCaseRunner, changes: Sequence[ChangeSet]) -> Sequence[Outcome]:
    try:
        return runner.apply(changes)
    except BadInput:  # one that no storage takes: each alone, so that only that one fails
        return [Outcome.CONFLICT] * len(changes)


def _ended(runner: UseCaseRunner, act: Act, change: ChangeSet, outcome: Outcome) -> Exception | None:
    try:
        if not runner.check_outcome(change, outcome):
            runner.run_command(act.actor, act.action, act.permission, act.body)
    except Exception as error:  # noqa: BLE001  told to the caller beside the outcomes of the others
        return error
    return None
