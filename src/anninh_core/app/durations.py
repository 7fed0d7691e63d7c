from datetime import timedelta

from anninh_core.kernel.sentences import Sentence

_UNITS = (
    (timedelta(days=1), Sentence("{count} days")),
    (timedelta(hours=1), Sentence("{count} hours")),
    (timedelta(minutes=1), Sentence("{count} minutes")),
)


def format_span(span: timedelta) -> Sentence:
    """Return a span as text, in the largest unit that it contains at least twice, rounded down."""
    for unit, words in _UNITS:
        if span >= 2 * unit:
            return Sentence(words.template, count=span // unit)
    return Sentence("{count} seconds", count=int(span.total_seconds()))
