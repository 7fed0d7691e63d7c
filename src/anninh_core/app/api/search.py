from collections.abc import Sequence

from anninh_core.app.api.noun import Noun, part, verb
from anninh_core.usecase.actor import Actor
from anninh_core.workflows.record_search import RecordSearch, SearchHits

_record_search = part(lambda internals: internals.workflows.record_search)


class SearchApi(Noun):
    """One search over tips, questions, articles and items: `app.search(actor, "xóm 3")`, or `app.search.find`."""

    find = verb(_record_search, RecordSearch.find)

    def __call__(
        self, actor: Actor, text: str, *, kinds: Sequence[str] = (), unit: str = "", limit: int = 20
    ) -> SearchHits:
        """Find records of several kinds that match `text`; see `find`."""
        return self.find(actor, text, kinds=kinds, unit=unit, limit=limit)
