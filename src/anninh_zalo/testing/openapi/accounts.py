"""The sandbox's handler for the call that reads the official account itself."""

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import format_day
from anninh_zalo.testing.wire import Json


def get_account(call: SandboxCall) -> Json:
    """Answer GET /v2.0/oa/getoa with the official account's data."""
    account = call.account
    until = format_day(account.package_until) if account.package_until else ""
    return {
        "oa_id": account.id,
        "name": account.name,
        "description": "",
        "oa_alias": "",
        "is_verified": True,
        "oa_type": 4,
        "cate_name": "",
        "num_follower": sum(person.follows for person in account.people.values()),
        "avatar": f"{call.world.media_base}/avatar",
        "cover": f"{call.world.media_base}/cover",
        "package_name": account.package,
        "package_valid_through_date": until,
        "package_auto_renew_date": "",
        "linked_zca": "",
    }


ROUTES = (SandboxRoute("GET", "/v2.0/oa/getoa", get_account, data=True),)
