"""Content for the board's pages of search, groups, identities, the journal, the system and the officer's own
account.
"""

from collections.abc import Mapping

from anninh_core.app import App
from anninh_core.domain.identity.states import IdentityField
from anninh_core.testing import UnsafeLocalUsers
from anninh_core.usecase import Actor
from anninh_core.vocabulary.rights import RightsKind

ROLES = ("identity_custodian", "data_officer", "auditor", "operator", "steering_chair")
"""Roles that no officer has together with others in real work; here one officer has them all in order to open every
page.
"""

_SYSTEM = {
    "failures": "/system/failures",
    "held texts": "/system/leaks",
    "health": "/system/health",
    "backups": "/system/backups",
    "keys and data": "/system/state",
}


def add_office_pages(app: App, officer: Actor, tip: str) -> Mapping[str, str]:
    """Store content for these pages in `app`, and return the pages' addresses by name.

    Args:
        officer: has every role.
        tip: id of a tip with a reporter.
    """
    group = add_groups(app, officer)
    requester = UnsafeLocalUsers(app).appoint("Cán bộ Hỏi", "hoa-lu", "tip_officer")
    identity_request = app.identity.request_identity(
        requester, f"tip:{tip}", field=IdentityField.NAME, purpose="Xác minh tại chỗ lời báo", ground="Điều 9 quy chế"
    )
    return {
        **add_data_requests(app, requester),
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
        "identity history": f"/identity/{identity_request.id}/history",
        "emergencies": "/identity/emergencies",
        "custodians": "/identity/custodians",
        "journal": "/trail",
        "journal narrowed": "/trail?subject=tips&outcome=done",
        "story": f"/trail?about=tip:{tip}",
        "journal checked": "/trail/checks?run=chain",
        **_SYSTEM,
        "officers": "/system/officers",
        "officer": f"/system/officers/{requester.id}",
        "account": "/account",
    }


def add_data_requests(app: App, clerk: Actor) -> Mapping[str, str]:
    """Record a resident's data request, and return the addresses of its pages by name."""
    data = app.rights.record_request(clerk, RightsKind.ACCESS, unit="hoa-lu", applicant="Bà Mẫu", words="Xin bản sao")
    return {
        "data requests": "/rights/open",
        "data request": f"/rights/{data.id}",
        "data who asks": "/rights/check",
        "data taken in": "/rights/new",
    }


def add_groups(app: App, officer: Actor) -> str:
    """Found a group with a link, plan another one, and return the id of the first."""
    group = app.groups.establish(officer, "ninh-my", kind="commune", title="Nhóm an ninh xã Ninh Mỹ", messenger="oa")
    app.groups.seat(officer, group.id, post="owner", officer=officer.id, name="Hoàng Văn Mẫu")
    app.groups.relink(officer, group.id, link="https://zalo.me/g/abcdef123")
    app.groups.plan(officer, "ninh-van", kind="commune", title="Nhóm an ninh xã Ninh Vân")
    return group.id
