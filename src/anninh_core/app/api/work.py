from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.workflows.work_queue.service import OwnWork

_own_work = part(lambda internals: internals.workflows.own_work)


class WorkApi(Noun):
    """The actor's open work, over all subjects. Every verb takes the actor first."""

    counts = verb(_own_work, OwnWork.counts)
    mine = verb(_own_work, OwnWork.mine)
    news = verb(_own_work, OwnWork.news)
