"""A form on a page, its fields and its draft."""

from collections.abc import Sequence
from datetime import datetime

from attrs import field, frozen

from anninh_core.board.forms.step_up import StepUpWays
from anninh_core.operations.choices import Choice
from anninh_core.operations.inputs import InputField


@frozen(kw_only=True)
class FormField:
    """A field of a form.

    Attributes:
        widget: `line`, `area`, `lines`, `choice`, `choices`, `yes`, `yes_or_no`, `number`, `day`, `moment`, `file`, or
            `hidden` for a value that the page itself sets, `none` for a value from the address.
        error: error message about the value, or "".
        rows: height of an `area`, in lines.
    """

    input: InputField
    id: str
    widget: str
    label: str
    help: str = ""
    options: Sequence[Choice] = field(default=(), repr=False)
    values: Sequence[str] = ()
    error: str = ""
    rows: int = 4

    @property
    def value(self) -> str:
        """The last of the field's values, or ""."""
        return self.values[-1] if self.values else ""


@frozen(kw_only=True)
class WrittenField:
    """A text field that is saved as a draft while it is written.

    Attributes:
        part: part of the draft, if it differs from the field's name.
        can_preview: whether the text can be previewed as it will be sent.
    """

    operation: str
    field: str
    part: str = ""
    can_preview: bool = False

    @property
    def kept_as(self) -> str:
        """The part of the draft."""
        return self.part or self.field


@frozen(kw_only=True)
class Drafting:
    """The draft of a form, and wordings that may start it.

    Attributes:
        about: `kind:id` of the record that the text is about.
        saved_at: when the text was saved, None for never.
        ready: title and address of each wording that may start the text.
    """

    about: str
    written: WrittenField
    saved_at: datetime | None
    ready: Sequence[tuple[str, str]]


@frozen(kw_only=True)
class ActForm:
    """The form of an act.

    Attributes:
        key: letter that opens the form, or "".
        is_main: whether the act is daily work, and not one of the rarer acts.
        is_danger: whether the act can't be undone, so that a confirmation is ticked first.
        request_key: key under which the act is done once, however often the form is submitted.
        version: version of the record that the page shows, None if the act changes no record.
        error: why the act failed, "" if it wasn't tried.
        is_open: whether the fields are shown at once.
        drafting: draft and wordings of the form, or None.
        mark: separates the form from the same act on another record of the page.
        is_second: whether another act of the page is due first, so that this form's button isn't filled.
    """

    operation: str
    url: str
    title: str
    button: str
    help: str
    key: str
    is_main: bool
    is_danger: bool
    step_up: StepUpWays
    fields: tuple[FormField, ...]
    request_key: str
    version: int | None
    error: str
    is_open: bool
    drafting: Drafting | None = None
    mark: str = ""
    is_second: bool = False

    @property
    def takes_files(self) -> bool:
        """Whether the form has a file field."""
        return any(form_field.widget == "file" for form_field in self.fields)

    @property
    def id(self) -> str:
        """HTML id of the form on the page."""
        return f"act-{self.operation}{self.mark}".replace(".", "-").replace("_", "-")
