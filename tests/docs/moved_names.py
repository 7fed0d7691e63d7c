"""The table of the page for authors of plugins that is written from the code."""

from tools.reference.markdown import table

from anninh_core._moved import MOVED


def moved_names() -> str:
    """Names that moved to another module: from where, to where, and which."""
    rows = [
        (f"`{old}`", f"`{new}`", ", ".join(f"`{name}`" for name in names.split()))
        for old, homes in MOVED.items()
        for new, names in homes.items()
    ]
    return table(("Old module", "New module", "Names"), rows)
