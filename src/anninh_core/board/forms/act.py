"""Classes that build the forms of acts on a page."""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from anninh_core.board.forms.act_table import has_form, load_act_table
from anninh_core.board.forms.form import ActForm, FormField
from anninh_core.board.forms.options import PageChooser
from anninh_core.board.forms.step_up import find_step_up_ways
from anninh_core.board.pages.request import FailedAct, PageRequest, Values
from anninh_core.operations.choices import Choice, list_choices
from anninh_core.operations.inputs import InputField, InputKind, describe_inputs
from anninh_core.operations.operation import Operation

_VERSION = "seen_version"
_LONG_TEXT = 300
"""Number of characters from which a text field has several lines."""


class ActForms:
    """Builds the forms of a page.

    Args:
        subject: address of the record, below which acts are sent; for an act without a record, address of the section.
        version: version of the record that the page shows; None for acts without a record.
        options: choices of fields that only this page knows, by field.
        mark: suffix of the ids that separates the forms from those of another record on the page.
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

    def make(self, operation_name: str, **initial: object) -> ActForm:
        """Return the form of an operation.

        Args:
            **initial: initial values by field; a field with a value that only the page knows is declared `hidden` in
                `acts.toml`.
        """
        operation = self._page.desk.gateway.find(operation_name)
        layout: Mapping[str, Any] = load_act_table().get(operation_name, {})
        failure = self._failure if self._failure and self._failure.operation == operation_name else None
        if failure is not None:
            self._page.failure = None  # the form itself shows the failure, next to the text
        title = self._page.words.act(operation_name) or operation.summary
        return ActForm(
            operation=operation_name,
            url=f"{self._subject}/do/{operation_name.replace('.', '/', 1)}",
            title=title,
            button=self._translate(layout, "button") or title,
            help=self._translate(layout, "help"),
            key=str(layout.get("key", "")),
            is_main=operation.daily,
            is_danger=operation.irreversible,
            step_up=find_step_up_ways(self._page, operation, layout),
            fields=tuple(self._iter_fields(operation, layout.get("fields", {}), initial, failure)),
            request_key=self._choose_request_key(failure),
            version=self._version if operation.takes_version else None,
            error=failure.sentence if failure else "",
            is_open=failure is not None,
            mark=self._mark,
        )

    def build_possible_forms(self, steps: Iterable[Any], **initial: object) -> list[ActForm]:
        """Return the forms of the steps that are possible now, those of daily work first; see `can_do`."""
        operations = [step.operation for step in steps if has_form(self._page.desk.gateway, step.operation)]
        acts = [self.make(operation, **initial) for operation in operations]
        return sorted(acts, key=lambda act: (not act.is_main, not act.is_open))

    def _choose_request_key(self, failure: FailedAct | None) -> str:
        sent = self._page.sent("request_key")
        return sent if failure and failure.keeps_key and sent else secrets.token_urlsafe(16)

    def _iter_fields(
        self, operation: Operation, layout: Mapping[str, Any], initial: Mapping[str, object], failure: FailedAct | None
    ) -> Iterable[FormField]:
        for input_field in describe_inputs(operation):
            field_layout = layout.get(input_field.path, {})
            is_in_address = input_field.path == operation.subject and not field_layout.get("ask", False)
            if not is_in_address and input_field.path != _VERSION:
                yield self._build_field(operation, input_field, field_layout, initial.get(input_field.path), failure)

    def _build_field(
        self,
        operation: Operation,
        input_field: InputField,
        layout: Mapping[str, Any],
        initial: object,
        failure: FailedAct | None,
    ) -> FormField:
        options = self._find_options(input_field)
        values = self._find_values(input_field, layout, initial, failure)
        return FormField(
            input=input_field,
            id=f"{operation.name}-{input_field.path}{self._mark}".replace(".", "-"),
            widget=str(layout.get("widget") or _choose_widget(input_field, options)),
            label=self._page.words.field(operation.name, input_field.path),
            help=self._translate(layout, "help"),
            options=options,
            values=values,
            error=failure.errors.get(input_field.path, "") if failure else "",
            rows=int(layout.get("rows", 4)),
        )

    def _find_options(self, input_field: InputField) -> Sequence[Choice]:
        if input_field.path in self._own_options:
            return self._own_options[input_field.path]
        if input_field.source:
            return list_choices(PageChooser(self._page, self._unit), input_field.source)
        return [Choice(value, self._page.label(value, input_field.words)) for value in input_field.choices]

    def _find_values(
        self, input_field: InputField, layout: Mapping[str, Any], initial: object, failure: FailedAct | None
    ) -> Sequence[str]:
        if layout.get("widget") == "secret":  # a submitted password is never shown again
            return ()
        if failure is not None:
            return _find_submitted_values(self._page.form, input_field)
        value = initial if initial is not None else layout.get("value", input_field.default)
        if value is None:
            return ()
        if isinstance(value, str):
            return (value,)
        if isinstance(value, Iterable):
            return tuple(map(str, value))
        return ("yes" if value else "no",) if isinstance(value, bool) else (str(value),)

    def _translate(self, layout: Mapping[str, Any], key: str) -> str:
        return self._page.words(layout[key]) if key in layout else ""


def build_row_forms(
    page: PageRequest,
    section: str,
    row: Any,
    failure: FailedAct | None,
    *,
    version: int | None = None,
    unit: str = "",
    options: Mapping[str, Sequence[Choice]] | None = None,
) -> ActForms:
    """Return the builder of the forms for one record in a list, with ids of their own, and with the failed act only if
    it was an act on this record.

    Args:
        section: address of the list; the record's id follows.
        failure: the failed act on a record of the list, or None.
        version: version of the record, if acts change it.
        options: as for `ActForms`.
    """
    row_failure = failure if page.params.get("id") == row.id else None
    return ActForms(
        page, f"{section}/{row.id}", unit=unit, version=version, failure=row_failure, options=options, mark=f"-{row.id}"
    )


def _find_submitted_values(form: Values, input_field: InputField) -> Sequence[str]:
    return tuple(form.get(input_field.path, ()))


def _choose_widget(input_field: InputField, options: Sequence[Choice]) -> str:
    if options:
        return "choices" if input_field.many else "choice"
    if input_field.kind is InputKind.YES:
        return "yes_or_no" if input_field.required else "yes"
    plain = {
        InputKind.NUMBER: "number",
        InputKind.DECIMAL: "line",
        InputKind.DAY: "day",
        InputKind.MOMENT: "moment",
        InputKind.FILE: "file",
        InputKind.WORDS: "area",
    }
    return "lines" if input_field.many else plain.get(input_field.kind, "line")
