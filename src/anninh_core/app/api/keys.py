from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.key_management.service import KeyManagement
from anninh_core.workflows.key_rotation import KeyRotation

_key_management = part(lambda internals: internals.services.key_management)
_key_rotation = part(lambda internals: internals.workflows.key_rotation)


class KeysApi(Noun):
    """Encryption keys and key epochs. Every verb takes the actor first."""

    status = verb(_key_management, KeyManagement.status)
    turn_epoch = verb(_key_management, KeyManagement.turn_epoch)
    destroy_epoch = verb(_key_management, KeyManagement.destroy_epoch)
    rotate = verb(_key_rotation, KeyRotation.rotate)
