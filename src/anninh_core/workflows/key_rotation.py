"""Rotation of the keys: a new epoch and a new signing key."""

from functools import partial

from attrs import frozen

from anninh_core.ports.keys import SigningKeys
from anninh_core.usecase.actor import Actor
from anninh_core.usecase.marks import workflow
from anninh_core.usecase.preconditions.request_keys import run_or_resume
from anninh_core.vocabulary.permissions import Permission
from anninh_core.workflows.base import Workflow


@frozen
class RotatedKeys:
    """The epoch and the signing key after a rotation.

    Attributes:
        epoch: the epoch under which new data keys are wrapped.
        signing_key: id of the key that signs heads; "" if the key custody can't sign.
    """

    epoch: str
    signing_key: str


class KeyRotation(Workflow):
    """Rotates the keys: begins a new key epoch, and replaces the key that signs heads of the audit log."""

    action_prefix = "keys"

    @workflow(Permission.OPERATE, step_up=True)
    def rotate(self, actor: Actor) -> RotatedKeys:
        """Begin a new key epoch, and continue with a new signing key that the old one certifies; all processes keep
        working.

        The blind key stays: receipts, known residents and the search index are hashed with it, and under another key no
        earlier writer would be recognised. A thief of the keys can still open everything wrapped before.
        """
        management = self.services.key_management
        heads = self.services.audit.heads
        turn = partial(management.turn_epoch, actor.for_step("epoch"))
        epoch = run_or_resume(actor, turn, lambda _: self.context.keys.epoch)
        if not isinstance(self.context.keys, SigningKeys):
            return RotatedKeys(epoch, "")
        return RotatedKeys(epoch, heads.rotate_signing_key(actor).id)
