from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.units.chats import OfficerChats
from anninh_core.domain.units.service import Units
from anninh_core.workflows.labels import LabelBook
from anninh_core.workflows.officers.hand_over import HandOver
from anninh_core.workflows.officers.role_ending import RoleEnding

_units = part(lambda internals: internals.services.units)
_role_ending = part(lambda internals: internals.workflows.role_ending)
_hand_over = part(lambda internals: internals.workflows.hand_over)
_labels = part(lambda internals: internals.workflows.labels)
_officer_chats = part(lambda internals: internals.services.officer_chats)


class UnitsApi(Noun):
    """Officers and their grants. Every verb takes the actor first."""

    appoint = verb(_units, Units.appoint)
    grant = verb(_units, Units.grant)
    confirm_grant = verb(_units, Units.confirm_grant)
    revoke = verb(_role_ending, RoleEnding.revoke)
    hand_over = verb(_hand_over, HandOver.hand_over)
    break_glass = verb(_units, Units.break_glass)
    officer = verb(_units, Units.officer)
    officers = verb(_units, Units.officers)
    names = verb(_units, Units.names)
    whoami = verb(_units, Units.whoami)
    labels = verb(_labels, LabelBook.labels)
    begin_binding = verb(_officer_chats, OfficerChats.begin_binding)
    unbind = verb(_officer_chats, OfficerChats.unbind)
