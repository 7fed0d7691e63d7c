"""References: kind and id of a thing in one string, such as `tip:0189…`."""

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote_text


@frozen
class Ref:
    """A reference to a record or another thing by its kind and id. `str` returns its stored and displayed form, `parse`
    reads that form.

    Attributes:
        kind: kind of the thing, without a colon.
        id: id within the kind; may contain colons.
    """

    kind: str
    id: str

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Parse a reference in the form `kind:id`.

        Raises:
            BadInput: `text` isn't `kind:id`.
        """
        kind, _, id = text.partition(":")
        if not kind or not id:
            raise BadInput(
                "{text} isn't a valid reference: write kind:id, such as tip:017c0f2e-…", text=quote_text(text)
            )
        return cls(kind, id)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
