"""Five officers of a commune and its district, who get accounts and roles."""

from attrs import frozen
from tests.scenarios.day.faces import ApiClient
from tests.scenarios.day.office import SECOND, ServedOffice
from tests.scenarios.day.people import Employee

DISTRICT = "hoa-lu"
COMMUNE = "ninh-hoa"
_OTHERS = {
    "handler": ("Đại úy Mẫu", DISTRICT, ("tip_officer", "board_admin")),
    "writer": ("Thượng úy Mẫu", COMMUNE, ("editor", "report_officer")),
    "checker": ("Trung tá Mẫu", DISTRICT, ("reviewer", "moderator", "standing_officer")),
}
"""The officers whom the first two officers appoint, with name, unit and roles."""
_NAMES = ("chair", "deputy", *_OTHERS)


@frozen
class Staff:
    """All officers of the test.

    Attributes:
        chair, deputy: lead the steering board of the district; the first two officers, who appoint the others.
        handler: handles a commune's tips and questions, and runs its group.
        writer: writes the commune's items and its report.
        checker: officer of the district (`standing_officer`): reviews, moderates, consolidates the reports.
    """

    chair: Employee
    deputy: Employee
    handler: Employee
    writer: Employee
    checker: Employee


def enrol_staff(office: ServedOffice, face: ApiClient) -> Staff:
    """Let the first officer set up an account and invite the second, and let both appoint and invite the others."""
    chair = _build_employee(face, "chair")
    deputy = _build_employee(face, "deputy")
    chair.enrol(office.setup_code)
    officers = chair.call("units.officers", unit=DISTRICT)["items"]
    (second,) = [officer["id"] for officer in officers if officer["name"] == SECOND]
    deputy.enrol(chair.call("accounts.invite", officer_id=second)["code"])
    return Staff(chair, deputy, **{key: _appoint(chair, deputy, key) for key in _OTHERS})


def _appoint(chair: Employee, deputy: Employee, key: str) -> Employee:
    """Appoint an officer; grants beyond the chair's own roles are proposed, and a second officer confirms them."""
    name, unit, roles = _OTHERS[key]
    officer = chair.call("units.appoint", name=name, unit=unit, roles=roles)
    waiting = [grant for grant in officer["grants"] if grant["is_proposed"]]
    for grant in waiting:
        arguments = {"officer_id": officer["id"], "role": grant["role"], "unit": grant["unit"]}
        assert chair.refused("units.confirm_grant", **arguments) == (403, "refused")
        deputy.call("units.confirm_grant", **arguments)
    employee = _build_employee(chair.face, key)
    employee.enrol(chair.call("accounts.invite", officer_id=officer["id"])["code"])
    assert waiting
    assert employee.id == officer["id"]
    return employee


def _build_employee(face: ApiClient, name: str) -> Employee:
    desk = f"192.0.2.{1 + _NAMES.index(name)}"
    return Employee(face.with_address(desk), name, f"bốn con bò của {name}")
