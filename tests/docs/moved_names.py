"""The table of moved names on the page for authors of plugins."""

from tools.reference.markdown import table

from anninh_core._moved import MOVED


def moved_names() -> str:
    """Write the names that moved to another module: from where, to where, and which."""
    rows = [
        (f"`{old}`", f"`{new}`", ", ".join(f"`{name}`".replace("=", "` as `") for name in names.split()))
        for old, homes in MOVED.items()
        for new, names in homes.items()
    ]
    return table(("Old module", "New module", "Names"), rows)
