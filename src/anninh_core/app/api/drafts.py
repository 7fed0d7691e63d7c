from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.domain.drafts.service import Drafts

_drafts = part(lambda internals: internals.services.drafts)


class DraftsApi(Noun):
    """The actor's own drafts, which leave no entry in the audit log. Every verb takes the actor first."""

    save = verb(_drafts, Drafts.save)
    get = verb(_drafts, Drafts.get)
    list = verb(_drafts, Drafts.list)
    discard = verb(_drafts, Drafts.discard)
