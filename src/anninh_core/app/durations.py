"""How long something has lasted, as a check says it."""

from datetime import timedelta

from anninh_core.kernel.sentences import Sentence

_UNITS = (
    (timedelta(days=1), Sentence("{count} days")),
    (timedelta(hours=1), Sentence("{count} hours")),
    (timedelta(minutes=1), Sentence("{count} minutes")),
)


def format_span(span: timedelta) -> Sentence:
    """Return a span in the largest unit of which there are two, rounded down."""
    for unit, words in _UNITS:
        if span >= 2 * unit:
            return Sentence(words.template, count=span // unit)
    return Sentence("{count} seconds", count=int(span.total_seconds()))
