"""The opinion again, with mistakes that authors make: do not copy it. Each is found by a rule of the kit."""

from itertools import count

from anninh_core.plugins import hookimpl
from anninh_core.vocabulary import InboundMessage, TriageOpinion

asked = count(1)


@hookimpl
def anninh_triage_opinion(message: InboundMessage) -> TriageOpinion:
    """Say "flood" of everything."""
    first = message.text.split()[0]  # O-04: there are messages without words
    return TriageOpinion(
        "tip",
        category="flood" if "114" in message.text else "",  # O-03: no profile has it
        confidence=1 / next(asked),  # O-05: another answer each time
        reason=f"{first}: {message.text}",  # O-09: telephone numbers and all
    )
