"""Use cases that begin and destroy epochs and return the status of the keys, for operators and the scheduler."""

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial

from anninh_core.domain.key_management.model import EpochLog, EpochUse, KeyStatus
from anninh_core.domain.key_management.notes import forget_epoch, observe_epochs, read_epoch_log, read_recovery_note
from anninh_core.domain.key_management.rewrapping import rewrap_epoch
from anninh_core.kernel.dates import local_date
from anninh_core.kernel.errors import BadInput, WrongStep
from anninh_core.ports.keys import ListsEpochs, ProtectableKeys, SigningKeys
from anninh_core.ports.storages.changes import Scalar
from anninh_core.ports.storages.storage import KeyRing
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.context import UseCaseContext
from anninh_core.usecase.marks import Service, query, workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.usecase.read_session import ReadSession
from anninh_core.usecase.unit_of_work import UnitOfWork
from anninh_core.vocabulary.permissions import Permission

COUNTED = 10_000
"""Maximal number of data keys counted for an epoch; a larger number is reported as capped."""

_PAGE = 500


class KeyManagement(Service):
    """Use cases of the epoch keys.

    The blind key is never replaced: receipts, known residents and the search index are hashed with it, and with another
    key no resident who wrote before would be recognised.
    """

    action_prefix = "keys"

    @workflow(Permission.OPERATE, step_up=True)
    def turn_epoch(self, actor: Actor) -> str:
        """Begin a new epoch and return its name; new data keys are wrapped under it from now on, in every process.

        The worker rewraps the existing keys over time. One audit entry records the order, a later one the completion:
        an order without completion was interrupted, and repeating it does no harm.
        """
        keys = self.context.keys
        order_note = _build_audit_command("keys.turn_ordered", {"epoch": keys.epoch})
        ordered_epoch: str | None = run_or_resume(
            actor,
            lambda: self.runner.run_command(actor.for_step("order"), "keys.turn_epoch", Permission.OPERATE, order_note),
            lambda done: str(done.facts["epoch"]),
        )
        observe_epochs(self.context)
        is_turned = ordered_epoch not in (None, keys.epoch)
        previous_epoch = ordered_epoch or keys.epoch
        epoch = keys.epoch if is_turned else keys.turn_epoch()
        observe_epochs(self.context)
        completion_note = _build_audit_command("keys.epoch_turned", {"epoch": epoch, "before": previous_epoch})
        self.runner.run_command(actor, "keys.finish_turn", Permission.OPERATE, completion_note)
        return epoch

    @workflow(Permission.OPERATE, step_up=True)
    def destroy_epoch(self, actor: Actor, epoch: str) -> None:
        """Destroy the key of an ended epoch, after all living data keys were rewrapped.

        Backups and recovery copies made during the epoch can't be opened any more with the remaining keys.

        Raises:
            BadInput: the epoch is in use or doesn't exist.
            WrongStep: a data key is still wrapped under it and can't be rewrapped.
        """
        order_note = _build_audit_command(
            "keys.destruction_ordered", {"epoch": epoch}, partial(self._require_ended, epoch=epoch)
        )
        run_or_resume(
            actor,
            lambda: self.runner.run_command(
                actor.for_step("order"), "keys.destroy_epoch", Permission.OPERATE, order_note
            ),
            lambda _: None,
        )
        # If the epoch isn't listed, an earlier call that was interrupted has destroyed its key.
        if epoch in _list_epoch_names(self.context):
            self._destroy_epoch_key(epoch)
        completion_note = _build_audit_command("keys.epoch_destroyed", {"epoch": epoch})
        self.runner.run_command(actor, "keys.finish_destruction", Permission.OPERATE, completion_note)

    def _require_ended(self, epoch: str) -> None:
        if epoch == self.context.keys.epoch:
            raise BadInput(
                "Epoch {epoch!r} is in use: begin a new epoch first, with `anninh keys rotate`.", epoch=epoch
            )
        if epoch not in _list_epoch_names(self.context):
            raise BadInput(
                "Epoch {epoch!r} doesn't exist, so it can't be destroyed: {act:keys.status} lists the epochs.",
                epoch=epoch,
            )

    def _destroy_epoch_key(self, epoch: str) -> None:
        if remaining := rewrap_epoch(self.runner, epoch):
            raise WrongStep(
                "Epoch {epoch!r} stays, because {count} of its data keys don't open and can't be wrapped "
                "again: `anninh doctor --deep` names what they seal, and a backup may have them intact.",
                count=remaining,
                epoch=epoch,
            )
        self.context.keys.destroy_epoch(epoch)
        forget_epoch(self.context, epoch)

    @query(Permission.OPERATE, public=True)
    def status(self, session: ReadSession) -> KeyStatus:
        """Return the status of the keys. Needs the permission on the root."""
        session.permit(self.context.district.root)
        return read_key_status(self.context)


def read_key_status(context: UseCaseContext) -> KeyStatus:
    """Return the status of the keys, without a permission check."""
    keys = context.keys
    log = read_epoch_log(context)
    public_keys = keys.public_keys() if isinstance(keys, SigningKeys) else ()
    return KeyStatus(
        is_protected=keys.is_protected if isinstance(keys, ProtectableKeys) else None,
        epoch=keys.epoch,
        signing_key=public_keys[-1].id if public_keys else "",
        epochs=tuple(_count_epoch_uses(context, log)),
        recovery=read_recovery_note(context),
        rules=context.district.key_rules,
    )


def count_keys(keyring: KeyRing, current: str) -> Counter[str]:
    """Return the number of living data keys by epoch; counting stops at about `COUNTED`."""
    counts: Counter[str] = Counter({current: len(keyring.wrapped_by(current, COUNTED + 1))})
    after = ""
    counted = 0
    while counted <= COUNTED and (page := keyring.wrapped_otherwise(current, _PAGE, after)):
        counts.update(key.epoch for key in page)
        after, counted = page[-1].scope, counted + len(page)
    return counts


def _count_epoch_uses(context: UseCaseContext, log: EpochLog) -> list[EpochUse]:
    keys = context.keys
    counts = count_keys(context.storage.keyring, keys.epoch)
    spans = {span.name: span for span in log.spans}
    listed = set(keys.epochs) if isinstance(keys, ListsEpochs) else set()
    names = sorted({*counts, *spans, *listed} - {keys.epoch}, key=lambda name: (len(name), name))
    is_capped = sum(counts[name] for name in names) > COUNTED
    return [
        EpochUse(
            name=name,
            count=min(counts[name], COUNTED),
            is_capped=counts[name] > COUNTED or (name != keys.epoch and is_capped),
            began_on=local_date(span.began_at) if span else None,
            ended_on=local_date(span.ended_at) if span and span.ended_at else None,
        )
        for name in (*names, keys.epoch)
        for span in [spans.get(name)]
    ]


def _list_epoch_names(context: UseCaseContext) -> frozenset[str]:
    return frozenset(span.name for span in observe_epochs(context).spans)


def _build_audit_command(
    event: str, facts: Mapping[str, Scalar], check: Callable[[], None] = lambda: None
) -> Callable[[UnitOfWork], None]:
    """Return a function for a command that checks the permission, runs `check`, and records an audit entry."""

    def record_audit_entry(uow: UnitOfWork) -> None:
        uow.permit(uow.context.district.root)
        check()
        uow.facts |= facts
        uow.add_event(event)

    return record_audit_entry
