"""A healthy plugin as a module."""

from collections.abc import Sequence

from tests.testing.plugin_faults.formats import Lines

from anninh_core.plugins import hookimpl


@hookimpl
def anninh_formatters() -> Sequence[type]:
    """Offer a format."""
    return [Lines]
