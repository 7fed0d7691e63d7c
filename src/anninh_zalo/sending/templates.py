"""Request bodies of messages by template, to a user id or a telephone number (ZBS, formerly ZNS)."""

import re
from collections.abc import Mapping
from typing import Any

from anninh_core.kernel.errors import RequestRejected
from anninh_zalo.sending.limits import check_id, normalize_phone

Body = dict[str, Any]

_TRACKING = re.compile(r"[A-Za-z0-9_-]{1,48}")
_HASH = re.compile(r"[0-9a-f]{64}")


def user_template_body(user_id: str, template_id: str, data: Mapping[str, str], *, inside: bool = False) -> Body:
    """Return the body of a template message to a user id; it takes no tracking id.

    Most sources put the user id directly into the body; one source puts it inside `recipient` as in other messages,
    which `inside` selects.
    """
    user = {"user_id": check_id("the user", user_id)}
    return ({"recipient": user} if inside else user) | _template_body(template_id, data)


def phone_template_body(
    phone: str,
    template_id: str,
    data: Mapping[str, str],
    tracking_id: str,
    *,
    development: bool = False,
    beyond_quota: bool = False,
) -> Body:
    """Return the body of a template message to a telephone number.

    Args:
        phone: `84…`, `+84…` or `0…`.
        template_id: id of an approved template.
        data: its fields.
        tracking_id: our id, which comes back with the delivery report: at most 48 letters, digits, `-` or `_`.
        development: send only to administrators, at no cost.
        beyond_quota: send above the day's quota, for accounts that Zalo allows it.
    """
    return {"phone": normalize_phone(phone)} | _tracked_body(template_id, data, tracking_id, development, beyond_quota)


def hashed_phone_template_body(digest: str, template_id: str, data: Mapping[str, str], tracking_id: str) -> Body:
    """Return the body of a template message to a telephone number given as the SHA-256 of its form `84…`."""
    if not _HASH.fullmatch(digest):
        raise RequestRejected(
            "The digest of a telephone number isn't valid: use 64 lower-case hexadecimal digits, made with SHA-256."
        )
    return {"phone": digest} | _tracked_body(template_id, data, tracking_id, development=False, beyond_quota=False)


def _tracked_body(
    template_id: str, data: Mapping[str, str], tracking_id: str, development: bool, beyond_quota: bool
) -> Body:
    if not _TRACKING.fullmatch(tracking_id):
        raise RequestRejected(
            "A tracking id of {count} characters isn't valid: use 1 to 48 letters, digits, hyphens or underscores.",
            count=len(tracking_id),
        )
    body = _template_body(template_id, data) | {"tracking_id": tracking_id}
    return body | ({"mode": "development"} if development else {}) | ({"sending_mode": "3"} if beyond_quota else {})


def _template_body(template_id: str, data: Mapping[str, str]) -> Body:
    return {"template_id": check_id("the template", template_id), "template_data": dict(data)}
