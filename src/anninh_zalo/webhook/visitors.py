"""Visitors of a web site with the account's widget: people without an id of Zalo's, who can be answered."""

from attrs import field, frozen

_PREFIX = "visitor"
_SEPARATOR = ":"


@frozen
class Visitor:
    """Who writes in a widget, as far as anybody knows.

    Attributes:
        id: the platform's, good for this widget only.
        conversation: of the platform; an answer needs it. "" where an event doesn't tell.
    """

    id: str = field(repr=False)
    conversation: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Return what stands for them as the id of an address."""
        return _SEPARATOR.join((_PREFIX, self.id, self.conversation))


def parse_visitor(address: str) -> Visitor | None:
    """Return the visitor that an address's id stands for, None for a user of Zalo's."""
    prefix, _, ids = address.partition(_SEPARATOR)
    if prefix != _PREFIX or not ids:
        return None
    id, _, conversation = ids.partition(_SEPARATOR)
    return Visitor(id, conversation)
