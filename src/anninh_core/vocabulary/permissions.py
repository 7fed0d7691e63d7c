"""Permissions. They are defined in code; roles, which bundle them, are defined in the profile."""

from enum import StrEnum


class Permission(StrEnum):
    """Permission for one kind of act; a role grants it on a unit and on all units below it."""

    UNIT_READ = "unit.read"
    GRANT = "unit.grant"

    GROUP_READ = "group.read"
    GROUP_RUN = "group.run"

    TIP_READ = "tip.read"
    TIP_HANDLE = "tip.handle"
    TIP_SUPERVISE = "tip.supervise"
    INTAKE = "tip.intake"

    INQUIRY_READ = "inquiry.read"
    INQUIRY_ANSWER = "inquiry.answer"

    CONTENT_READ = "content.read"
    CONTENT_EDIT = "content.edit"
    CONTENT_REVIEW = "content.review"
    CONTENT_PUBLISH = "content.publish"

    POST_READ = "post.read"
    POST_MODERATE = "post.moderate"
    POST_APPEAL = "post.appeal"

    PLAN_READ = "plan.read"
    PLAN_RUN = "plan.run"
    PLAN_URGE = "plan.urge"
    DIFFICULTY_ANSWER = "plan.answer"

    REPORT_READ = "report.read"
    REPORT_WRITE = "report.write"
    REPORT_SUBMIT = "report.submit"
    REPORT_ACCEPT = "report.accept"

    IDENTITY_REQUEST = "identity.request"
    IDENTITY_APPROVE = "identity.approve"
    IDENTITY_EMERGENCY = "identity.emergency"

    RIGHTS_CHECK = "rights.check"
    RIGHTS_HANDLE = "rights.handle"

    TRAIL_READ = "trail.read"
    DELIVERY_READ = "delivery.read"
    DELIVERY_DECIDE = "delivery.decide"
    OPERATE = "system.operate"

    ADDRESS_OPEN = "address.open"
    BREAK_GLASS = "glass.break"

    OWN_ACCOUNT = "account.own"
    SIGN_IN = "account.sign_in"


SYSTEM_ONLY = frozenset({Permission.ADDRESS_OPEN, Permission.BREAK_GLASS, Permission.SIGN_IN})
"""Permissions that only parts of the program have: no role grants them, whatever a profile or a stored grant says."""

EVERY_OFFICER = frozenset({Permission.OWN_ACCOUNT})
"""Permissions that every officer with any role has on the home unit, although no role grants them."""

NO_ROLE = SYSTEM_ONLY | EVERY_OFFICER
"""Permissions that no role may grant."""
