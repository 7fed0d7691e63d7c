"""Visitors of a web site with the account's widget: people without an id of Zalo's, who can be answered."""

from attrs import field, frozen

_MARK, _BETWEEN = "visitor", ":"


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
        return _BETWEEN.join((_MARK, self.id, self.conversation))


def visitor_of(address: str) -> Visitor | None:
    """Return the visitor that an address's id stands for, None for a user of Zalo's."""
    mark, _, rest = address.partition(_BETWEEN)
    if mark != _MARK or not rest:
        return None
    id, _, conversation = rest.partition(_BETWEEN)
    return Visitor(id, conversation)
