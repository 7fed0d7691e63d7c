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
            `hidden` for what the page itself gives, `none` for what the address does.
        error: what is wrong with it, "" for nothing.
        rows: lines of an area.
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
        """The last of its values, "" for none."""
        return self.values[-1] if self.values else ""


@frozen(kw_only=True)
class WrittenField:
    """A field whose words are kept while they are written.

    Attributes:
        part: of the draft, where that isn't called as the field.
        can_preview: whether it can be looked at as it will leave.
    """

    operation: str
    field: str
    part: str = ""
    can_preview: bool = False

    @property
    def kept_as(self) -> str:
        """The draft's part."""
        return self.part or self.field


@frozen(kw_only=True)
class Drafting:
    """The draft of a form, and wordings that may begin it.

    Attributes:
        about: `kind:id` of what its words are about.
        saved_at: when its words were kept, None for never.
        ready: title and address of wordings that may begin them.
    """

    about: str
    written: WrittenField
    saved_at: datetime | None
    ready: Sequence[tuple[str, str]]


@frozen(kw_only=True)
class ActForm:
    """An act as a form.

    Attributes:
        key: letter that opens it, "" for none.
        is_main: whether it is daily work, and not one of the rarer acts.
        is_danger: whether it can't be undone, so that a box is ticked first.
        request_key: under which it is done once, however often it is sent.
        version: of the record as it is seen, None where it changes none.
        error: why it wasn't done, "" where it wasn't tried.
        is_open: whether its fields are shown at once.
        drafting: what it offers beside the act, None for nothing.
        mark: what tells it from the same act on another record of the page.
        is_second: whether another act of the page is due first, so that its button isn't filled.
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
        """Whether a file is sent along."""
        return any(form_field.widget == "file" for form_field in self.fields)

    @property
    def id(self) -> str:
        """Id of the form on the page."""
        return f"act-{self.operation}{self.mark}".replace(".", "-").replace("_", "-")
