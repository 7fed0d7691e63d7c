"""The tabs of identities."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs


def tabs_for(page: PageRequest, here: str) -> list[Tab]:
    """Return the viewer's tabs."""
    decides = page.has("identity.disclosures")
    ways = (
        ("waiting", "/identity", decides),
        ("all", "/identity/all", decides),
        ("mine", "/identity/mine", page.viewer.may("identity.request")),
        ("emergencies", "/identity/emergencies", decides),
        ("custodians", "/identity/custodians", page.viewer.may("identity.approve", "unit.grant")),
    )
    return make_tabs(page, ways, here)
