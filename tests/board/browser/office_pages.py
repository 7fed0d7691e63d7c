"""Something to see on the pages of search, groups, identities, the journal, the system and one's own account."""

from collections.abc import Mapping

from anninh_core.app import App
from anninh_core.domain.identity.states import IdentityField
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.rights import RightsKind

ROLES = ("identity_custodian", "data_officer", "auditor", "operator", "steering_chair")
"""Roles that nobody has beside the others; here one officer looks at all pages."""

_SYSTEM = {
    "failures": "/system/failures",
    "held texts": "/system/leaks",
    "health": "/system/health",
    "backups": "/system/backups",
    "keys and data": "/system/state",
}


def add_office_pages(app: App, officer: Actor, tip: str) -> Mapping[str, str]:
    """Fill an app, and return addresses of pages by what they show.

    Args:
        app: where.
        officer: has every job.
        tip: id of one with somebody behind it.
    """
    group = add_groups(app, officer)
    asking = UnsafeLocalUsers(app).appoint("Cán bộ Hỏi", "hoa-lu", "tip_officer")
    asked = app.identity.request_identity(
        asking, f"tip:{tip}", field=IdentityField.NAME, purpose="Xác minh tại chỗ lời báo", ground="Điều 9 quy chế"
    )
    return {
        **add_data_requests(app, asking),
        "search": "/search",
        "search found": "/search?words=xóm+3",
        "search nothing": "/search?words=zzz",
        "groups": "/groups",
        "groups that need care": "/groups/care",
        "group new": "/groups/new",
        "group tasks": "/groups/tasks",
        "group": f"/groups/{group}",
        "identities": "/identity",
        "identities all": "/identity/all",
        "identities mine": "/identity/mine",
        "identity asked for": f"/identity/case/tip:{tip}",
        "identity history": f"/identity/{asked.id}/history",
        "emergencies": "/identity/emergencies",
        "custodians": "/identity/custodians",
        "journal": "/trail",
        "journal narrowed": "/trail?subject=tips&outcome=done",
        "story": f"/trail?about=tip:{tip}",
        "journal checked": "/trail/checks?run=chain",
        **_SYSTEM,
        "officers": "/system/officers",
        "officer": f"/system/officers/{asking.id}",
        "account": "/account",
    }


def add_data_requests(app: App, taking: Actor) -> Mapping[str, str]:
    """Take a request about data of one's own in, and return the pages of those by what they show."""
    data = app.rights.record_request(taking, RightsKind.ACCESS, unit="hoa-lu", applicant="Bà Mẫu", words="Xin bản sao")
    return {
        "data requests": "/rights/open",
        "data request": f"/rights/{data.id}",
        "data who asks": "/rights/check",
        "data taken in": "/rights/new",
    }


def add_groups(app: App, officer: Actor) -> str:
    """Found a group that has a link, plan another one, and return the first one's id."""
    group = app.groups.found(officer, "ninh-my", kind="commune", title="Nhóm an ninh xã Ninh Mỹ", messenger="oa")
    app.groups.seat(officer, group.id, post="owner", officer=officer.id, name="Hoàng Văn Mẫu")
    app.groups.relink(officer, group.id, link="https://zalo.me/g/abcdef123")
    app.groups.plan(officer, "ninh-van", kind="commune", title="Nhóm an ninh xã Ninh Vân")
    return group.id
