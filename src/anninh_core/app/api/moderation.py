from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.moderation.flagging import PostFlagging
from anninh_core.domain.moderation.queries import ModerationQueries
from anninh_core.domain.moderation.rulings import Rulings
from anninh_core.workflows.allowed_actions.posts import PossiblePostSteps
from anninh_core.workflows.moderation_decision import ModerationDecision

_flagging = part(lambda internals: internals.services.moderation.flagging)
_rulings = part(lambda internals: internals.services.moderation.rulings)
_queries = part(lambda internals: internals.services.moderation.queries)
_moderation_decision = part(lambda internals: internals.workflows.moderation_decision)
_possible_steps = part(lambda internals: internals.workflows.possible_post_steps)


class ModerationApi(Noun):
    """Unsuitable posts: one officer decides, another decides the appeal. Every verb takes the actor first."""

    raise_post = verb(_flagging, PostFlagging.raise_post)
    confirm_done = verb(_rulings, Rulings.confirm_done)
    get = verb(_queries, ModerationQueries.get)
    list = verb(_queries, ModerationQueries.list)
    tasks = verb(_queries, ModerationQueries.tasks)
    decide = verb(_moderation_decision, ModerationDecision.decide)
    decide_appeal = verb(_moderation_decision, ModerationDecision.decide_appeal)
    can_do = verb(_possible_steps, PossiblePostSteps.can_do)
