from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.rights.checking import RightsChecking
from anninh_core.domain.rights.handling import RightsHandling
from anninh_core.domain.rights.intake import RightsIntake
from anninh_core.workflows.allowed_actions.rights import PossibleRightsSteps
from anninh_core.workflows.rights.rights import RightsWorkflow

_intake = part(lambda internals: internals.services.rights.intake)
_checking = part(lambda internals: internals.services.rights.checking)
_handling = part(lambda internals: internals.services.rights.handling)
_rights = part(lambda internals: internals.workflows.rights)
_possible_steps = part(lambda internals: internals.workflows.possible_rights_steps)


class RightsApi(Noun):
    """People's requests about their own personal data. Every verb takes the actor first."""

    record_request = verb(_intake, RightsIntake.record_request)
    requests_to_check = verb(_checking, RightsChecking.requests_to_check)
    record_check = verb(_checking, RightsChecking.record_check)
    link_account = verb(_checking, RightsChecking.link_account)
    link_receipt = verb(_checking, RightsChecking.link_receipt)
    requests = verb(_handling, RightsHandling.requests)
    request = verb(_handling, RightsHandling.request)
    clock = verb(_handling, RightsHandling.clock)
    extend_request = verb(_handling, RightsHandling.extend_request)
    leave_out = verb(_handling, RightsHandling.leave_out)
    take_in = verb(_handling, RightsHandling.take_in)
    restrict = verb(_handling, RightsHandling.restrict)
    lift_restriction = verb(_handling, RightsHandling.lift_restriction)
    find = verb(_rights, RightsWorkflow.find)
    export = verb(_rights, RightsWorkflow.export)
    correct_name = verb(_rights, RightsWorkflow.correct_name)
    correct_words = verb(_rights, RightsWorkflow.correct_words)
    answer = verb(_rights, RightsWorkflow.answer)
    can_do = verb(_possible_steps, PossibleRightsSteps.can_do)
