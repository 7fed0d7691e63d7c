"""`app.work`."""

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.workflows.work_queue.service import OwnWork

_own_work = part(lambda inside: inside.workflows.own_work)


class WorkApi(Noun):
    """What waits for whoever asks, over all subjects. Every verb takes the actor first."""

    counts = verb(_own_work, OwnWork.counts)
    mine = verb(_own_work, OwnWork.mine)
    news = verb(_own_work, OwnWork.news)
