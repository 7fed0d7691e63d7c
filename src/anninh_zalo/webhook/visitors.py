"""Visitors of a web site with the account's widget: people without a Zalo id, who can get replies."""

from attrs import field, frozen

_PREFIX = "visitor"
_SEPARATOR = ":"


@frozen
class Visitor:
    """A visitor who writes in a widget.

    Attributes:
        id: the platform's id, valid for this widget only.
        conversation: the platform's id of the conversation, needed for replies; "" if an event lacks it.
    """

    id: str = field(repr=False)
    conversation: str = field(default="", repr=False)

    @property
    def address(self) -> str:
        """Id that represents the visitor in an address."""
        return _SEPARATOR.join((_PREFIX, self.id, self.conversation))


def parse_visitor(address: str) -> Visitor | None:
    """Return the visitor whom an address's id represents, or None for a user of Zalo."""
    prefix, _, ids = address.partition(_SEPARATOR)
    if prefix != _PREFIX or not ids:
        return None
    id, _, conversation = ids.partition(_SEPARATOR)
    return Visitor(id, conversation)
