"""Events that listeners get about a commit: they contain names and ids, but never content."""

from attrs import frozen


@frozen(kw_only=True)
class CommittedEvent:
    """A committed journal entry as a listener sees it.

    Attributes:
        entry: id of the journal entry; listeners that must not miss any entry read the journal by cursor.
        action: `subject.verb`, such as `tips.assign`.
        events: names of the events.
        unit: the unit it belongs to.
        touched: `kind:id` of each written record.
    """

    entry: str
    action: str
    events: tuple[str, ...]
    unit: str
    touched: tuple[str, ...] = ()
