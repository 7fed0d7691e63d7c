"""Words that take time: kept as drafts, begun from the profile's wordings, and looked at before they leave.

A form says itself of which part its words are, and in which field they stand: by its button they are kept as by the
script, which sends nothing else of it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act_table import act_table
from anninh_core.board.forms.carry_out import Again, carry_out, check_form
from anninh_core.board.forms.form import ActForm, Drafting, FormField, WrittenField
from anninh_core.board.pages.request import PageRequest
from anninh_core.kernel.errors import AnninhError, NotFound

# Name of a form's other buttons, and what they ask for instead of the act itself.
DO = "do"
SAVE = "draft"
PREVIEW = "preview"

_PART = "draft_part"
_FIELD = "draft_field"
_DONE = 303


class DraftedForms:
    """The drafts about one record, put into its forms.

    Args:
        about: `kind:id` of the record.
        fields: whose words are kept.
        ready: the operation that lists wordings for a step, "" for none.

    Raises:
        ValueError: one of the fields is a password or the like, which is never kept.
    """

    def __init__(self, page: PageRequest, about: str, fields: Sequence[WrittenField], ready: str = "") -> None:
        if secrets := [one.field for one in fields if _is_secret(one)]:
            raise ValueError(f"{', '.join(secrets)}: what is secret is no draft")
        self._page = page
        self._about = about
        self._fields = fields
        self._ready = ready

    def words_of(self, operation: str) -> str:
        """Return what stands in an operation's form from the beginning, "" for nothing."""
        return next((self._begin(one) for one in self._fields if one.operation == operation), "")

    def offer(self, acts: Sequence[ActForm]) -> list[ActForm]:
        """Return forms with what was kept of them, and with what they offer beside their acts."""
        written = {one.operation: one for one in self._fields}
        return [self.beside(act, written[act.operation]) if act.operation in written else act for act in acts]

    def beside(self, act: ActForm, written: WrittenField) -> ActForm:
        """Return a form with what it offers beside its act, open where something of it was kept or chosen.

        What was just sent stays in it, whatever was kept.
        """
        row = self._row(written.kept_as)
        step = _step(act.operation)
        begun = self._begin(written)
        offered = Drafting(
            about=self._about,
            written=written,
            saved_at=None if row is None else row.saved_at,
            ready=self._links(act, step),
        )
        fields = act.fields if act.error or not begun else tuple(_begun(act.fields, written.field, begun))
        return evolve(act, drafting=offered, fields=fields, is_open=act.is_open or bool(begun))

    def parts(self) -> frozenset[str]:
        """Return of which parts one has drafts."""
        return frozenset(row.part for row in self._rows())

    def handed_over(self) -> Sequence[Any]:
        """Return the drafts that a hand-over offered, with their words, to be read and copied from."""
        page = self._page
        rows = [row for row in page.once("drafts.list", about=self._about) if row.author != page.viewer.id]
        page.load_officers(row.author for row in rows)
        return [page.call("drafts.get", about=self._about, part=row.part, author=row.author) for row in rows]

    def keep(self) -> datetime | None:
        """Keep what a form sent, and return when; None where it is empty, which is kept no longer."""
        page = self._page
        if not check_form(page):
            raise NotFound("This page is old: read it again and send the form once more.")
        words = page.sent(page.sent(_FIELD))
        saved = page.call("drafts.save", about=self._about, words=words, part=page.sent(_PART))
        return saved.saved_at if words.strip() else None

    def carry_out(
        self, operation_name: str, given: Mapping[str, Any], again: Again, done: str | Callable[[Any], str]
    ) -> Response:
        """Carry out the act that a form asks for, as `carry_out` does, and conclude the draft of its words."""
        response = carry_out(self._page, operation_name, given, again, done)
        self._conclude(response.status_code)
        return response

    def _conclude(self, status: int) -> None:
        """Take away the draft of what was sent, if the answer to a form says that it was done; else keep what it sent.

        The answer that is on its way has the words, so that whatever hinders keeping them mustn't hinder that.
        """
        part = self._page.sent(_PART)
        if status == _DONE and self._row(part) is not None:
            self._page.call("drafts.discard", about=self._about, part=part)
        elif status != _DONE and part:
            with suppress(AnninhError):
                self.keep()

    def _begin(self, written: WrittenField) -> str:
        """Return what was kept of a field, and a wording that was chosen."""
        row = self._row(written.kept_as)
        kept = "" if row is None else self._page.call("drafts.get", about=self._about, part=written.kept_as).words
        step = _step(written.operation)
        chosen = (one.text for one in self._wordings(step) if one.code == self._page.one("ready"))
        return "\n".join(filter(None, (kept, next(chosen, "").strip())))

    def _links(self, act: ActForm, step: str) -> list[tuple[str, str]]:
        page = self._page
        return [(one.title, f"{page.url(ready=one.code, done='')}#{act.id}") for one in self._wordings(step)]

    def _row(self, part: str) -> Any:
        """Return one's own draft of a part as the list has it, None where there is none."""
        return next((row for row in self._rows() if row.part == part), None)

    def _rows(self) -> Sequence[Any]:
        """Return one's own drafts about the record, without those that a hand-over offered."""
        own = self._page.viewer.id
        return [row for row in self._page.once("drafts.list", about=self._about) if row.author == own]

    def _wordings(self, step: str) -> Sequence[Any]:
        if not self._ready:
            return ()
        return [one for one in self._page.once(self._ready) if one.step == step]


def _is_secret(written: WrittenField) -> bool:
    layout = act_table().get(written.operation, {}).get("fields", {}).get(written.field, {})
    return bool(layout.get("widget") == "secret")


def _begun(fields: Sequence[FormField], name: str, words: str) -> Iterator[FormField]:
    for one in fields:
        yield evolve(one, values=(words,)) if one.input.path == name else one


def _step(operation: str) -> str:
    return operation.rpartition(".")[2]
