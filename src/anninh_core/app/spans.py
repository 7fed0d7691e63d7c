"""How long something has lasted, as a check says it."""

from datetime import timedelta

_UNITS = (
    (timedelta(days=1), "days"),
    (timedelta(hours=1), "hours"),
    (timedelta(minutes=1), "minutes"),
)


def format_span(span: timedelta) -> str:
    """Return a span in the largest unit of which there are two, rounded down."""
    for unit, name in _UNITS:
        if span >= 2 * unit:
            return f"{span // unit} {name}"
    return f"{int(span.total_seconds())} seconds"
