"""An act as a form on a page."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anninh_core.board.forms.act_table import act_table, has_form
from anninh_core.board.forms.form import ActForm, FormField
from anninh_core.board.forms.options import PageChooser
from anninh_core.board.forms.step_up import ways_to_step_up
from anninh_core.board.pages.request import FailedAct, PageRequest, Values
from anninh_core.operations.choices import Choice, list_choices
from anninh_core.operations.inputs import InputField, InputKind, describe_inputs
from anninh_core.operations.operation import Operation

_VERSION = "seen_version"
_LONG_TEXT = 300
"""Characters from which on a text is given several lines."""


class ActForms:
    """Makes the forms of a page.

    Args:
        subject: the record's address, below which acts are sent; of an act without a record, the section's.
        version: of the record as the page shows it; None where acts are about none.
        options: what is chosen from on this page alone, by field.
        mark: what tells the forms from those of another record of the page.
    """

    def __init__(
        self,
        page: PageRequest,
        subject: str,
        *,
        unit: str = "",
        version: int | None = None,
        failure: FailedAct | None = None,
        options: Mapping[str, Sequence[Choice]] | None = None,
        mark: str = "",
    ) -> None:
        self._page = page
        self._subject = subject
        self._unit = unit
        self._version = version
        self._failure = failure
        self._own_options = options or {}
        self._mark = mark

    def make(self, operation_name: str, **given: object) -> ActForm:
        """Return the form of an operation.

        Args:
            **given: what stands in a field from the beginning; a field that starts with what the page alone knows is
                declared `hidden` in `acts.toml`.
        """
        operation = self._page.desk.door.find(operation_name)
        layout: Mapping[str, Any] = act_table().get(operation_name, {})
        failure = self._failure if self._failure and self._failure.operation == operation_name else None
        if failure is not None:
            self._page.failure = None  # the form says it, where its words stand
        title = self._page.words.act(operation_name) or operation.summary
        return ActForm(
            operation=operation_name,
            url=f"{self._subject}/do/{operation_name.replace('.', '/', 1)}",
            title=title,
            button=self._say(layout, "button") or title,
            help=self._say(layout, "help"),
            key=str(layout.get("key", "")),
            is_main=operation.daily,
            is_danger=operation.irreversible,
            step_up=ways_to_step_up(self._page, operation, layout),
            fields=tuple(self._fields(operation, layout.get("fields", {}), given, failure)),
            request_key=self._request_key(failure),
            version=self._version if operation.takes_version else None,
            error=failure.sentence if failure else "",
            is_open=failure is not None,
            mark=self._mark,
        )

    def offered(self, steps: Iterable[Any], **given: object) -> list[ActForm]:
        """Return the forms of the steps that are possible, those of daily work first; see `can_do`."""
        shown = [step.operation for step in steps if has_form(self._page.desk.door, step.operation)]
        acts = [self.make(operation, **given) for operation in shown]
        return sorted(acts, key=lambda act: (not act.is_main, not act.is_open))

    def _request_key(self, failure: FailedAct | None) -> str:
        sent = self._page.sent("request_key")
        return sent if failure and failure.keeps_key and sent else secrets.token_urlsafe(16)

    def _fields(
        self, operation: Operation, layout: Mapping[str, Any], given: Mapping[str, object], failure: FailedAct | None
    ) -> Iterable[FormField]:
        for one in describe_inputs(operation):
            field_layout = layout.get(one.path, {})
            is_in_address = one.path == operation.subject and not field_layout.get("ask", False)
            if not is_in_address and one.path != _VERSION:
                yield self._field(operation, one, field_layout, given.get(one.path), failure)

    def _field(
        self, operation: Operation, one: InputField, layout: Mapping[str, Any], given: object, failure: FailedAct | None
    ) -> FormField:
        options = self._options(one)
        values = self._values(one, layout, given, failure)
        return FormField(
            input=one,
            id=f"{operation.name}-{one.path}{self._mark}".replace(".", "-"),
            widget=str(layout.get("widget") or _widget(one, options)),
            label=self._page.words.field(operation.name, one.path),
            help=self._say(layout, "help"),
            options=options,
            values=values,
            error=failure.errors.get(one.path, "") if failure else "",
            rows=int(layout.get("rows", 4)),
        )

    def _options(self, one: InputField) -> Sequence[Choice]:
        if one.path in self._own_options:
            return self._own_options[one.path]
        if one.source:
            return list_choices(PageChooser(self._page, self._unit), one.source)
        return [Choice(value, self._page.label(value, one.words)) for value in one.choices]

    def _values(
        self, one: InputField, layout: Mapping[str, Any], given: object, failure: FailedAct | None
    ) -> Sequence[str]:
        if layout.get("widget") == "secret":  # a password is sent and never shown again
            return ()
        if failure is not None:
            return _all_sent(self._page.form, one)
        value = given if given is not None else layout.get("value", one.default)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Iterable):
            return tuple(map(str, value))
        return ("yes" if value else "no",) if isinstance(value, bool) else (str(value),)

    def _say(self, layout: Mapping[str, Any], key: str) -> str:
        return self._page.words(layout[key]) if key in layout else ""


def row_forms(
    page: PageRequest,
    section: str,
    row: Any,
    failure: FailedAct | None,
    *,
    version: int | None = None,
    unit: str = "",
    options: Mapping[str, Sequence[Choice]] | None = None,
) -> ActForms:
    """Return what makes the forms of one record in a list: with ids of its own, and with what was tried on it alone.

    Args:
        section: address of the list; the record's id follows.
        failure: what was tried on a record of the list, if anything was.
        version: of the record, where acts change it.
        options: as for `ActForms`.
    """
    own = failure if page.params.get("id") == row.id else None
    return ActForms(
        page, f"{section}/{row.id}", unit=unit, version=version, failure=own, options=options, mark=f"-{row.id}"
    )


def _all_sent(form: Values, one: InputField) -> Sequence[str]:
    return tuple(form.get(one.path, ()))


def _widget(one: InputField, options: Sequence[Choice]) -> str:
    if options:
        return "choices" if one.many else "choice"
    if one.kind is InputKind.YES:
        return "yes_or_no" if one.required else "yes"
    plain = {
        InputKind.NUMBER: "number",
        InputKind.DECIMAL: "line",
        InputKind.DAY: "day",
        InputKind.MOMENT: "moment",
        InputKind.FILE: "file",
        InputKind.WORDS: "area",
    }
    return "lines" if one.many else plain.get(one.kind, "line")
