"""Drafts of texts that take time to write: they are saved, started from the profile's wordings, and previewed before
they are sent.

A form names the part of its draft and the field with the text. Its save button saves the same as the script, which
sends nothing else of the form.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from attrs import evolve
from starlette.responses import Response

from anninh_core.board.forms.act_table import load_act_table
from anninh_core.board.forms.carry_out import Again, carry_out, has_own_form_token
from anninh_core.board.forms.form import ActForm, Drafting, FormField, WrittenField
from anninh_core.board.pages.request import PageRequest
from anninh_core.kernel.errors import AnninhError, NotFound

# Name and values of a form's other buttons, which do something else than the act.
DO = "do"
SAVE = "draft"
PREVIEW = "preview"

_PART = "draft_part"
_FIELD = "draft_field"
_DONE = 303


class DraftedForms:
    """The drafts about one record, for its forms.

    Args:
        about: `kind:id` of the record.
        fields: fields with texts that are saved.
        ready: the operation that lists wordings for a step, or "".

    Raises:
        ValueError: one of the fields is secret, such as a password, and is never saved.
    """

    def __init__(self, page: PageRequest, about: str, fields: Sequence[WrittenField], ready: str = "") -> None:
        if secrets := [written_field.field for written_field in fields if _is_secret_field(written_field)]:
            raise ValueError(f"{', '.join(secrets)}: what is secret is no draft")
        self._page = page
        self._about = about
        self._fields = fields
        self._ready = ready

    def load_initial_text(self, operation: str) -> str:
        """Return the initial text of an operation's form, or ""."""
        return next(
            (self._load_text(written_field) for written_field in self._fields if written_field.operation == operation),
            "",
        )

    def offer(self, acts: Sequence[ActForm]) -> list[ActForm]:
        """Return the forms, each with its draft and the wordings that may start its text."""
        by_operation = {written_field.operation: written_field for written_field in self._fields}
        return [
            self.add_draft(act, by_operation[act.operation]) if act.operation in by_operation else act for act in acts
        ]

    def add_draft(self, act: ActForm, written: WrittenField) -> ActForm:
        """Return a form with its draft and wordings, open if it has a draft or a chosen wording.

        Text that was just submitted stays in the form, whatever the draft contains.
        """
        row = self._find_own_draft(written.kept_as)
        step = _find_step(act.operation)
        text = self._load_text(written)
        drafting = Drafting(
            about=self._about,
            written=written,
            saved_at=None if row is None else row.saved_at,
            ready=self._build_wording_links(act, step),
        )
        fields = act.fields if act.error or not text else tuple(_fill_field(act.fields, written.field, text))
        return evolve(act, drafting=drafting, fields=fields, is_open=act.is_open or bool(text))

    def parts(self) -> frozenset[str]:
        """Return the parts that the viewer has drafts of."""
        return frozenset(row.part for row in self._list_own_drafts())

    def handed_over(self) -> Sequence[Any]:
        """Return the drafts that other officers handed over, with their text, to be read and copied from."""
        page = self._page
        rows = [row for row in page.once("drafts.list", about=self._about) if row.author != page.viewer.id]
        page.load_officers(row.author for row in rows)
        return [page.call("drafts.get", about=self._about, part=row.part, author=row.author) for row in rows]

    def keep(self) -> datetime | None:
        """Save the submitted text as a draft and return the time of saving; None if the text is empty, which removes
        the draft.

        Raises:
            NotFound: the form's page wasn't made for this session.
        """
        page = self._page
        if not has_own_form_token(page):
            raise NotFound("This page is old: read it again and send the form once more.")
        words = page.sent(page.sent(_FIELD))
        saved = page.call("drafts.save", about=self._about, words=words, part=page.sent(_PART))
        return saved.saved_at if words.strip() else None

    def carry_out(
        self, operation_name: str, given: Mapping[str, Any], again: Again, done: str | Callable[[Any], str]
    ) -> Response:
        """Carry out the act of a submitted form, as `carry_out_act` does, and conclude the draft of its text."""
        response = carry_out(self._page, operation_name, given, again, done)
        self._conclude_draft(response.status_code)
        return response

    def _conclude_draft(self, status: int) -> None:
        """Discard the draft of the submitted text if the act was done; otherwise save the text as a draft.

        The response on its way contains the text, so errors while saving must not hinder it.
        """
        part = self._page.sent(_PART)
        if status == _DONE and self._find_own_draft(part) is not None:
            self._page.call("drafts.discard", about=self._about, part=part)
        elif status != _DONE and part:
            with suppress(AnninhError):
                self.keep()

    def _load_text(self, written: WrittenField) -> str:
        """Return a field's draft, followed by the chosen wording."""
        row = self._find_own_draft(written.kept_as)
        draft = "" if row is None else self._page.call("drafts.get", about=self._about, part=written.kept_as).words
        step = _find_step(written.operation)
        chosen_texts = (
            wording.text for wording in self._find_wordings(step) if wording.code == self._page.one("ready")
        )
        return "\n".join(filter(None, (draft, next(chosen_texts, "").strip())))

    def _build_wording_links(self, act: ActForm, step: str) -> list[tuple[str, str]]:
        page = self._page
        return [
            (wording.title, f"{page.url(ready=wording.code, done='')}#{act.id}")
            for wording in self._find_wordings(step)
        ]

    def _find_own_draft(self, part: str) -> Any:
        """Return the list row of the viewer's own draft of `part`, or None."""
        return next((row for row in self._list_own_drafts() if row.part == part), None)

    def _list_own_drafts(self) -> Sequence[Any]:
        """Return the viewer's own drafts about the record, without those that other officers handed over."""
        own = self._page.viewer.id
        return [row for row in self._page.once("drafts.list", about=self._about) if row.author == own]

    def _find_wordings(self, step: str) -> Sequence[Any]:
        if not self._ready:
            return ()
        return [wording for wording in self._page.once(self._ready) if wording.step == step]


def _is_secret_field(written: WrittenField) -> bool:
    layout = load_act_table().get(written.operation, {}).get("fields", {}).get(written.field, {})
    return bool(layout.get("widget") == "secret")


def _fill_field(fields: Sequence[FormField], name: str, words: str) -> Iterator[FormField]:
    for form_field in fields:
        yield evolve(form_field, values=(words,)) if form_field.input.path == name else form_field


def _find_step(operation: str) -> str:
    return operation.rpartition(".")[2]
