"""The sandbox's handlers for calls that read quotas of messages and assets of groups."""

from typing import Any

from anninh_zalo.testing.call import SandboxCall, SandboxRoute
from anninh_zalo.testing.clock import format_day, to_milliseconds
from anninh_zalo.testing.openapi.messages import windows
from anninh_zalo.testing.state import MAX_MEMBERS, SandboxAsset, SandboxProfile
from anninh_zalo.testing.wire import Json, SandboxRefusal
from anninh_zalo.testing.world import find_person


def get_message_quota(call: SandboxCall) -> Any:
    """Answer POST /v3.0/oa/quota/message with the quota of messages to a person, or of the package."""
    if "quota_owner" in call.params:
        return _package_json(call)
    person = find_person(call.account, call.text("user_id"))
    free = windows.reply_quota_json(call.world, call.account, person)
    last = person.last_interaction
    return {
        "user_id": person.id,
        "last_interaction": str(to_milliseconds(last)) if last else "",
        "cs_reply": {"remain": free["remain"], "total": free["total"]},
        "promotion": {"daily_remain": "1", "daily_total": "1", "monthly_remain": "4", "monthly_total": "4"},
    }


def _package_json(call: SandboxCall) -> list[Json]:
    owner = call.text("quota_owner").upper()
    product = str(call.params.get("product_type") or "cs")
    kind = str(call.params.get("quota_type") or "sub_quota")
    if owner not in ("OA", "APP"):
        raise SandboxRefusal(-201, "quota_owner is invalid")
    remain, last_day = windows.read_package_quota(call.world, call.account)
    owned = owner == "OA" and (product, kind) == ("cs", "sub_quota")
    entry = {
        "quota_type": kind,
        "product_type": product,
        "remain": str(remain if owned else 0),
        "total": str(call.account.monthly if owned else 0),
        "expired_date": last_day,
        "owner_type": owner,
        "owner_id": call.account.id if owner == "OA" else call.app.id,
    }
    return [entry]


def get_reply_quota(call: SandboxCall) -> Json:
    """Answer POST /v2.0/oa/quota/message with the quota of replies to the author of a message, or to a person by id."""
    if "message_id" in call.params:
        quoted = call.account.messages.get(call.text("message_id"))
        if quoted is None:
            raise SandboxRefusal(-201, "message_id is invalid")
        return _reply_quota_json(call, find_person(call.account, quoted.conversation))
    return _reply_quota_json(call, find_person(call.account, call.text("user_id")))


def _reply_quota_json(call: SandboxCall, person: SandboxProfile) -> Json:
    quota = windows.reply_quota_json(call.world, call.account, person)
    return {"type": "reply", "remain": quota["remain"], "total": quota["total"], "expired_date": quota["expired_date"]}


def list_group_assets(call: SandboxCall) -> Any:
    """Answer POST /v3.0/oa/quota/group with the account's assets, each the right to one group."""
    kind = call.params.get("product_type")
    if kind is not None and kind not in MAX_MEMBERS:
        raise SandboxRefusal(-201, "product_type is invalid")
    if call.text("quota_owner").upper() != "OA":
        raise SandboxRefusal(-201, "quota_owner is invalid")
    assets = [asset_json(asset) for asset in call.account.assets.values() if kind in (None, asset.kind)]
    return {"assets": assets} if call.world.variants.nested_assets else assets


def asset_json(asset: SandboxAsset) -> Json:
    """Return an asset of the account in the format of responses."""
    return {
        "asset_id": asset.id,
        "product_type": asset.kind,
        "quota_type": "sub_quota",
        "valid_through": format_day(asset.until),
        "auto_renew": asset.auto_renew,
        "status": "used" if asset.group else "available",
        "used_id": asset.group,
    }


ROUTES = (
    SandboxRoute("POST", "/v3.0/oa/quota/message", get_message_quota),
    SandboxRoute("POST", "/v2.0/oa/quota/message", get_reply_quota),
    SandboxRoute("POST", "/v3.0/oa/quota/group", list_group_assets),
)
