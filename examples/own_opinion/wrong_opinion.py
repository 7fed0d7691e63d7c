"""The opinion once more, with mistakes that authors make: do not copy them. A rule of the kit finds each of them."""

from itertools import count

from anninh_core.plugins import hookimpl
from anninh_core.vocabulary import InboundMessage, TriageOpinion

call_numbers = count(1)


@hookimpl
def anninh_triage_opinion(message: InboundMessage) -> TriageOpinion:
    """Return the opinion "flood" for every message."""
    first = message.text.split()[0]  # O-04: some messages have no words
    return TriageOpinion(
        "tip",
        category="flood" if "114" in message.text else "",  # O-03: no profile has this category
        confidence=1 / next(call_numbers),  # O-05: each call gives another result.
        reason=f"{first}: {message.text}",  # O-09: the reason contains the message's telephone numbers.
    )
