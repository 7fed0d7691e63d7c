"""Words that take time: kept as drafts, begun from the profile's wordings, and looked at before they leave."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from attrs import evolve, frozen

from anninh_core.board.forms.act import ActForm
from anninh_core.board.forms.carry_out import check_form
from anninh_core.kernel.errors import NotFound

if TYPE_CHECKING:
    from anninh_core.board.pages.request import PageRequest

DO, SAVE, PREVIEW = "do", "draft", "preview"
"""Name of a form's other buttons, and what they ask for instead of the act itself."""

_DONE = 303


@frozen(kw_only=True)
class WrittenField:
    """A field whose words are kept while they are written.

    Attributes:
        operation: of the form.
        field: of the form, and the draft's part.
        can_preview: whether it can be looked at as it will leave.
    """

    operation: str
    field: str
    can_preview: bool = False


@frozen(kw_only=True)
class Drafting:
    """What a form offers beside its act.

    Attributes:
        saved_at: when its words were kept, None for never.
        can_preview: whether they can be looked at as they will leave.
        ready: title and address of wordings that may begin them.
    """

    saved_at: datetime | None
    can_preview: bool
    ready: Sequence[tuple[str, str]]


class DraftedForms:
    """The drafts about one record, put into its forms.

    Args:
        page: on which they stand.
        about: `kind:id` of the record.
        fields: whose words are kept.
        ready: the operation that lists wordings for a step, "" for none.
    """

    def __init__(self, page: "PageRequest", about: str, fields: Sequence[WrittenField], ready: str = "") -> None:
        self._page = page
        self._about = about
        self._fields = fields
        self._ready = ready

    def words(self) -> Mapping[str, str]:
        """Return what stands in fields from the beginning: what was kept, and a wording that was chosen."""
        return {part: words for part in self._parts() if (words := self._begin(part))}

    def offer(self, acts: Sequence[ActForm]) -> list[ActForm]:
        """Return forms with what they offer beside their acts."""
        return [self._offer(act) for act in acts]

    def handed_over(self) -> Sequence[Any]:
        """Return the drafts that a hand-over offered, with their words, to be read and copied from."""
        page = self._page
        rows = [row for row in page.once("drafts.list", about=self._about) if row.author != page.viewer.id]
        page.load_officers(row.author for row in rows)
        return [page.call("drafts.get", about=self._about, part=row.part, author=row.author) for row in rows]

    def keep(self) -> None:
        """Keep what a form sent; what is empty is kept no longer."""
        if not check_form(self._page):
            raise NotFound(self._page.words["expired_form"])
        for part in self._parts():
            if part in self._page.form:
                self._page.call("drafts.save", about=self._about, words=self._page.sent(part), part=part)

    def forget(self, status: int) -> None:
        """Take away the drafts of what was sent, once the answer to a form says that it was done."""
        if status != _DONE:
            return
        kept = {row.part for row in self._rows()}
        for part in kept.intersection(self._page.form):
            self._page.call("drafts.discard", about=self._about, part=part)

    def _offer(self, act: ActForm) -> ActForm:
        written = next((one for one in self._fields if one.operation == act.operation), None)
        if written is None:
            return act
        saved = next((row.saved_at for row in self._rows() if row.part == written.field), None)
        step = act.operation.rpartition(".")[2]
        chosen = self._page.one("ready") in {one.code for one in self._wordings(step)}
        offered = Drafting(saved_at=saved, can_preview=written.can_preview, ready=self._links(act, step))
        return evolve(act, drafting=offered, is_open=act.is_open or saved is not None or chosen)

    def _links(self, act: ActForm, step: str) -> list[tuple[str, str]]:
        page = self._page
        return [(one.title, f"{page.url(ready=one.code, done='')}#{act.id}") for one in self._wordings(step)]

    def _begin(self, part: str) -> str:
        row = next((row for row in self._rows() if row.part == part), None)
        kept = "" if row is None else self._page.call("drafts.get", about=self._about, part=part).words
        steps = (one.operation.rpartition(".")[2] for one in self._fields if one.field == part)
        chosen = (one.text for step in steps for one in self._wordings(step) if one.code == self._page.one("ready"))
        return "\n".join(filter(None, (kept, next(chosen, "").strip())))

    def _rows(self) -> Sequence[Any]:
        """Return one's own drafts about the record, without those that a hand-over offered."""
        own = self._page.viewer.id
        return [row for row in self._page.once("drafts.list", about=self._about) if row.author == own]

    def _wordings(self, step: str) -> Sequence[Any]:
        if not self._ready:
            return ()
        return [one for one in self._page.once(self._ready) if one.step == step]

    def _parts(self) -> Sequence[str]:
        return tuple(dict.fromkeys(one.field for one in self._fields))
