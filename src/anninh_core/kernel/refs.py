"""References: kind and id of a thing in one string, such as `tip:0189…`."""

from attrs import frozen

from anninh_core.kernel.errors import BadInput
from anninh_core.kernel.text import quote


@frozen
class Ref:
    """Names a thing by its kind and id. `str` gives the form in which it is stored and shown, `parse` reads it.

    Attributes:
        kind: without a colon.
        id: what tells it from others of its kind; it may hold colons.
    """

    kind: str
    id: str

    @classmethod
    def parse(cls, text: str) -> "Ref":
        """Read a reference.

        Raises:
            BadInput: it isn't `kind:id`.
        """
        kind, _, id = text.partition(":")
        if not kind or not id:
            raise BadInput("{text} isn't a valid reference: write kind:id, such as tip:017c0f2e-…", text=quote(text))
        return cls(kind, id)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"
