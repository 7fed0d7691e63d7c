"""The tabs of the section on identities."""

from anninh_core.board.pages.request import PageRequest
from anninh_core.board.pages.tabs import Tab, make_tabs


def build_tabs(page: PageRequest, here: str) -> list[Tab]:
    """Return the tabs of the section on identities that the viewer may open."""
    decides = page.has("identity.disclosures")
    ways = (
        ("waiting", "/identity", decides),
        ("all", "/identity/all", decides),
        ("mine", "/identity/mine", page.viewer.may("identity.request")),
        ("emergencies", "/identity/emergencies", decides),
        ("custodians", "/identity/custodians", page.viewer.may("identity.approve", "unit.grant")),
    )
    return make_tabs(page, ways, here)
