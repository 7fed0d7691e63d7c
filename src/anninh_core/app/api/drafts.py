"""`app.drafts`."""

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.drafts.service import Drafts

_drafts = part(lambda inside: inside.services.drafts)


class DraftsApi(Noun):
    """One's own drafts; they leave no entry in the journal. Every verb takes the actor first."""

    save = verb(_drafts, Drafts.save)
    get = verb(_drafts, Drafts.get)
    list = verb(_drafts, Drafts.list)
    discard = verb(_drafts, Drafts.discard)
