"""The table of moved names on the page for authors of plugins."""

from tools.reference.markdown import write_table

from anninh_core._moved import MOVED


def moved_names() -> str:
    """Return a table of the names that moved to another module, with the former and the new module."""
    rows = [
        (f"`{old}`", f"`{new}`", ", ".join(f"`{name}`".replace("=", "` as `") for name in names.split()))
        for old, homes in MOVED.items()
        for new, names in homes.items()
    ]
    return write_table(("Old module", "New module", "Names"), rows)
