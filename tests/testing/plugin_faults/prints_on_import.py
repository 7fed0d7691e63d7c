"""A plugin whose import prints."""

from anninh_core.plugins import hookimpl

print("loaded")  # noqa: T201  that is the fault


@hookimpl
def anninh_committed() -> None:
    """Ignore the event."""
